import { Refusal } from '../errors.ts';
import { nameOf, type Repository } from '../stores/repositories.ts';
import { type PrimaryLimit, primaryLimit, SlidingWindows } from './limits.ts';
import { type Access, PERMISSIONS, type PermissionRow } from './permissions.ts';

export type { Access } from './permissions.ts';
export type CredentialKind = 'app' | 'fine-grained' | 'classic' | 'workflow';
export type Permissions = Record<string, Access>;

/** How long GitHub refuses a new token: for so many requests, or so many milliseconds from its first; with a 401 unless told otherwise. */
export type Fresh = ({ requests: number } | { ms: number }) & { status?: 401 | 403 };

export type CredentialOptions = {
  kind: CredentialKind;
  /** The user it belongs to, or the App. */
  login?: string;
  /** Owners it may see; all unless given. */
  owners?: string[];
  /** Repositories of those owners that it may not see, by full name. */
  hidden?: string[];
  /** For Apps and fine-grained tokens; every permission there is unless given. Reading metadata comes with any. */
  permissions?: Permissions;
  /** For classic tokens. */
  scopes?: string[];
  /** For classic tokens: its user may read, but is no admin. */
  readOnly?: boolean;
  /** Organizations that want a single sign-on first. */
  ssoRequired?: string[];
  expiresAt?: number;
  /** Requests an hour. */
  limit?: number;
  /** Not known everywhere yet. */
  fresh?: Fresh;
};

export type Credential = CredentialOptions & {
  token: string;
  login: string;
  permissions: Permissions;
  scopes: string[];
  primary: PrimaryLimit;
  recent: SlidingWindows;
  /** Requests that carried it, and when the first did. */
  uses: number;
  firstUse?: number;
};

const ALL_PERMISSIONS: Permissions = Object.fromEntries(
  Object.entries(PERMISSIONS).map(([name, { access }]) => [name, access.at(-1) ?? 'read']),
);

// A workflow's `permissions:` has no key for secrets, environments or variables.
const WORKFLOW_PERMISSIONS: Permissions = { actions: 'read' };

const INSTALLATIONS_ONLY =
  'You must authenticate with an installation access token in order to list repositories for an installation.';

const DEFAULT_LIMIT: Record<CredentialKind, number> = {
  app: 5000,
  'fine-grained': 5000,
  classic: 5000,
  workflow: 1000,
};

export function credential(token: string, options: CredentialOptions): Credential {
  const permissions = options.permissions ?? (options.kind === 'workflow' ? WORKFLOW_PERMISSIONS : ALL_PERMISSIONS);
  return {
    login: 'acme-admin',
    scopes: ['repo', 'admin:org', 'codespace:secrets'],
    ...options,
    permissions: { metadata: 'read', ...permissions },
    token,
    primary: primaryLimit(options.limit ?? DEFAULT_LIMIT[options.kind]),
    recent: new SlidingWindows(),
    uses: 0,
  };
}

/** An App's installation token of the newer kind: App id and JWT, some 520 characters with two dots. */
export function longAppToken(appId = 123456): string {
  const part = (fields: object): string => Buffer.from(JSON.stringify(fields)).toString('base64url');
  const claims = {
    iss: 'github-internal',
    aud: 'api',
    installation: 7654321,
    jti: 'a1b2c3d4e5f6a7b8c9d0',
    exp: 4102444800,
  };
  return `ghs_${appId}_${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${'s-_9'.repeat(82)}`;
}

/** Counts a request, and refuses it while GitHub does not know the token everywhere. */
export function admitFresh(credential: Credential, now: number): void {
  credential.uses += 1;
  credential.firstUse ??= now;
  const { fresh, uses, firstUse } = credential;
  if (!fresh) return;
  if ('requests' in fresh ? uses > fresh.requests : now >= firstUse + fresh.ms) return;
  throw fresh.status === 403 ? new Refusal(403, inaccessible(credential)) : new Refusal(401, 'Bad credentials');
}

export function sees(credential: Credential, repository: Repository): boolean {
  const hidden = credential.hidden?.some((name) => same(name, nameOf(repository))) ?? false;
  return seesOwner(credential, repository.owner) && !hidden;
}

export function seesOwner(credential: Credential, login: string): boolean {
  return credential.owners?.some((owner) => same(owner, login)) ?? true;
}

/** Refuses what the credential may not do by GitHub's own data. */
export function authorize(credential: Credential, row: PermissionRow, repository?: Repository): void {
  if (credential.kind === 'classic') authorizeClassic(credential, row, repository);
  else authorizeByPermission(credential, row);
}

function authorizeByPermission(credential: Credential, row: PermissionRow): void {
  const open = isApp(credential) ? row.app : row.fineGrained;
  if (!open) throw new Refusal(403, row.app && !row.fineGrained ? INSTALLATIONS_ONLY : inaccessible(credential));
  if (row.permission === null || row.access === null) return;
  const held = credential.permissions[row.permission];
  if (held === 'write' || held === row.access) return;
  const headers = { 'X-Accepted-GitHub-Permissions': `${row.permission}=${row.access}` };
  throw new Refusal(403, inaccessible(credential), headers);
}

function authorizeClassic(credential: Credential, row: PermissionRow, repository: Repository | undefined): void {
  if (!row.fineGrained) throw new Refusal(403, INSTALLATIONS_ONLY);
  const { classicScopes: scopes = [], classicOnlyIfPrivate } = row;
  const needed = scopes.length > 0 && !(classicOnlyIfPrivate && repository?.visibility === 'public');
  const lacks = needed && !scopes.some((scope) => credential.scopes.includes(scope));
  if (!lacks && !(credential.readOnly && row.method !== 'GET')) return;
  const accepted = { 'X-OAuth-Scopes': credential.scopes.join(', '), 'X-Accepted-OAuth-Scopes': scopes.join(', ') };
  throw new Refusal(403, 'Must have admin rights to Repository.', accepted);
}

export function isApp(credential: Pick<Credential, 'kind'>): boolean {
  return credential.kind === 'app' || credential.kind === 'workflow';
}

export function requireSignOn(credential: Credential, owner: string): void {
  if (!credential.ssoRequired?.some((login) => same(login, owner))) return;
  const url = `https://github.com/orgs/${owner}/sso?authorization_request=A2AAAA5QTO`;
  const message =
    'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.';
  throw new Refusal(403, message, { 'X-GitHub-SSO': `required; url=${url}` });
}

/** Headers that every answer to this credential carries; `skew` is that of the server's clock. */
export function credentialHeaders(credential: Credential, skew: number): Record<string, string> {
  const headers: Record<string, string> = {};
  if (credential.kind === 'classic') headers['X-OAuth-Scopes'] = credential.scopes.join(', ');
  if (credential.expiresAt !== undefined && !isApp(credential)) {
    const [date, time] = new Date(credential.expiresAt + skew).toISOString().split(/[T.]/);
    headers['github-authentication-token-expiration'] = `${date} ${time} UTC`;
  }
  return headers;
}

function inaccessible({ kind }: Credential): string {
  return `Resource not accessible by ${kind === 'fine-grained' ? 'personal access token' : 'integration'}`;
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

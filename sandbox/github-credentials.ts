import { Refusal } from './github-errors.ts';
import { type PrimaryLimit, primaryLimit, SlidingWindows } from './github-limits.ts';
import { nameOf, type Repository } from './github-repositories.ts';
import type { StoreAddress } from './target-line.ts';

export type CredentialKind = 'app' | 'fine-grained' | 'classic' | 'workflow';
export type Access = 'read' | 'write';
export type Permissions = Record<string, Access>;

export type CredentialOptions = {
  kind: CredentialKind;
  /** The user it belongs to, or the App. */
  login?: string;
  /** Owners it may see; all unless given. */
  owners?: string[];
  /** Repositories of those owners that it may not see, by full name. */
  hidden?: string[];
  /** For Apps and fine-grained tokens; every permission there is unless given. */
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
};

export type Credential = CredentialOptions & {
  token: string;
  login: string;
  permissions: Permissions;
  scopes: string[];
  primary: PrimaryLimit;
  recent: SlidingWindows;
};

/** What a request needs: a permission for Apps and fine-grained tokens, a scope for classic ones. */
export type Need = { permission: string; access: Access; scope: string; openToApps?: boolean };

const REPOSITORY_STORES = {
  actions: 'secrets',
  dependabot: 'dependabot_secrets',
  codespaces: 'codespaces_secrets',
  agents: 'agent_secrets',
} as const;

const ORGANIZATION_STORES = {
  actions: 'organization_secrets',
  dependabot: 'organization_dependabot_secrets',
  codespaces: 'organization_codespaces_secrets',
  agents: 'organization_agent_secrets',
} as const;

const ALL_PERMISSIONS: Permissions = Object.fromEntries(
  [
    ...Object.values(REPOSITORY_STORES),
    ...Object.values(ORGANIZATION_STORES),
    'codespaces_user_secrets',
    'environments',
    'actions',
    'actions_variables',
    'organization_actions_variables',
  ].map((permission) => [permission, 'write']),
);

const DEFAULT_LIMIT: Record<CredentialKind, number> = {
  app: 5000,
  'fine-grained': 5000,
  classic: 5000,
  workflow: 1000,
};

export function credential(token: string, options: CredentialOptions): Credential {
  const permissions: Permissions = options.kind === 'workflow' ? { actions: 'read' } : ALL_PERMISSIONS;
  return {
    login: 'acme-admin',
    permissions,
    scopes: ['repo', 'admin:org', 'codespace:secrets'],
    ...options,
    token,
    primary: primaryLimit(options.limit ?? DEFAULT_LIMIT[options.kind]),
    recent: new SlidingWindows(),
  };
}

export function needForSecrets(address: StoreAddress, access: Access): Need {
  switch (address.scope) {
    case 'user':
      return { permission: 'codespaces_user_secrets', access, scope: 'codespace:secrets', openToApps: false };
    case 'organization': {
      const openToApps = address.kind !== 'codespaces';
      return { permission: ORGANIZATION_STORES[address.kind], access, scope: 'admin:org', openToApps };
    }
    case 'environment':
      return { permission: 'environments', access, scope: 'repo' };
    case 'repository':
      return { permission: REPOSITORY_STORES[address.kind], access, scope: 'repo' };
  }
}

export function sees(credential: Credential, repository: Repository): boolean {
  const hidden = credential.hidden?.some((name) => same(name, nameOf(repository))) ?? false;
  return seesOwner(credential, repository.owner) && !hidden;
}

export function seesOwner(credential: Credential, login: string): boolean {
  return credential.owners?.some((owner) => same(owner, login)) ?? true;
}

/** Refuses what the credential may not do. */
export function authorize(credential: Credential, need: Need): void {
  const { kind } = credential;
  if (kind === 'classic') {
    const lacks = !credential.scopes.includes(need.scope) || (need.access === 'write' && credential.readOnly);
    if (lacks) throw new Refusal(403, 'Must have admin rights to Repository.', scopeHeaders(credential, need));
    return;
  }
  const held = credential.permissions[need.permission];
  const closed = need.openToApps === false && isApp(credential);
  if (!closed && (held === 'write' || held === need.access)) return;
  const who = kind === 'fine-grained' ? 'personal access token' : 'integration';
  const headers = { 'X-Accepted-GitHub-Permissions': `${need.permission}=${need.access}` };
  throw new Refusal(403, `Resource not accessible by ${who}`, closed ? {} : headers);
}

export function isApp(credential: Credential): boolean {
  return credential.kind === 'app' || credential.kind === 'workflow';
}

export function requireSignOn(credential: Credential, owner: string): void {
  if (!credential.ssoRequired?.some((login) => same(login, owner))) return;
  const url = `https://github.com/orgs/${owner}/sso?authorization_request=A2AAAA5QTO`;
  const message =
    'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.';
  throw new Refusal(403, message, { 'X-GitHub-SSO': `required; url=${url}` });
}

/** Headers that every answer to this credential carries. */
export function credentialHeaders(credential: Credential): Record<string, string> {
  const headers: Record<string, string> = {};
  if (credential.kind === 'classic') headers['X-OAuth-Scopes'] = credential.scopes.join(', ');
  if (credential.expiresAt !== undefined && !isApp(credential)) {
    const [date, time] = new Date(credential.expiresAt).toISOString().split(/[T.]/);
    headers['github-authentication-token-expiration'] = `${date} ${time} UTC`;
  }
  return headers;
}

function scopeHeaders(credential: Credential, need: Need): Record<string, string> {
  return { 'X-OAuth-Scopes': credential.scopes.join(', '), 'X-Accepted-OAuth-Scopes': need.scope };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

import { randomUUID } from 'node:crypto';
import { DAY, MINUTE, timestamp } from '../clocks/clock.ts';
import { type Answer, SandboxServer } from '../http/server.ts';
import type { SandboxRequest, Traffic } from '../http/traffic.ts';
import { conflict, forbidden, hal, notFound, tooManyRequests, unauthorized } from './answers.ts';

export type ApiToken = { value: string; issuedAt: number; expiresAt: number; revoked: boolean };

export type Account = {
  uid: string;
  name: string;
  email: string;
  /** Where its user is logged in, with the id that ThousandEyes calls `aid`. */
  accountGroup: { aid: string; name: string };
  registeredAt: number;
  /** Null where the user never logged in. */
  lastLoginAt: number | null;
  tokens: ApiToken[];
  /** Whether the account's role may regenerate. */
  apiAccess: boolean;
  locked: boolean;
};

/** How long a new token is refused: for so many attempts to use it, or milliseconds. */
export type Spread = { attempts: number } | { ms: number };

const OVERLAP = 14 * DAY;

/** A ThousandEyes that knows two operations: regenerate the token, and tell who is asking. */
export class ThousandEyes extends SandboxServer {
  /** Every token issued by a regenerate, in order. */
  readonly issued: string[] = [];
  readonly accounts: Account[] = [];
  /** The value of the next token to be issued; made up if not set. */
  nextToken: string | undefined;
  spread: Spread = { attempts: 0 };
  /** Requests a minute, for the whole organization. */
  rateLimit = 240;
  readonly #attempts = new Map<string, number>();
  #window = { since: 0, used: 0 };

  constructor(traffic: Traffic) {
    super('thousandeyes', '/v7', traffic);
  }

  addAccount(account: Partial<Omit<Account, 'tokens'>> = {}): Account {
    const number = this.accounts.length + 1;
    const basics = { uid: String(1000 + number), name: `Acme ${number}`, email: `te-${number}@acme.example` };
    const group = { aid: String(200 + number), name: `Acme group ${number}` };
    const dates = { registeredAt: Date.UTC(2024, 0, 15, 9), lastLoginAt: Date.UTC(2026, 0, 15, 9) };
    const state = { tokens: [], apiAccess: true, locked: false };
    const added = { ...basics, accountGroup: group, ...dates, ...state, ...account };
    this.accounts.push(added);
    return added;
  }

  /** A token that is already there, valid for two years from its issue unless told otherwise. */
  addToken(account: Account, token: Partial<ApiToken> & { value: string }): ApiToken {
    const issuedAt = token.issuedAt ?? this.traffic.clock.now();
    const added = { issuedAt, expiresAt: twoYearsAfter(issuedAt), revoked: false, ...token };
    account.tokens.push(added);
    return added;
  }

  activeTokens(account: Account | undefined = this.accounts[0]): string[] {
    return this.#active(account).map((token) => token.value);
  }

  /** A person revokes one in the web interface, which ends it at once. @throws where it is not listed as active */
  revoke(value: string): void {
    const listed = this.accounts.flatMap((account) => this.#active(account)).find((token) => token.value === value);
    if (!listed) throw new Error('No such active token');
    listed.revoked = true;
  }

  /** A person creates one in the web interface; the others live on. @throws where two are active already */
  create(account: Account | undefined = this.accounts[0]): string {
    if (!account) throw new Error('No account');
    if (this.#active(account).length > 1) throw new Error(`${account.name} has two active tokens: revoke one first`);
    return this.addToken(account, { value: `te-made-${randomUUID()}` }).value;
  }

  protected override act(request: SandboxRequest, path: string): Answer {
    const route = `${request.method} ${path}`;
    const refusal = this.#limit();
    const answer = refusal ?? this.#route(route, request);
    return { ...answer, headers: { ...answer.headers, ...this.#limitHeaders() } };
  }

  #route(route: string, request: SandboxRequest): Answer {
    const account = this.#authenticate(request.headers.authorization);
    if (!account) return unauthorized();
    if (route === 'POST /api-tokens') return this.#regenerate(account, request.headers.authorization ?? '');
    if (route === 'GET /users/current') return hal(200, this.#user(account));
    return notFound();
  }

  #authenticate(authorization: string | undefined): Account | undefined {
    const value = bearer(authorization);
    const account = this.accounts.find((candidate) => this.#active(candidate).some((token) => token.value === value));
    return account && !account.locked && this.#hasSpread(account, value) ? account : undefined;
  }

  #hasSpread(account: Account, value: string): boolean {
    if (!this.issued.includes(value)) return true;
    const attempt = (this.#attempts.get(value) ?? 0) + 1;
    this.#attempts.set(value, attempt);
    if ('attempts' in this.spread) return attempt > this.spread.attempts;
    const issuedAt = account.tokens.find((token) => token.value === value)?.issuedAt ?? 0;
    return this.traffic.clock.now() >= issuedAt + this.spread.ms;
  }

  #regenerate(account: Account, authorization: string): Answer {
    if (!account.apiAccess) return forbidden();
    if (this.#active(account).length > 1) return conflict();
    const now = this.traffic.clock.now();
    const old = account.tokens.find((token) => token.value === bearer(authorization));
    if (old) old.expiresAt = Math.min(old.expiresAt, now + OVERLAP);
    const { value, expiresAt } = this.addToken(account, { value: this.nextToken ?? `te-new-${randomUUID()}` });
    this.nextToken = undefined;
    this.issued.push(value);
    return hal(201, { bearerToken: value, validUntil: this.#shown(expiresAt) });
  }

  #user(account: Account): Record<string, unknown> {
    const { uid, name, email, registeredAt, lastLoginAt } = account;
    const group = { aid: account.accountGroup.aid, accountGroupName: account.accountGroup.name };
    const role = { roleId: '35', name: 'Organization Admin', isBuiltin: true, hasManagementPermissions: true };
    return {
      uid,
      name,
      email,
      dateRegistered: this.#shown(registeredAt),
      ...(lastLoginAt === null ? {} : { lastLogin: this.#shown(lastLoginAt) }),
      loginAccountGroup: group,
      accountGroupRoles: [{ accountGroup: group, roles: [role] }],
      allAccountGroupRoles: [role],
      _links: { self: { href: `${this.url}/users/current` } },
    };
  }

  #shown(ms: number): string {
    return timestamp(ms + this.skew);
  }

  #active(account: Account | undefined): ApiToken[] {
    const now = this.traffic.clock.now();
    return (account?.tokens ?? []).filter((token) => !token.revoked && now < token.expiresAt);
  }

  #limit(): Answer | undefined {
    const now = this.traffic.clock.now();
    if (now >= this.#window.since + MINUTE) this.#window = { since: now, used: 0 };
    this.#window.used += 1;
    if (this.#window.used <= this.rateLimit) return undefined;
    return tooManyRequests();
  }

  #limitHeaders(): Record<string, string> {
    return {
      'x-organization-rate-limit-limit': String(this.rateLimit),
      'x-organization-rate-limit-remaining': String(Math.max(0, this.rateLimit - this.#window.used)),
      'x-organization-rate-limit-reset': String(Math.ceil((this.#window.since + MINUTE + this.skew) / 1000)),
    };
  }
}

function bearer(authorization: string | undefined): string {
  return /^Bearer (.*)$/i.exec(authorization ?? '')?.[1] ?? '';
}

function twoYearsAfter(ms: number): number {
  const date = new Date(ms);
  return date.setUTCFullYear(date.getUTCFullYear() + 2);
}

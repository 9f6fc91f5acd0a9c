import { randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import type { ActOptions, Answer } from '../http/server.ts';
import type { SandboxRequest, Traffic } from '../http/traffic.ts';
import {
  admitFresh,
  type Credential,
  type CredentialOptions,
  credential,
  credentialHeaders,
} from './access/credentials.ts';
import { primaryHeaders, primaryLimit, type SecondaryLimits, spend } from './access/limits.ts';
import { GitHubContents } from './contents.ts';
import { Refusal } from './errors.ts';
import type { WorkflowRun } from './operations/context.ts';
import { route } from './routes.ts';
import { STORE_KINDS, type StoreKind } from './stores/target-line.ts';
import { checkVersion, type EndingVersion, versionHeaders } from './versions.ts';

export type { SeedOptions } from './contents.ts';

export type GitHubOptions = {
  /** A GitHub Enterprise Server: other base path, fewer stores. */
  enterprise?: boolean;
  /** Enforced only if given. */
  secondaryLimits?: SecondaryLimits;
  /** Reads show a secret's new `updated_at` only so many milliseconds after the write. */
  updatedAtLag?: number;
  /** Milliseconds by which the dates of secrets and variables are ahead of the `Date` header; negative where behind. */
  datesSkew?: number;
};

/** A GitHub with all ten secret stores, variables, repositories, credentials and rate limits. */
export class GitHub extends GitHubContents {
  readonly runs: WorkflowRun[] = [];
  /** The stores this GitHub has. */
  readonly stores: Set<StoreKind>;
  secondaryLimits: SecondaryLimits | undefined;
  /** Reads show a secret's new `updated_at` only so many milliseconds after the write. */
  updatedAtLag: number;
  /** Milliseconds by which the dates of secrets and variables are ahead of the `Date` header; negative where behind. */
  datesSkew: number;
  /** A version of the API that comes to its end. */
  endingVersion: EndingVersion | undefined;
  /** Requests refused because of a rate limit, primary or secondary. */
  refusedForLimits = 0;
  readonly #credentials = new Map<string, Credential>();
  readonly #anonymous = primaryLimit(60);
  readonly #enterprise: boolean;

  constructor(traffic: Traffic, options: GitHubOptions = {}) {
    super(options.enterprise ? '/api/v3' : '', traffic);
    this.#enterprise = options.enterprise ?? false;
    this.stores = new Set(this.#enterprise ? ['actions', 'dependabot'] : STORE_KINDS);
    this.secondaryLimits = options.secondaryLimits;
    this.updatedAtLag = options.updatedAtLag ?? 0;
    this.datesSkew = options.datesSkew ?? 0;
  }

  override async start(): Promise<void> {
    await sodium.ready;
    await super.start();
  }

  addCredential(token: string, options: CredentialOptions): Credential {
    const added = credential(token, options);
    this.#credentials.set(token, added);
    return added;
  }

  credential(token: string): Credential {
    const known = this.#credentials.get(token);
    if (!known) throw new Error('No such credential');
    return known;
  }

  addRun(repository: string, run: { id: number; createdAt: number }): void {
    this.runs.push({ ...run, repository });
  }

  protected override act(request: SandboxRequest, path: string, { swallow }: ActOptions): Answer {
    const known = this.#authenticate(request.headers.authorization);
    const primary = known?.primary ?? this.#anonymous;
    const { repositories, runs, url, stores, skew } = this;
    let answer: Answer;
    try {
      checkVersion(this.endingVersion, request, this.traffic.clock.now());
      if (!known) throw new Refusal(401, request.headers.authorization ? 'Bad credentials' : 'Requires authentication');
      admitFresh(known, this.traffic.clock.now());
      this.#limit(known, request);
      answer = route({
        repositories,
        runs,
        url,
        path,
        stores,
        dates: { lag: this.updatedAtLag, skew: skew + this.datesSkew },
        skew,
        request,
        credential: known,
        swallow,
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer = error.answer();
    }
    const own = known ? credentialHeaders(known, skew) : {};
    const common = { ...this.#commonHeaders(request), ...primaryHeaders(primary, skew), ...own };
    return { ...answer, headers: { ...common, ...answer.headers } };
  }

  #authenticate(authorization: string | undefined): Credential | undefined {
    const token = /^(?:bearer|token) (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
    const known = this.#credentials.get(token);
    const expired = known?.expiresAt !== undefined && known.expiresAt <= this.traffic.clock.now();
    return expired ? undefined : known;
  }

  #limit(known: Credential, request: SandboxRequest): void {
    const now = this.traffic.clock.now();
    try {
      spend(known.primary, now);
      if (this.secondaryLimits)
        known.recent.admit(request.method !== 'GET', now, this.concurrent, this.secondaryLimits);
    } catch (error) {
      this.refusedForLimits += 1;
      throw error;
    }
  }

  #commonHeaders(request: SandboxRequest): Record<string, string> {
    const id = randomBytes(8).toString('hex').toUpperCase();
    const version = this.#enterprise ? { 'x-github-enterprise-version': 'enterprise-server@3.19.0' } : {};
    return {
      server: 'github.com',
      'x-github-request-id': `${id.slice(0, 4)}:${id.slice(4)}`,
      ...version,
      ...versionHeaders(this.endingVersion, request, this.traffic.clock.now(), this.skew),
    };
  }
}

import type { GitHubAnswer } from '../../../src/github/answer.ts';
import type { Allowance } from '../../../src/github/rate-limit.ts';
import type { Repository } from '../../../src/github/repositories.ts';
import type { PublicKey, Sealed, Sealer } from '../../../src/github/sealed-box.ts';
import type { Access, StoredSecret, WriteOptions, WriteReceipt } from '../../../src/github/secrets.ts';
import type { Variable } from '../../../src/github/variables.ts';
import { failed, ok, type Result } from '../../../src/lib/result.ts';
import type { RetryPolicy } from '../../../src/lib/retry.ts';
import { Secret } from '../../../src/lib/secret.ts';
import type { Dependencies } from '../../../src/rotation/dependencies.ts';
import type { Journal, JournalHeader, JournalLine } from '../../../src/rotation/journal.ts';
import type { Outcome, Recovery } from '../../../src/rotation/outcome.ts';
import type { RunRequest } from '../../../src/rotation/request.ts';
import { namedTarget, type ResolvedTarget } from '../../../src/targets/resolved-target.ts';
import { hasSelection, type Store } from '../../../src/targets/store.ts';
import { labelOf, lineOf, type Target, writeTestName } from '../../../src/targets/target.ts';
import type { Regeneration, TokenCheck } from '../../../src/thousandeyes/client.ts';
import { credentialOf, fakeRetryContext, gitHubAnswer, storedSecret, target } from './fakes.ts';
import { day, now } from './time.ts';

export const rotatedLongAgo = { createdAt: now - 400 * day, updatedAt: now - 300 * day };

/** An answer, or a list of them, one after the other; the last one stays. */
type Scripted<Value> = Value | readonly Value[];

export interface SceneOptions {
  /** By line: the secret's dates and access, or what GitHub answers. A line that is not given has an old secret. */
  readonly secrets?: Record<string, Scripted<Partial<StoredSecret> | GitHubAnswer>>;
  /** By line of the store. */
  readonly keys?: Record<string, GitHubAnswer>;
  /** The keys that refreshes find, by line of the store. */
  readonly freshKeys?: Record<string, Scripted<PublicKey | GitHubAnswer>>;
  /** A key that nothing can be sealed for; every store's is `k`, a fresh one is `n`. */
  readonly badKey?: string;
  readonly repositories?: Record<string, Partial<Repository> | GitHubAnswer>;
  readonly variable?: Scripted<Variable | GitHubAnswer>;
  readonly variableWrite?: GitHubAnswer;
  /** Of the current token. */
  readonly check?: Scripted<TokenCheck>;
  /** Of the new token. */
  readonly newCheck?: Scripted<TokenCheck>;
  readonly regenerations?: Scripted<Regeneration>;
  /** By line, of a write: a status, a whole answer, or what is thrown; `test` in front of the line is a write test. */
  readonly writes?: Record<string, Scripted<number | GitHubAnswer | Error>>;
  /** By line of the store, of the deletion of a write test. */
  readonly deletes?: Record<string, GitHubAnswer>;
  /** How many secrets a store holds, by its line. */
  readonly counts?: Record<string, number | GitHubAnswer>;
  readonly sealer?: string;
  readonly journal?: string;
  readonly allowance?: Allowance;
  readonly expiresAt?: number;
  /** When the run was created, or why that is not known. */
  readonly runCreated?: Result<number>;
  readonly eventSaysPublic?: boolean;
}

/** The journal, with all of its lines. */
export class FakeJournal implements Journal {
  readonly lines: JournalLine[] = [];
  header: JournalHeader | undefined;
  isClaimable = true;
  isClaimed = false;
  isFinished = false;
  /** Whether lines can be written. */
  isWritable = true;

  note(...lines: readonly JournalLine[]): boolean {
    if (this.isWritable) this.lines.push(...lines);
    return this.isWritable;
  }
  claim(): boolean {
    this.isClaimed = this.isClaimable;
    return this.isClaimable;
  }
  finish(): void {
    this.isFinished = true;
  }
}

export const newToken = new Secret('te-new-token-of-the-scene');
const currentToken = new Secret('te-current-token-of-the-scene');

export function requestFor(lines: readonly string[], more: Partial<RunRequest> = {}): RunRequest {
  const [home, ...others] = lines.map((line) => namedTarget(target(line), 'TE_TOKEN'));
  if (home === undefined) throw new Error('there is no home');
  return {
    targets: [home, ...others],
    currentToken,
    createMissing: false,
    expiryVariable: undefined,
    rotateWhenDaysLeft: undefined,
    exposeToken: false,
    credential: credentialOf(),
    thousandEyesUrl: 'https://api.thousandeyes.com/v7',
    ...more,
  };
}

/** GitHub and ThousandEyes as the modes see them, and everything that was done to them, in order. */
export function sceneOf(options: SceneOptions = {}) {
  const context = fakeRetryContext({ now });
  const { clock, log, cancellation, cancel } = context;
  const steps: string[] = [];
  const sent: { line: string; sealed: Sealed; access: Access | undefined }[] = [];
  const outcomes: Outcome[] = [];
  const announced: Recovery[] = [];
  const journal = new FakeJournal();
  const counts = new Map<string, number>();
  const nth = <Value>(key: string, scripted: Scripted<Value>): Value => {
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (!Array.isArray(scripted)) return scripted as Value;
    return scripted[Math.min(count, scripted.length - 1)];
  };
  const lineFor = ({ target: { store, secret } }: { target: Target }) => labelOf({ store, secret }, 'TE_TOKEN');
  const isAnswer = (value: object): value is GitHubAnswer => 'detail' in value;
  const written = new Map<string, number>();

  const read = async (wanted: ResolvedTarget): Promise<Result<StoredSecret, GitHubAnswer>> => {
    const line = lineFor(wanted);
    const found = nth(`read ${line}`, options.secrets?.[line] ?? {});
    if (isAnswer(found)) return failed(found);
    const at = written.get(line);
    const dates = at === undefined ? rotatedLongAgo : { ...rotatedLongAgo, updatedAt: at };
    return ok(storedSecret({ ...dates, asOf: clock.monotonic(), ...found }));
  };
  const secrets: Dependencies['secrets'] = {
    read: (wanted) => read(wanted),
    publicKey: async () => failed(gitHubAnswer(500, { detail: 'the scene hands out keys by firstReads' })),
    write: async (
      wanted: ResolvedTarget,
      sealed: Sealed,
      _policy: RetryPolicy,
      { access, onAccess, mayWrite }: WriteOptions = {},
    ): Promise<Result<WriteReceipt, GitHubAnswer>> => {
      const isTest = wanted.target.secret === writeTestName;
      const line = isTest ? `test ${lineOf(wanted.target.store)}` : lineFor(wanted);
      const refusal = await mayWrite?.();
      if (refusal !== undefined) return failed(refusal);
      if (access === undefined && hasSelection(wanted.target.store)) {
        const now = await read(wanted);
        if (!now.ok) return now;
        onAccess?.(now.value.access);
        sent.push({ line, sealed, access: now.value.access });
      } else sent.push({ line, sealed, access });
      steps.push(`PUT ${line}`);
      const status = nth(`write ${line}`, options.writes?.[line] ?? (isTest ? 201 : 204));
      if (status instanceof Error) throw status;
      if (typeof status !== 'number') return failed(status);
      if (status !== 201 && status !== 204) return failed(gitHubAnswer(status));
      written.set(line, clock.monotonic());
      return ok({ status: status === 201 ? 'created' : 'updated', at: clock.now() });
    },
    delete: async (wanted) => {
      const line = lineOf(wanted.target.store);
      steps.push(`DELETE test ${line}`);
      const answer = options.deletes?.[line];
      return answer === undefined ? ok(undefined) : failed(answer);
    },
    count: async ({ target: { store } }) => {
      const count = options.counts?.[lineOf(store)] ?? 1;
      return typeof count === 'number' ? ok(count) : failed(count);
    },
    isSharedByOrganization: async () => false,
  };
  const firstReads: Dependencies['firstReads'] = {
    publicKey: async ({ target: { store } }) => {
      const answer = options.keys?.[lineOf(store)];
      return answer === undefined ? ok({ keyId: `key of ${lineOf(store)}`, key: 'k' }) : failed(answer);
    },
    secret: (wanted) => read(wanted),
    refreshKey: async ({ target: { store } }) => {
      const line = lineOf(store);
      steps.push(`new key of ${line}`);
      const found = nth(`key ${line}`, options.freshKeys?.[line] ?? { keyId: `new key of ${line}`, key: 'n' });
      return isAnswer(found) ? failed(found) : ok(found);
    },
  };
  const repositories: Dependencies['repositories'] = {
    read: async (owner, name) => {
      const found = options.repositories?.[`${owner}/${name}`] ?? {};
      if (isAnswer(found)) return failed(found);
      return ok({ id: 1, owner, name, archived: false, disabled: false, isPrivate: true, ...found });
    },
    list: async () => failed(gitHubAnswer(500, { detail: 'the scene lists nothing' })),
    hasEnvironment: async () => true,
  };
  const variables: Dependencies['variables'] = {
    read: async () => {
      const found = nth<Variable | GitHubAnswer>('variable', options.variable ?? gitHubAnswer(404));
      return isAnswer(found) ? failed(found) : ok(found);
    },
    write: async (store: Store, name: string, value: string) => {
      steps.push(`${name} beside ${lineOf(store)} = ${value}`);
      return options.variableWrite === undefined ? ok(undefined) : failed(options.variableWrite);
    },
  };
  const sealer: Sealer = {
    seal: (clear, key) =>
      key.key === options.badKey
        ? failed('a public key that nothing can be sealed for')
        : ok({ keyId: key.keyId, value: `sealed(${clear})` }),
  };
  const issued: Regeneration = { kind: 'issued', token: newToken, validUntil: now + 730 * day };
  const thousandEyes: Dependencies['thousandEyes'] = {
    checkCurrent: async () => nth('check', options.check ?? { kind: 'accepted', user: undefined }),
    check: async () => {
      steps.push('check the new token');
      return nth('new check', options.newCheck ?? { kind: 'accepted', user: undefined });
    },
    regenerate: () => {
      steps.push('POST /api-tokens');
      const answer = nth('regenerate', options.regenerations ?? issued);
      return { answer: Promise.resolve(answer), arrived: () => 0, close: () => undefined };
    },
  };
  const dependencies: Dependencies = {
    clock,
    cancellation,
    log,
    workflow: log,
    github: { allowance: options.allowance, expiresAt: options.expiresAt, deprecations: [] },
    throttle: { countEarlierWrites: () => undefined },
    secrets,
    firstReads,
    variables,
    repositories,
    workflowRuns: { createdAt: async () => options.runCreated ?? ok(now) },
    thousandEyes,
    loadSealer: async () => (options.sealer === undefined ? ok(sealer) : failed(options.sealer)),
    createJournal: (header) => {
      if (options.journal !== undefined) return failed(options.journal);
      journal.header = header;
      return ok(journal);
    },
    run: { repository: 'acme/network', runId: '4711' },
    eventSaysPublic: () => options.eventSaysPublic ?? false,
    startedAt: clock.monotonic(),
    report: (outcome) => outcomes.push(outcome) > 0,
    announce: (recovery) => void announced.push(recovery),
  };
  return {
    dependencies,
    clock,
    log,
    cancel,
    cancellation,
    journal,
    sealer,
    steps,
    sent,
    outcomes,
    announced,
    /** The one outcome that was reported. */
    get outcome(): Outcome {
      const [outcome] = outcomes;
      if (outcome === undefined || outcomes.length > 1) throw new Error(`${outcomes.length} outcomes were reported`);
      return outcome;
    },
    elapsed: () => clock.monotonic() - now,
  };
}

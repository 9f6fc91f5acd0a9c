import type { GitHubAnswer } from '../../../src/github/answer.ts';
import type { Repository } from '../../../src/github/repositories.ts';
import type { PublicKey, Sealed } from '../../../src/github/sealed-box.ts';
import type { Access, StoredSecret } from '../../../src/github/secrets.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import { failed, ok, type Result } from '../../../src/lib/result.ts';
import { wholeSecond } from '../../../src/lib/text.ts';
import type { Dependencies } from '../../../src/rotation/dependencies.ts';
import { type RotationRecord, recordText } from '../../../src/rotation/record/record.ts';
import { hasSelection } from '../../../src/targets/store.ts';
import { labelOf, lineOf, type ResolvedTarget, writeTestName } from '../../../src/targets/target.ts';
import { gitHubAnswer, storedSecret } from './fakes.ts';

/** An answer, or a list of them, one after the other; the last one stays. */
export type Scripted<Value> = Value | readonly Value[];

export interface GitHubOptions {
  /**
   * By line: the secret's dates and access, or what GitHub answers. A line that is not given has an old secret; `_NEXT` and a
   * write test are not there.
   */
  readonly secrets?: Record<string, Scripted<Partial<StoredSecret> | GitHubAnswer>>;
  /** By line of the store. */
  readonly keys?: Record<string, GitHubAnswer>;
  /** The keys that refreshes find, by line of the store. */
  readonly freshKeys?: Record<string, Scripted<PublicKey | GitHubAnswer>>;
  /** A key that nothing can be sealed for; every store's is `k`, a fresh one is `n`. */
  readonly badKey?: string;
  readonly repositories?: Record<string, Partial<Repository> | GitHubAnswer>;
  /** The record at the start, or what its variable holds; null where there is none. Left out, there is none. */
  readonly record?: RotationRecord | string | null;
  /** What reads of the record meet; undefined for what is there. */
  readonly recordReads?: Scripted<GitHubAnswer | undefined>;
  /** What writes of the record meet; undefined where GitHub takes them. */
  readonly recordWrites?: Scripted<GitHubAnswer | undefined>;
  /**
   * By line, of a write: a status, a whole answer, or what is thrown; `test` in front of the line is a write test. What can
   * pass, and any refusal where the writer persists, is followed by the list's next answer, a second later.
   */
  readonly writes?: Record<string, Scripted<number | GitHubAnswer | Error>>;
  /** By line, of a deletion; `test` in front of the line of the store is a write test. */
  readonly deletes?: Record<string, GitHubAnswer>;
  /** How many secrets a store holds, by its line. */
  readonly counts?: Record<string, number | GitHubAnswer>;
  /** How far GitHub's clock is ahead of ours, in ms. */
  readonly skew?: number;
}

/** What a scene has under way: how often each thing was asked, what was done, in order, and what came of it. */
export class Stage {
  readonly clock: Clock;
  readonly options: GitHubOptions;
  /** The dates of a secret of which a test says nothing. */
  readonly usualDates: Pick<StoredSecret, 'updatedAt'>;
  readonly steps: string[] = [];
  readonly #counts = new Map<string, number>();

  constructor(options: GitHubOptions, clock: Clock, usualDates: Pick<StoredSecret, 'updatedAt'>) {
    this.options = options;
    this.clock = clock;
    this.usualDates = usualDates;
  }

  /** The time by GitHub's clock. */
  get now(): number {
    return this.clock.now() + (this.options.skew ?? 0);
  }

  nth<Value>(key: string, scripted: Scripted<Value>): Value {
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    if (!Array.isArray(scripted)) return scripted as Value;
    return scripted[Math.min(count, scripted.length - 1)];
  }

  /** Whether a script has more to say. */
  hasMore(key: string, scripted: Scripted<unknown>): boolean {
    return Array.isArray(scripted) && (this.#counts.get(key) ?? 0) < scripted.length;
  }
}

function isAnswer(value: object): value is GitHubAnswer {
  return 'detail' in value;
}

/** A write, in the order in which they were made. */
export interface Sent {
  readonly line: string;
  readonly sealed: Sealed;
  readonly access: Access | undefined;
}

/** GitHub's secrets, with what is written to them. */
export function secretsOn(stage: Stage) {
  const { options, steps, clock, usualDates } = stage;
  const sent: Sent[] = [];
  /** By line, when it was written; null where it was deleted. */
  const written = new Map<string, number | null>();
  const isTest = ({ target: { secret } }: ResolvedTarget) => secret.startsWith(writeTestName);
  const isUsual = (wanted: ResolvedTarget) => !isTest(wanted) && !wanted.target.secret.endsWith('_NEXT');
  const lineFor = (wanted: ResolvedTarget) => labelOf(wanted.target, 'TE_TOKEN');
  const stepLine = (wanted: ResolvedTarget) => {
    const { store, secret } = wanted.target;
    if (!isTest(wanted)) return lineFor(wanted);
    return `test ${lineOf(store)}${secret === writeTestName ? '' : ` as ${secret}`}`;
  };

  const read = async (wanted: ResolvedTarget): Promise<Result<StoredSecret, GitHubAnswer>> => {
    const line = lineFor(wanted);
    const at = written.get(line);
    const script = options.secrets?.[line];
    if (at === null || (at === undefined && script === undefined && !isUsual(wanted))) return failed(gitHubAnswer(404));
    const found = stage.nth(`read ${line}`, script ?? {});
    if (isAnswer(found)) return failed(found);
    const dates = at === undefined ? usualDates : { ...usualDates, updatedAt: at };
    return ok(storedSecret({ ...dates, ...found }));
  };
  /** As GitHub knows it, whatever a read is answered. */
  const isThere = (wanted: ResolvedTarget) => {
    const at = written.get(lineFor(wanted));
    if (at !== undefined) return at !== null;
    const script = options.secrets?.[lineFor(wanted)] ?? (isUsual(wanted) ? {} : gitHubAnswer(404));
    return !(Array.isArray(script) ? script : [script]).some((found) => isAnswer(found) && found.status === 404);
  };
  const secrets: Dependencies['secrets'] = {
    read: (wanted) => read(wanted),
    publicKey: async () => failed(gitHubAnswer(500, { detail: 'the scene hands out keys by firstReads' })),
    write: async (wanted, sealed, _policy, { access, mayWrite, onAnswer, persists = false } = {}) => {
      const line = stepLine(wanted);
      const key = `write ${line}`;
      const script = options.writes?.[line] ?? (isThere(wanted) ? 204 : 201);
      for (;;) {
        const refusal = await mayWrite?.();
        if (refusal !== undefined) {
          onAnswer?.(refusal);
          return failed(refusal);
        }
        const value = typeof sealed === 'function' ? await sealed() : sealed;
        const seen = access === undefined && hasSelection(wanted.target.store) ? await read(wanted) : undefined;
        if (seen !== undefined && !seen.ok) return seen;
        sent.push({ line, sealed: value, access: seen?.value.access ?? access });
        steps.push(`PUT ${line}`);
        const said = stage.nth(key, script);
        if (said instanceof Error) throw said;
        const answer = typeof said === 'number' ? gitHubAnswer(said) : said;
        onAnswer?.(answer);
        if (answer.status === 201 || answer.status === 204) {
          written.set(lineFor(wanted), wholeSecond(stage.now));
          return ok({ status: answer.status === 201 ? 'created' : 'updated', at: stage.now });
        }
        const isPassing = persists || answer.status === 0 || answer.status >= 500;
        if (!isPassing || !stage.hasMore(key, script)) return failed(answer);
        await clock.sleep(1000);
      }
    },
    delete: async (wanted) => {
      const line = stepLine(wanted);
      steps.push(`DELETE ${line}`);
      const answer = options.deletes?.[line];
      if (answer !== undefined) return failed(answer);
      written.set(lineFor(wanted), null);
      return ok(undefined);
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
      const found = stage.nth(`key ${line}`, options.freshKeys?.[line] ?? { keyId: `new key of ${line}`, key: 'n' });
      return isAnswer(found) ? failed(found) : ok(found);
    },
  };
  return { secrets, firstReads, sent };
}

/** The record's variable; what was noted there, in order. */
export function recordOn(stage: Stage) {
  const { options, steps } = stage;
  const noted: string[] = [];
  const { record = null } = options;
  let value = record === null || typeof record === 'string' ? record : recordText(record);
  const write = (step: string, status: number, content: string | undefined): Result<undefined, GitHubAnswer> => {
    steps.push(step);
    const refusal = stage.nth('record write', options.recordWrites);
    if (refusal !== undefined) return failed(refusal);
    if (status >= 400) return failed(gitHubAnswer(status));
    if (content !== undefined) {
      value = content;
      noted.push(content);
    }
    return ok(undefined);
  };
  const variables: Dependencies['variables'] = {
    read: async () => {
      const refusal = stage.nth('record read', options.recordReads);
      if (refusal !== undefined) return failed(refusal);
      return value === null ? failed(gitHubAnswer(404)) : ok(value);
    },
    update: async ({ name }, { value: content }) =>
      write(content === undefined ? `PATCH ${name} (nothing)` : `PATCH ${name}`, value === null ? 404 : 204, content),
    create: async ({ name }, { value: content }) => write(`POST ${name}`, value === null ? 201 : 409, content),
  };
  return { variables, noted };
}

export function repositoriesOn({ options }: Stage): Dependencies['repositories'] {
  return {
    read: async (owner, name) => {
      const found = options.repositories?.[`${owner}/${name}`] ?? {};
      if (isAnswer(found)) return failed(found);
      return ok({ id: 1, owner, name, archived: false, disabled: false, isPrivate: true, ...found });
    },
    list: async () => failed(gitHubAnswer(500, { detail: 'the scene lists nothing' })),
    hasEnvironment: async () => true,
  };
}

import type { GitHubAnswer } from '../../src/github.ts';
import type { Asker } from '../../src/github-problems.ts';
import type { NamedTarget } from '../../src/inspection.ts';
import type { Repository } from '../../src/repositories.ts';
import type { PublicKey, Sealed } from '../../src/sealed-box.ts';
import type { Access, Read, StoredSecret, Written } from '../../src/secret-store.ts';
import type { Store } from '../../src/store.ts';
import { labelOf, lineOf, type Target, writeTestName } from '../../src/target.ts';
import type { TokenCheck } from '../../src/thousandeyes.ts';
import type { Variable } from '../../src/variable-store.ts';
import { fakeRetryPorts, githubAnswer, target } from './unit-ports.ts';
import { day, now } from './unit-time.ts';

export const asker: Asker = { kind: 'classic', severalOwners: false };
export const rotatedLongAgo = { createdAt: now - 400 * day, updatedAt: now - 300 * day };

/** An answer, or a list of them, one after the other; the last one stays. */
type Scripted<Value> = Value | readonly Value[];

export interface SceneOptions {
  /** By line: the secret's dates and access, or what GitHub answers. A line that is not given has an old secret. */
  readonly secrets?: Record<string, Scripted<Partial<StoredSecret> | GitHubAnswer>>;
  readonly keys?: Record<string, GitHubAnswer>;
  /** The key that a refresh finds. */
  readonly freshKeys?: Record<string, Read<PublicKey>>;
  /** A key that nothing can be sealed for; every store's is `k`, a fresh one is `n`. */
  readonly badKey?: string;
  readonly repositories?: Record<string, Partial<Repository> | GitHubAnswer>;
  readonly variable?: Scripted<Variable | GitHubAnswer>;
  readonly variableWrite?: GitHubAnswer;
  readonly check?: TokenCheck;
  /** By line, of a write; `test` in front of the line is a write test. */
  readonly writes?: Record<string, Scripted<number | Error>>;
  readonly deletes?: Record<string, GitHubAnswer>;
}

export function named(line: string, shown?: string): NamedTarget {
  const found = target(line);
  const label = labelOf(found, 'TE_TOKEN');
  return { target: found, label, shown: shown ?? label };
}

/** GitHub and ThousandEyes as the rotation sees them, and everything that was done to them, in order. */
export function sceneOf(options: SceneOptions = {}) {
  const ports = fakeRetryPorts({ now });
  const steps: string[] = [];
  const sent: { line: string; sealed: Sealed; access: Access }[] = [];
  const counts = new Map<string, number>();
  const nth = <Value>(key: string, scripted: Scripted<Value>): Value => {
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    if (!Array.isArray(scripted)) return scripted as Value;
    return scripted[Math.min(count, scripted.length - 1)];
  };
  const lineFor = ({ store, secret }: Target) => labelOf({ store, secret }, 'TE_TOKEN');
  const isAnswer = (value: object): value is GitHubAnswer => 'said' in value;

  const secrets = {
    read: async (wanted: Target): Promise<Read<StoredSecret>> => {
      const line = lineFor(wanted);
      const found = nth(`read ${line}`, options.secrets?.[line] ?? {});
      return isAnswer(found) ? { answer: found } : { found: { ...rotatedLongAgo, access: {}, ...found } };
    },
    write: async (wanted: Target, sealed: Sealed, access: Access): Promise<Written> => {
      const isTest = wanted.secret === writeTestName;
      const line = isTest ? `test ${lineOf(wanted.store)}` : lineFor(wanted);
      steps.push(`PUT ${line}`);
      sent.push({ line, sealed, access });
      const status = nth(`write ${line}`, options.writes?.[line] ?? (isTest ? 201 : 204));
      if (status instanceof Error) throw status;
      if (status === 201) return { status: 'created' };
      return status === 204 ? { status: 'updated' } : { answer: githubAnswer(status) };
    },
    removeWriteTest: async (store: Store): Promise<GitHubAnswer | undefined> => {
      steps.push(`DELETE test ${lineOf(store)}`);
      return options.deletes?.[lineOf(store)];
    },
  };
  const keys = {
    of: async (store: Store): Promise<Read<PublicKey>> => {
      const answer = options.keys?.[lineOf(store)];
      return answer === undefined ? { found: { keyId: `key of ${lineOf(store)}`, key: 'k' } } : { answer };
    },
    refresh: async (store: Store): Promise<Read<PublicKey>> => {
      steps.push(`new key of ${lineOf(store)}`);
      return options.freshKeys?.[lineOf(store)] ?? { found: { keyId: `new key of ${lineOf(store)}`, key: 'n' } };
    },
  };
  const repositories = {
    read: async (owner: string, name: string): Promise<Read<Repository>> => {
      const found = options.repositories?.[`${owner}/${name}`] ?? {};
      if (isAnswer(found)) return { answer: found };
      return { found: { id: 1, owner, name, archived: false, disabled: false, private: true, ...found } };
    },
  };
  const variables = {
    read: async (): Promise<Read<Variable>> => {
      const found = nth<Variable | GitHubAnswer>('variable', options.variable ?? githubAnswer(404));
      return isAnswer(found) ? { answer: found } : { found };
    },
    write: async (store: Store, name: string, value: string) => {
      steps.push(`${name} beside ${lineOf(store)} = ${value}`);
      return options.variableWrite;
    },
  };
  return {
    ...ports,
    steps,
    sent,
    secrets,
    keys,
    repositories,
    variables,
    seal: (clear: string, key: PublicKey): Sealed => {
      if (key.key === options.badKey) throw new RangeError('a key that nothing can be sealed for');
      return { keyId: key.keyId, value: `sealed(${clear})` };
    },
    checkCurrentToken: async (): Promise<TokenCheck> => options.check ?? { kind: 'accepted' },
    ready: async () => undefined,
    elapsed: () => ports.clock.now() - now,
  };
}

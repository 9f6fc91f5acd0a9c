import type { GitHubAnswer } from '../../../src/github/answer.ts';
import { policies } from '../../../src/github/policies.ts';
import type { Access } from '../../../src/github/secrets.ts';
import { failed, ok, type Result } from '../../../src/lib/result.ts';
import type { RetryPolicy } from '../../../src/lib/retry.ts';
import type { Dependencies } from '../../../src/rotation/dependencies.ts';
import { type RotationRecord, recordText } from '../../../src/rotation/record/record.ts';
import { RecordVariable } from '../../../src/rotation/record/record-variable.ts';
import { FakeClock } from './fake-clock.ts';
import { gitHubAnswer, target } from './fakes.ts';
import { usualRecord } from './scene.ts';
import { now } from './time.ts';

const place = { store: target('acme/network').store, name: 'TE_TOKEN_ROTATION' };

/** The record as it is, as another run has written it meanwhile, and as it is to be. */
export const usual = usualRecord();
export const another = usualRecord({
  token: 'sha256:00000000000000aa',
  run: 'https://github.com/acme/network/actions/runs/9',
});
export const next = usualRecord({ token: 'sha256:00000000000000bb', since: now });

/** GitHub's variable, with what was sent to it; the next answers can be given. */
export class FakeVariable {
  value: string | undefined;
  readonly sent: string[] = [];
  readonly accesses: (Access | undefined)[] = [];
  /** How long each read might be tried. */
  readonly readPolicies: (RetryPolicy | undefined)[] = [];
  /** The next reads say that there is none, though there is. */
  hiddenReads = 0;
  /** In the place of the next answers, by method; undefined for what GitHub does. */
  readonly answers: Record<'GET' | 'PATCH' | 'POST', (GitHubAnswer | undefined)[]> = { GET: [], PATCH: [], POST: [] };

  constructor(value: RotationRecord | string | undefined) {
    this.value = typeof value === 'object' ? recordText(value) : value;
  }

  readonly client: Dependencies['variables'] = {
    read: async (_, policy) => {
      this.sent.push('GET');
      this.readPolicies.push(policy);
      const told = this.answers.GET.shift();
      if (told !== undefined) return failed(told);
      return this.value === undefined || this.hiddenReads-- > 0 ? failed(gitHubAnswer(404)) : ok(this.value);
    },
    update: async (_, { value, access }) => {
      this.#note('PATCH', value, access);
      return this.#write('PATCH', this.value === undefined ? 404 : undefined, value);
    },
    create: async (_, { value, access }) => {
      this.#note('POST', value, access);
      return this.#write('POST', this.value === undefined ? undefined : 409, value);
    },
  };

  #note(method: string, value: string | undefined, access: Access | undefined): void {
    this.sent.push(value === undefined ? `${method} nothing` : method);
    this.accesses.push(access);
  }

  #write(
    method: 'PATCH' | 'POST',
    refusal: number | undefined,
    value: string | undefined,
  ): Result<undefined, GitHubAnswer> {
    const told = this.answers[method].shift();
    if (told !== undefined || refusal !== undefined) return failed(told ?? gitHubAnswer(refusal ?? 0));
    this.value = value ?? this.value;
    return ok(undefined);
  }
}

/** The record's variable as it was read a moment ago, as a process knows it that has not read it, and one way to note {@link next}. */
export async function variableWith(value: RotationRecord | string | undefined, access: Access = {}) {
  const variable = new FakeVariable(value);
  const clock = new FakeClock({ now });
  const unread = new RecordVariable(place, access, { variables: variable.client, clock });
  const record = new RecordVariable(place, access, { variables: variable.client, clock });
  await record.read();
  variable.sent.length = 0;
  variable.readPolicies.length = 0;
  const note = (expected: readonly (string | undefined)[] = [usual.token]) =>
    record.update(expected, () => next, policies.other);
  return { variable, clock, unread, record, note };
}

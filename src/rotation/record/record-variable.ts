import type { GitHubAnswer } from '../../github/answer.ts';
import { policies } from '../../github/policies.ts';
import type { Access } from '../../github/secrets.ts';
import type { VariablePlace } from '../../github/variables.ts';
import { second } from '../../lib/clock.ts';
import { failed, ok, type Result } from '../../lib/result.ts';
import type { RetryPolicy } from '../../lib/retry.ts';
import type { Needs } from '../dependencies.ts';
import { emptyRecord, type RotationRecord, recordFrom, recordText } from './record.ts';

/** Why the record could not be read or written. */
export type RecordFailure =
  /** Another run noted another token meanwhile: nothing was written. */
  | { readonly kind: 'faster'; readonly run: string | undefined }
  /** Its value is none that this release reads; `detail` is for a person. */
  | { readonly kind: 'unreadable'; readonly detail: string }
  | { readonly kind: 'answer'; readonly doing: 'Reading' | 'Writing'; readonly answer: GitHubAnswer };

/** A reading that is younger than this is "right before" a write. */
const fresh = 5 * second;
/** Pauses before a variable that should be there is read again, in ms. */
const shownLate = [2 * second, 8 * second];

/** The variable beside the home that keeps the record. */
export class RecordVariable {
  readonly place: VariablePlace;
  #access: Access;
  readonly #needs: Needs<'variables' | 'clock'>;
  #isThere = false;
  /** Whether a write of it went well before. */
  #isProven = false;
  #latest: RotationRecord | undefined;
  /** Tokens that a write of this process took the place of. */
  readonly #replaced = new Set<string>();
  /** On the monotonic clock. */
  #readAt = Number.NEGATIVE_INFINITY;

  /** @param access who sees the home: who sees it sees the record, too */
  constructor(place: VariablePlace, access: Access, needs: Needs<'variables' | 'clock'>) {
    this.place = place;
    this.#access = access;
    this.#needs = needs;
  }

  /** Takes who sees the home, once that is read. */
  seenBy(access: Access): this {
    this.#access = access;
    return this;
  }

  /**
   * Reads it; undefined where there is none, or where it names no token yet.
   *
   * @throws Cancelled where the policy is stoppable
   */
  async read(policy: RetryPolicy = policies.read): Promise<Result<RotationRecord | undefined, RecordFailure>> {
    const { variables, clock } = this.#needs;
    const read = await variables.read(this.place, policy);
    if (!read.ok && read.error.status !== 404) return failed({ kind: 'answer', doing: 'Reading', answer: read.error });
    const record = read.ok ? recordFrom(read.value) : ok(undefined);
    if (!record.ok) return failed({ kind: 'unreadable', detail: record.error });
    this.#isThere = read.ok;
    this.#latest = record.value;
    this.#readAt = clock.monotonic();
    return record;
  }

  /**
   * Proves that it can be written, without a change: by a change of nothing, or by creating it without a token.
   *
   * @throws Cancelled
   */
  async prove(): Promise<Result<undefined, GitHubAnswer>> {
    const { variables } = this.#needs;
    if (this.#isProven) return ok(undefined);
    if (!this.#isThere) {
      const created = await variables.create(this.place, { value: emptyRecord, access: this.#access }, policies.read);
      // One that is shown late is there: what it holds is not given up for a proof.
      if (created.ok || created.error.status !== 409) return created;
    }
    const proven = await variables.update(this.place, {}, policies.read);
    // GitHub's description allows a change of nothing. A server that does not has looked at the permission before.
    const isProof = proven.ok || ([400, 422].includes(proven.error.status) && !proven.error.isHtml);
    return isProof ? ok(undefined) : proven;
  }

  /**
   * Notes a change, unless another run was faster: then the record names another token than one of those expected.
   *
   * @param expected tokens that it may name now; undefined for none
   * @param change makes the new record of the one that is there now
   * @throws Cancelled where the policy is stoppable
   */
  async update(
    expected: readonly (string | undefined)[],
    change: (latest: RotationRecord | undefined) => RotationRecord,
    policy: RetryPolicy,
  ): Promise<Result<RotationRecord, RecordFailure>> {
    const { clock } = this.#needs;
    if (clock.monotonic() - this.#readAt > fresh) {
      const read = await this.#readAgain(policy);
      if (!read.ok) return read;
    }
    const before = this.#latest;
    // Where it is gone, nobody has noted another token.
    if (before !== undefined && !expected.includes(before.token)) return failed({ kind: 'faster', run: before.run });
    const record = change(before);
    const written = await this.#write(record, policy);
    if (!written.ok) return written;
    if (before !== undefined) this.#replaced.add(before.token);
    this.#isThere = true;
    this.#isProven = true;
    this.#latest = record;
    this.#readAt = clock.monotonic();
    return ok(record);
  }

  /** GitHub shows variables late: what this process has seen or written counts, then. */
  async #readAgain({ stoppable }: RetryPolicy): Promise<Result<RotationRecord | undefined, RecordFailure>> {
    const [wasThere, latest] = [this.#isThere, this.#latest];
    const read = await this.read({ ...policies.reread, stoppable });
    if (!read.ok || !wasThere) return read;
    if (read.value !== undefined && !this.#replaced.has(read.value.token)) return read;
    this.#isThere = true;
    this.#latest = latest;
    return ok(latest);
  }

  /** Reads a record that is surely there, until GitHub shows it. */
  async #readWhatIsThere({ stoppable }: RetryPolicy): Promise<Result<RotationRecord | undefined, RecordFailure>> {
    let read = await this.read({ ...policies.reread, stoppable });
    for (const pause of shownLate) {
      if (!read.ok || this.#isThere) return read;
      await this.#needs.clock.sleep(pause);
      read = await this.read({ ...policies.reread, stoppable });
    }
    return read;
  }

  async #write(record: RotationRecord, policy: RetryPolicy): Promise<Result<undefined, RecordFailure>> {
    const { variables, clock } = this.#needs;
    const content = { value: recordText(record), access: this.#access };
    const create = async () => refusalOf(await variables.create(this.place, content, policy));
    if (!this.#isThere) {
      const created = await create();
      if (created.ok || created.error.answer.status !== 409) return created;
      // It was shown late, or an attempt whose answer got lost made it, or another run did: what it holds decides.
      const read = await this.#readWhatIsThere(policy);
      if (!read.ok) return read;
      if (read.value !== undefined && recordText(read.value) === content.value) return ok(undefined);
      if (!this.#isThere || read.value !== undefined) return failed({ kind: 'faster', run: read.value?.run });
    }
    const update = async () => refusalOf(await variables.update(this.place, content, policy));
    let updated = await update();
    for (const pause of shownLate) {
      if (updated.ok || updated.error.answer.status !== 404) return updated;
      // Someone deleted it meanwhile; or it is there, and shown late.
      const created = await create();
      if (created.ok || created.error.answer.status !== 409) return created;
      await clock.sleep(pause);
      updated = await update();
    }
    return updated;
  }
}

function refusalOf(result: Result<undefined, GitHubAnswer>) {
  return result.ok ? result : failed({ kind: 'answer' as const, doing: 'Writing' as const, answer: result.error });
}

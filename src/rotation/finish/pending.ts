import type { CredentialContext } from '../../github/credential.ts';
import { policies } from '../../github/policies.ts';
import type { Sealed, Sealer } from '../../github/sealed-box.ts';
import { type Access, bodyOf } from '../../github/secrets.ts';
import type { Secret } from '../../lib/secret.ts';
import type { ResolvedTarget } from '../../targets/target.ts';
import type { Needs } from '../dependencies.ts';
import type { Journal } from '../journal/journal.ts';
import type { ReadyTarget } from '../preflight/preflight-target.ts';
import type { RecordVariable } from '../record/record-variable.ts';

/** A target that is to get the new token. */
export interface PendingTarget {
  readonly resolved: ResolvedTarget;
  /** Its place in the journal. */
  readonly number: number;
  /** Undefined where main ended before it sealed the token for it. */
  sealed: Sealed | undefined;
  readonly access: Access;
  readonly isNew: boolean;
  /** Whether GitHub has taken it already. */
  readonly isDone: boolean;
}

export interface PendingHome extends PendingTarget {
  /** When it was last written, as read at the start (ms since the epoch, by GitHub's clock). */
  readonly date: number;
  /** A later reading, made right before main's first attempt. */
  readonly latest?: { readonly date: number; readonly readAt: number } | undefined;
  /** Whether GitHub said before that it took our write; where its date has not moved, that was another's word. */
  readonly wasTaken: boolean;
  /** Whether an attempt of ours may have been carried out, as it got no clear answer. */
  isUnclear: boolean;
  /** When GitHub took our write, by its own clock, in ms since the epoch. */
  takenAt?: number;
  /** Its date once it had moved by our write, where that was seen. */
  readonly confirmed: number | undefined;
}

export interface PendingNext {
  readonly resolved: ResolvedTarget;
  isParked: boolean;
  /** When GitHub took our last write of it, by its own clock, in ms since the epoch; undefined where we wrote nothing. */
  writtenAt: number | undefined;
  /** Its date as read behind our last write, or as read by a run that found it there. */
  date: number | undefined;
  /** That reading, while it is under way. */
  dated?: Promise<void>;
}

/** A token that is issued, and what is still to be done with it. Tokens by their fingerprints. */
export interface Pending {
  readonly token: string;
  readonly validUntil: number | undefined;
  /** The latest moment at which the token before it can still work, in ms since the epoch. */
  readonly previousUntil: number;
  readonly previous: string | undefined;
  /** What the record named at the start. */
  readonly recorded: string | undefined;
  readonly home: PendingHome;
  readonly others: readonly PendingTarget[];
  /** Ids of targets that the token was meant for and that can't be written now. */
  readonly unreachable: readonly string[];
  readonly next: PendingNext;
  readonly record: RecordVariable;
  /** The page of the run that notes it. */
  readonly run: string;
  readonly credential: CredentialContext;
  readonly journal: Pick<Journal, 'note'>;
  /** Seals the token for the key that a store has now; undefined where the clear token is not at hand. */
  readonly seal: ((resolved: ResolvedTarget) => Promise<Sealed | undefined>) | undefined;
}

/** Seals a token at hand for the key that a store has at the moment; undefined where that can't be read. */
export function sealerFor(
  token: Secret,
  sealer: Sealer,
  { firstReads }: Needs<'firstReads'>,
): (resolved: ResolvedTarget) => Promise<Sealed | undefined> {
  return async (resolved) => {
    const fresh = await firstReads.refreshKey(resolved, policies.reread);
    const sealed = fresh.ok ? sealer.seal(token.reveal(), fresh.value) : undefined;
    return sealed?.ok ? sealed.value : undefined;
  };
}

/** Seals the token for the key that the store of a target has now, and notes it; undefined where that can't be done. */
export async function sealAnew(
  target: PendingTarget,
  { seal, journal }: Pick<Pending, 'seal' | 'journal'>,
): Promise<Sealed | undefined> {
  const anew = await seal?.(target.resolved);
  if (anew === undefined) return undefined;
  target.sealed = anew;
  journal.note({ kind: 'sealed', target: target.number, body: bodyOf(anew, target.access) });
  return anew;
}

/** A target with the token sealed for it; `sealed` is undefined where nothing can be sealed for its key. */
export function pendingTarget(ready: ReadyTarget, number: number, token: Secret, sealer: Sealer): PendingTarget {
  const { target, name, isFound, secret, key } = ready;
  const sealed = sealer.seal(token.reveal(), key);
  return {
    resolved: { target, name, isFound },
    number,
    sealed: sealed.ok ? sealed.value : undefined,
    access: secret?.access ?? {},
    isNew: secret === undefined,
    isDone: false,
  };
}

/** A home of which no write was tried yet. */
export function untouchedHome(target: PendingTarget, date: number): PendingHome {
  return { ...target, date, wasTaken: false, isUnclear: false, confirmed: undefined };
}

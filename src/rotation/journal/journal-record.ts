import type { Access, SecretBody } from '../../github/secrets.ts';
import type { Store } from '../../targets/store.ts';
import { lineOf, type ResolvedTarget } from '../../targets/target.ts';

export interface JournalTarget extends ResolvedTarget {
  /** Who saw it when the run began. */
  readonly access: Access;
  /** When it was last written before the run, in ms since the epoch; undefined where it is to be created. */
  readonly updatedAt: number | undefined;
}

/** The first line: what the post step must know of the run. Tokens by their fingerprints. */
export interface JournalHeader {
  readonly kind: 'run';
  /** The main process, so that the post step can tell whether it still lives. */
  readonly pid: number;
  /** The home first. */
  readonly targets: readonly JournalTarget[];
  /** The token that the record names, which is the one in use. */
  readonly token: string;
  readonly run: string;
  readonly credential: Mark;
}

/** A keyed hash of main's credential and of the API that it is for: the post step may be given others. */
export interface Mark {
  readonly key: string;
  readonly hash: string;
}

/** Moments in ms since the epoch. */
export interface Validity {
  /** When the issued token expires, where ThousandEyes said it. */
  readonly validUntil?: number | undefined;
  /** The latest moment at which the token before it can still work. */
  readonly previousUntil: number;
}

/** One line of the journal. Nothing in it is secret: a sealed value can be opened by GitHub only. */
export type JournalLine =
  | JournalHeader
  /** A write test is under way in a store, under this name … */
  | { readonly kind: 'testing'; readonly store: Store; readonly secret: string }
  /** … and its secret is gone again. */
  | { readonly kind: 'tested'; readonly store: Store }
  /** `_NEXT` was written by us: the moment of GitHub's answer, or its date as read behind that (ms since the epoch). */
  | { readonly kind: 'next written'; readonly at: number; readonly isToken: boolean }
  | { readonly kind: 'next dated'; readonly date: number }
  /** ThousandEyes answered clearly that it issued nothing. */
  | { readonly kind: 'not issued' }
  | ({ readonly kind: 'issued'; readonly token: string } & Validity)
  /** A sealed value, by the target's place in the header; a later one for the same target counts. */
  | { readonly kind: 'sealed'; readonly target: number; readonly body: SecretBody }
  /** ThousandEyes refuses the issued token so far: it is only parked … */
  | { readonly kind: 'refused' }
  /** … until it accepts it. */
  | { readonly kind: 'accepted' }
  /** The home is about to be written … */
  | { readonly kind: 'writing home' }
  /** … and GitHub clearly refused it. */
  | { readonly kind: 'home refused' }
  /** GitHub took the value, at that moment (ms since the epoch). */
  | { readonly kind: 'stored'; readonly target: number; readonly at: number }
  /** The home's date was seen to move, to this one (ms since the epoch). */
  | { readonly kind: 'confirmed'; readonly date: number }
  /** Nothing is left to finish. */
  | { readonly kind: 'finished' };

/** What the journal tells, once read. */
export interface JournalRecord {
  readonly header: JournalHeader;
  /** Write tests that may be left over. */
  readonly testing: readonly { readonly store: Store; readonly secret: string }[];
  readonly asked: boolean;
  readonly notIssued: boolean;
  /** Whether ThousandEyes refused the token and was not seen to accept it since. */
  readonly refused: boolean;
  readonly issued: (Validity & { readonly token: string }) | undefined;
  /** By target, its latest sealed value. */
  readonly sealed: ReadonlyMap<number, SecretBody>;
  /** Our last write of `_NEXT`; undefined where there was none. */
  readonly next: { readonly at: number; readonly date: number | undefined; readonly isToken: boolean } | undefined;
  /** What became of main's attempts at the home; one that got no clear answer may have been carried out. */
  readonly home: 'untouched' | 'unclear' | 'stored';
  /** The home's date once it had moved, in ms since the epoch. */
  readonly confirmed: number | undefined;
  /** By target, when GitHub took its value, in ms since the epoch. */
  readonly stored: ReadonlyMap<number, number>;
  readonly finished: boolean;
}

/** Undefined where there is no header. Lines that are torn or unknown are passed over. */
export function journalRecordFrom(text: string, asked: boolean): JournalRecord | undefined {
  const lines = text
    .split('\n')
    .map(lineFrom)
    .filter((line) => line !== undefined);
  const header = lines.find((line) => line.kind === 'run');
  if (header === undefined) return undefined;
  const tested = lines.filter((line) => line.kind === 'tested').map(({ store }) => lineOf(store));
  const stored = lines.filter((line) => line.kind === 'stored');
  const count = (wanted: JournalLine['kind']) => lines.filter(({ kind }) => kind === wanted).length;
  return {
    header,
    testing: lines.filter((line) => line.kind === 'testing').filter(({ store }) => !tested.includes(lineOf(store))),
    asked,
    notIssued: lines.some(({ kind }) => kind === 'not issued'),
    refused: count('refused') > count('accepted'),
    issued: lines.find((line) => line.kind === 'issued'),
    sealed: new Map(lines.filter((line) => line.kind === 'sealed').map(({ target, body }) => [target, body])),
    next: nextFrom(lines),
    home: stored.some(({ target }) => target === 0)
      ? 'stored'
      : count('writing home') > count('home refused')
        ? 'unclear'
        : 'untouched',
    confirmed: lines.findLast((line) => line.kind === 'confirmed')?.date,
    stored: new Map(stored.map(({ target, at }) => [target, at])),
    finished: lines.some(({ kind }) => kind === 'finished'),
  };
}

function nextFrom(lines: readonly JournalLine[]): JournalRecord['next'] {
  const at = lines.findLastIndex(({ kind }) => kind === 'next written');
  const written = lines[at];
  if (written?.kind !== 'next written') return undefined;
  const dated = lines.slice(at).findLast((line) => line.kind === 'next dated');
  return { at: written.at, date: dated?.date, isToken: written.isToken };
}

function lineFrom(text: string): JournalLine | undefined {
  try {
    return (JSON.parse(text) as JournalLine | null) ?? undefined;
  } catch {
    return undefined;
  }
}

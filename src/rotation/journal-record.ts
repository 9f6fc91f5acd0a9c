import type { Access, SecretBody } from '../github/secrets.ts';
import type { ResolvedTarget } from '../targets/resolved-target.ts';
import type { Store } from '../targets/store.ts';
import { lineOf } from '../targets/target.ts';

/** A target as the journal keeps it. */
export interface JournalTarget extends ResolvedTarget {
  /** Who saw it when the run began. */
  readonly access: Access;
  /** When it was last written before the run, in ms since the epoch; undefined where it is to be created. */
  readonly updatedAt: number | undefined;
}

/** The first line: what the post step must know of the run. */
export interface JournalHeader {
  readonly kind: 'run';
  /** The main process, so that the post step can tell whether it still lives. */
  readonly pid: number;
  /** The home first. */
  readonly targets: readonly JournalTarget[];
  /** The variable beside the home that keeps the expiry, where one is kept. */
  readonly expiryVariable?: string;
}

/** Moments in ms since the epoch. */
export interface Validity {
  /** When the issued token expires, where ThousandEyes said it. */
  readonly validUntil?: number;
  /** The latest moment at which the token before it can still work. */
  readonly previousValidUntil: number;
}

/** One line of the journal. Nothing in it is secret: a sealed value can be opened by GitHub only. */
export type JournalLine =
  | JournalHeader
  /** A write test is under way in a store, since then (ms since the epoch) … */
  | { readonly kind: 'testing'; readonly store: Store; readonly at: number }
  /** … and its secret is gone again. */
  | { readonly kind: 'tested'; readonly store: Store }
  /** A token was issued; moments in ms since the epoch. */
  | ({ readonly kind: 'issued' } & Validity)
  /** A sealed value, by the target's place in the header; a later one for the same target counts. */
  | { readonly kind: 'sealed'; readonly target: number; readonly body: SecretBody }
  /** An answer from which no token could be read, sealed for the home. */
  | { readonly kind: 'unread'; readonly body: SecretBody }
  /** ThousandEyes refuses the issued token so far: it is stored nowhere … */
  | { readonly kind: 'refused' }
  /** … until it accepts it. */
  | { readonly kind: 'accepted' }
  /** GitHub took the value, at that moment (ms since the epoch). */
  | { readonly kind: 'stored'; readonly target: number; readonly at: number }
  /** Main tries to write the home no longer, since then (ms since the epoch). */
  | { readonly kind: 'gave up'; readonly at: number }
  /** The home's date was seen to move. */
  | { readonly kind: 'confirmed' }
  /** The expiry variable is written. */
  | { readonly kind: 'dated' }
  /** Main ended, and left nothing to finish. */
  | { readonly kind: 'finished' };

/** What the journal tells, once read. */
export interface JournalRecord {
  readonly header: JournalHeader;
  /** Stores with a write test that may be left over. */
  readonly testing: readonly Store[];
  /** Whether the token was asked for. */
  readonly asked: boolean;
  /** Whether ThousandEyes refused the token and was not seen to accept it since. */
  readonly refused: boolean;
  readonly issued: Validity | undefined;
  /** By target, its latest sealed value. */
  readonly sealed: ReadonlyMap<number, SecretBody>;
  readonly unread: SecretBody | undefined;
  /** By target, when GitHub took its value, in ms since the epoch. */
  readonly stored: ReadonlyMap<number, number>;
  /** When main tried to write the home no longer, in ms since the epoch. */
  readonly gaveUpAt: number | undefined;
  readonly confirmed: boolean;
  readonly dated: boolean;
  readonly finished: boolean;
  /** When this run wrote to GitHub, in ms since the epoch: its limits count that. */
  readonly writes: readonly number[];
}

/** Undefined where there is no header. Lines that are torn or unknown are passed over. */
export function recordFrom(text: string, asked: boolean): JournalRecord | undefined {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(lineFrom)
    .filter((line) => line !== undefined);
  const header = lines.find((line) => line.kind === 'run');
  if (header === undefined) return undefined;
  const tested = lines.filter((line) => line.kind === 'tested').map(({ store }) => lineOf(store));
  const tests = lines.filter((line) => line.kind === 'testing');
  const stored = lines.filter((line) => line.kind === 'stored');
  return {
    header,
    testing: tests.map(({ store }) => store).filter((store) => !tested.includes(lineOf(store))),
    asked,
    refused: lines.findLast(({ kind }) => kind === 'refused' || kind === 'accepted')?.kind === 'refused',
    issued: lines.find((line) => line.kind === 'issued'),
    sealed: new Map(lines.filter((line) => line.kind === 'sealed').map(({ target, body }) => [target, body])),
    unread: lines.findLast((line) => line.kind === 'unread')?.body,
    stored: new Map(stored.map(({ target, at }) => [target, at])),
    gaveUpAt: lines.findLast((line) => line.kind === 'gave up')?.at,
    confirmed: lines.some(({ kind }) => kind === 'confirmed'),
    dated: lines.some(({ kind }) => kind === 'dated'),
    finished: lines.some(({ kind }) => kind === 'finished'),
    // A test is a write and a delete.
    writes: [...tests, ...tests, ...stored].map(({ at }) => at),
  };
}

function lineFrom(text: string): JournalLine | undefined {
  try {
    return (JSON.parse(text) as JournalLine | null) ?? undefined;
  } catch {
    return undefined;
  }
}

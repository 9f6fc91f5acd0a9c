import { randomUUID } from 'node:crypto';
import { appendFileSync, closeSync, fdatasyncSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from './log.ts';
import type { Access, SecretBody } from './secret-store.ts';
import type { Store } from './store.ts';
import { lineOf, type Target } from './target.ts';

/** A target as the journal keeps it. */
export interface JournalTarget extends Target {
  /** How log and summary call it. */
  readonly shown: string;
  /** Sent again with each write. */
  readonly access: Access;
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
  /** A write test is under way in a store … */
  | { readonly kind: 'testing'; readonly store: Store }
  /** … and its secret is gone again. */
  | { readonly kind: 'tested'; readonly store: Store }
  /** The token is being asked for, from now (ms since the epoch) on. */
  | { readonly kind: 'asking'; readonly at: number }
  /** The post step gave up waiting for main. */
  | { readonly kind: 'closed' }
  /** A token was issued; moments in ms since the epoch. */
  | ({ readonly kind: 'issued' } & Validity)
  /** A sealed value, by the target's place in the header; a later one for the same target counts. */
  | { readonly kind: 'sealed'; readonly target: number; readonly body: SecretBody }
  /** ThousandEyes refuses the issued token: it is stored nowhere. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'stored'; readonly target: number }
  /** The expiry variable is written. */
  | { readonly kind: 'dated' };

/** What the journal tells, once read. */
export interface JournalRecord {
  readonly header: JournalHeader;
  /** Stores with a write test that may be left over. */
  readonly testing: readonly Store[];
  /** Whether the token was asked for: `asking` stands before any `closed`. */
  readonly asked: boolean;
  readonly refused: boolean;
  readonly issued?: Validity | undefined;
  /** By target, its latest sealed value. */
  readonly sealed: ReadonlyMap<number, SecretBody>;
  readonly stored: ReadonlySet<number>;
  readonly dated: boolean;
}

/** Where the rotation notes what must survive it. Every method returns when the line is written. */
export interface Journal {
  /** Notes a line without waiting for the disk: it survives the process, not the machine. */
  note(...lines: JournalLine[]): void;
  /** Notes lines and flushes them to the disk. */
  flush(...lines: JournalLine[]): void;
  /** Notes `asking`, flushed. False where the post step closed the journal first: then nothing may be asked for. */
  claim(at: number): boolean;
  /** Nothing is left to finish. */
  remove(): void;
}

/**
 * Creates a journal that only this user can read, in a folder that lives as long as the job.
 *
 * @throws Error where it can't be created; then nothing may be issued
 */
export function createJournal(folder: string, header: JournalHeader): { journal: Journal; path: string } {
  const path = join(folder, `rotate-thousandeyes-token-${randomUUID()}.jsonl`);
  const journal = journalAt(path, 'ax');
  try {
    journal.flush(header);
  } catch (error) {
    journal.remove();
    throw error;
  }
  return { journal, path };
}

/** The same journal, for the time after a token was issued: whatever is wrong with the disk, storing goes on. */
export function tolerantJournal(journal: Journal, log: Log): Journal {
  const safely =
    (write: (...lines: JournalLine[]) => void) =>
    (...lines: JournalLine[]) => {
      try {
        write(...lines);
      } catch {
        log.warning(
          'The journal could not be written, so the post step may not know what this step did. Storing goes on.',
        );
      }
    };
  const remove = () => {
    try {
      journal.remove();
    } catch {
      log.warning(
        'The journal could not be removed. The post step writes the same values once more, which does no harm.',
      );
    }
  };
  return { ...journal, note: safely(journal.note), flush: safely(journal.flush), remove };
}

/** The journal that stands at a path, to append to. */
export function openJournal(path: string): Journal {
  return journalAt(path, 'a');
}

/** In append mode the lines of main and post never overwrite each other, and their order in the file is that in time. */
function journalAt(path: string, flags: 'a' | 'ax'): Journal {
  const file = openSync(path, flags, 0o600);
  // The line break in front ends a line that a killed process left torn.
  const note = (...lines: JournalLine[]) =>
    appendFileSync(file, lines.map((line) => `\n${JSON.stringify(line)}\n`).join(''));
  const flush = (...lines: JournalLine[]) => {
    note(...lines);
    fdatasyncSync(file);
  };
  return {
    note,
    flush,
    claim: (at) => {
      flush({ kind: 'asking', at });
      return wasAsked(linesFrom(path));
    },
    remove: () => {
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
}

/** Reads a journal; undefined where there is none. Lines that are torn or unknown are passed over. */
export function readJournal(path: string): JournalRecord | undefined {
  const lines = linesFrom(path);
  const header = lines.find((line) => line.kind === 'run');
  if (header === undefined) return undefined;
  const tested = lines.filter((line) => line.kind === 'tested').map(({ store }) => lineOf(store));
  return {
    header,
    testing: lines
      .filter((line) => line.kind === 'testing')
      .map(({ store }) => store)
      .filter((store) => !tested.includes(lineOf(store))),
    asked: wasAsked(lines),
    refused: lines.some(({ kind }) => kind === 'refused'),
    issued: lines.find((line) => line.kind === 'issued'),
    sealed: new Map(lines.filter((line) => line.kind === 'sealed').map(({ target, body }) => [target, body])),
    stored: new Set(lines.filter((line) => line.kind === 'stored').map(({ target }) => target)),
    dated: lines.some(({ kind }) => kind === 'dated'),
  };
}

/** Main and post decide by the order of two lines who was first: a main that comes after `closed` does not ask. */
function wasAsked(lines: readonly JournalLine[]): boolean {
  return lines.find(({ kind }) => kind === 'asking' || kind === 'closed')?.kind === 'asking';
}

function linesFrom(path: string): JournalLine[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .map(journalLineFrom)
    .filter((line) => line !== null);
}

/** Null where the line is torn. */
function journalLineFrom(text: string): JournalLine | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

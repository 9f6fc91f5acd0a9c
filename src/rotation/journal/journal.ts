import {
  appendFileSync,
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { fileFault } from '../../lib/file-fault.ts';
import { failed, ok, type Result } from '../../lib/result.ts';
import type { Log } from '../../lib/workflow.ts';
import { type JournalHeader, type JournalLine, type JournalRecord, journalRecordFrom } from './journal-record.ts';

/** Where a rotation notes what must outlive its process. Nothing here throws: once a token may exist, nothing may stop storing. */
export interface Journal {
  /** Notes lines; whether that worked. It need not wait for the disk: where the machine dies, no post step reads them. */
  note(...lines: readonly JournalLine[]): boolean;
  /** Takes the right to ask for a token. False where the post step took it away, or where nothing can be noted. */
  claim(): boolean;
  /** Nothing is left to finish: tells the post step so, and removes itself. */
  finish(): void;
}

/** In the place of a journal where the token is parked already: the next run finishes, not the post step. */
export const noJournal: Pick<Journal, 'note'> = { note: () => true };

/** What is kept for the home's sealed value: 48 KB in Base64, and what stands around it; in bytes. */
const roomForHome = 80 * 1024;
const roomForTarget = 2 * 1024;

/** What follows is one rename, atomic and possible on a full disk: of main and post exactly one succeeds. */
const open = '.unclaimed';
const asked = '.asked';
const closed = '.closed';

/** What a journal takes from the runner. */
interface Runner {
  readonly log: Log;
  /** Leaves a value to the post step, which finds the journal without it, too. */
  readonly leaveState: (name: string, value: string) => boolean;
}

/**
 * Creates a journal that only this user can read, in a folder that lasts as long as the job, with the room that a
 * rotation needs already taken. Fails with words for a person.
 *
 * @param path in RUNNER_TEMP; empty where the runner names no such folder
 */
export function createJournal(path: string, header: JournalHeader, runner: Runner): Result<Journal, string> {
  if (path === '') return failed('RUNNER_TEMP is empty');
  try {
    const file = new FileJournal(path, header, runner);
    runner.leaveState('journal', path);
    return ok(file);
  } catch (error) {
    removeFiles(path);
    return failed(fileFault(error, 'RUNNER_TEMP'));
  }
}

class FileJournal implements Journal {
  readonly #path: string;
  readonly #header: JournalHeader;
  readonly #file: number;
  readonly #runner: Runner;
  /** Where the next line goes, in bytes. */
  #position = 0;
  #hasWarned = false;
  #isFinished = false;

  /** @throws Error where it can't be written */
  constructor(path: string, header: JournalHeader, runner: Runner) {
    this.#path = path;
    this.#header = header;
    this.#runner = runner;
    this.#file = openSync(path, 'wx', 0o600);
    const text = textOf([header]);
    // The header stands in it twice, and who sees a target once more with each sealed value.
    const room = roomForHome + header.targets.length * roomForTarget + 3 * text.length;
    writeWhole(this.#file, Buffer.from(text + ' '.repeat(room)), 0);
    this.#position = Buffer.byteLength(text);
    // Not empty: someone who clears away empty files shall not take it.
    writeFileSync(path + open, 'the token was not asked for yet\n', { flag: 'wx', mode: 0o600 });
  }

  note(...lines: readonly JournalLine[]): boolean {
    try {
      // Beside the home's value the header once more: what stood before may have been cut off.
      const isHome = lines.some((line) => line.kind === 'sealed' && line.target === 0);
      const bytes = Buffer.from(textOf(isHome ? [this.#header, ...lines] : lines));
      writeWhole(this.#file, bytes, this.#position);
      this.#position += bytes.length;
      // A file that was removed takes lines that nobody will read.
      return fstatSync(this.#file).nlink > 0;
    } catch {
      if (!this.#hasWarned)
        this.#runner.log.warning(
          'The journal could not be written, so the post step may not know all that this step did. Storing goes on.',
        );
      this.#hasWarned = true;
      return false;
    }
  }

  claim(): boolean {
    // Someone who cleared the folder took the journal away: then nothing may be issued.
    return existsSync(this.#path) && isRenamed(this.#path + open, this.#path + asked);
  }

  finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    // Also in the journal, where there is room for it: a disk may have filled up meanwhile.
    this.note({ kind: 'finished' });
    this.#runner.leaveState('finished', 'true');
    try {
      closeSync(this.#file);
    } catch {
      // It is removed all the same.
    }
    removeFiles(this.#path);
  }
}

/** The line break in front ends a line that was torn. */
function textOf(lines: readonly JournalLine[]): string {
  return lines.map((line) => `\n${JSON.stringify(line)}\n`).join('');
}

/**
 * A write may take a part of the bytes only.
 *
 * @throws Error where not all of it can be written
 */
export function writeWhole(
  file: number,
  bytes: Buffer,
  position: number,
  write: (file: number, bytes: Buffer, offset: number, length: number, position: number) => number = writeSync,
): void {
  for (let done = 0; done < bytes.length; ) done += write(file, bytes, done, bytes.length - done, position + done);
}

/** Adds lines to a journal that another process began; whether that worked. */
export function noteInJournal(path: string, lines: readonly JournalLine[]): boolean {
  try {
    appendFileSync(path, textOf(lines));
    return true;
  } catch {
    return false;
  }
}

/** Takes the right to ask for a token away from a main step that has not asked yet; whether that worked. */
export function closeJournal(path: string): boolean {
  return isRenamed(path + open, path + closed);
}

function isRenamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}

/** Reads a journal; undefined where there is none. */
export function readJournal(path: string): JournalRecord | undefined {
  try {
    // By what is not there: then nobody who clears files away makes a token that was asked for look as if it was not.
    const isAsked = !existsSync(path + open) && !existsSync(path + closed);
    return journalRecordFrom(readFileSync(path, 'utf8'), isAsked);
  } catch {
    return undefined;
  }
}

/** Removes a journal; never throws. */
export function removeFiles(path: string): void {
  for (const name of [path, path + open, path + asked, path + closed]) {
    try {
      unlinkSync(name);
    } catch {
      // It is not there; or it goes with the runner's folder.
    }
  }
}

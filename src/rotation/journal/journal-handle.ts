import { createHmac, timingSafeEqual } from 'node:crypto';
import { second } from '../../lib/clock.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Needs } from '../dependencies.ts';
import { closeJournal, noteInJournal, readJournal, removeFiles } from './journal.ts';
import type { JournalLine, JournalRecord, Mark } from './journal-record.ts';

/** How long the post step waits for a main that still lives, in ms: its longest single waits, those for the token's answer. */
export const waitForMain = 190 * second;
const pollEvery = second / 4;

/** A journal that a main step left, as the post step sees it. */
export class JournalHandle {
  readonly path: string;
  readonly #isAlive: (pid: number) => boolean;
  readonly #isAnothers: boolean;

  /**
   * @param isAlive whether a process still runs
   * @param isAnothers whether another use of the action in this job left it, whose own post step looks for it, too
   */
  constructor(path: string, isAlive: (pid: number) => boolean, isAnothers = false) {
    this.path = path;
    this.#isAlive = isAlive;
    this.#isAnothers = isAnothers;
  }

  /** As it stands now; undefined where it is gone. */
  read(): JournalRecord | undefined {
    return readJournal(this.path);
  }

  note(...lines: readonly JournalLine[]): boolean {
    return noteInJournal(this.path, lines);
  }

  /** Nothing is left to finish: it says so itself, where it can't be removed and to the post step that it belongs to. */
  remove(): void {
    const isNoted = this.note({ kind: 'finished' });
    if (!(this.#isAnothers && isNoted)) removeFiles(this.path);
  }

  /** As it stands once main has ended, or once it is waited for no longer: then a late main never asks. */
  async settled(needs: Needs<'clock' | 'cancellation' | 'log'>): Promise<JournalRecord | undefined> {
    const { clock, cancellation, log } = needs;
    const end = clock.monotonic() + waitForMain;
    let isTold = false;
    for (;;) {
      const record = this.read();
      if (record === undefined || record.finished || !this.#isAlive(record.header.pid)) return this.read();
      if (clock.monotonic() >= end || cancellation.now.aborted) {
        closeJournal(this.path);
        return this.read();
      }
      if (!isTold) log.info(`The main step still runs; waiting for it, ${waitForMain / second} s at most`);
      isTold = true;
      await clock.sleep(pollEvery, cancellation.now);
    }
  }
}

/** @param githubUrl base URL of the REST API */
export function markOf(credential: Secret, githubUrl: string, key: string): Mark {
  return { key, hash: createHmac('sha256', key).update(`${githubUrl} ${credential.reveal()}`).digest('hex') };
}

/** Whether a credential, and the API that it is for, are those that a journal was begun with. */
export function isSameCredential(credential: Secret, githubUrl: string, mark: Mark): boolean {
  const [ours, theirs] = [Buffer.from(markOf(credential, githubUrl, mark.key).hash), Buffer.from(mark.hash)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Secret } from '../../../../src/lib/secret.ts';
import { createJournal, type Journal } from '../../../../src/rotation/journal/journal.ts';
import {
  isSameCredential,
  JournalHandle,
  markOf,
  waitForMain,
} from '../../../../src/rotation/journal/journal-handle.ts';
import { FakeWorkflow, fakeRetryContext } from '../../support/fakes.ts';
import { headerOf } from '../../support/journaling.ts';
import { minute, second } from '../../support/time.ts';

let folder: string;
let path: string;
let journal: Journal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  path = join(folder, 'left.jsonl');
  const created = createJournal(path, headerOf(['acme/network']), { log: new FakeWorkflow(), leaveState: () => true });
  if (!created.ok) throw new Error(created.error);
  journal = created.value;
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Waits for a main that lives so long, in ms; what it does meanwhile, by time. */
async function settled(
  lives: number,
  { cancelAfter, events = {} }: { cancelAfter?: number; events?: Record<number, () => void> } = {},
) {
  const context = fakeRetryContext();
  const { clock, cancel, log } = context;
  const start = clock.monotonic();
  const elapsed = () => clock.monotonic() - start;
  const asked: number[] = [];
  const handle = new JournalHandle(path, (pid) => {
    asked.push(pid);
    return elapsed() < lives;
  });
  for (const [at, event] of Object.entries(events)) clock.after(Number(at), event);
  if (cancelAfter === 0) cancel();
  else if (cancelAfter !== undefined) clock.after(cancelAfter, cancel);
  const record = await handle.settled(context);
  return { record, elapsed: elapsed(), lines: log.lines, asked };
}

describe('a journal as it stands', () => {
  test('at once where its main is dead', async () => {
    const { record, elapsed, lines, asked } = await settled(0);
    expect(record).toMatchObject({ header: { pid: 42 }, asked: false });
    expect({ elapsed, lines, asked }).toEqual({ elapsed: 0, lines: [], asked: [42] });
    // It was not closed: nobody is there to ask.
    expect(existsSync(`${path}.closed`)).toBe(false);
  });

  test('once its main has ended, with all that it has noted by then', async () => {
    const { record, elapsed, lines } = await settled(3 * second, {
      events: { 2900: () => journal.note({ kind: 'stored', target: 0, at: 1 }) },
    });
    expect(record?.home).toBe('stored');
    expect(elapsed).toBeGreaterThanOrEqual(3 * second);
    expect(elapsed).toBeLessThan(4 * second);
    expect(lines).toEqual([expect.stringContaining('waiting for it, 190 s at most')]);
  });

  test('as soon as its main says that it finished', async () => {
    const { record, elapsed } = await settled(minute, { events: { 2000: () => journal.note({ kind: 'finished' }) } });
    expect(record?.finished).toBe(true);
    expect(elapsed).toBeLessThan(3 * second);
  });

  test('as soon as it is gone', async () => {
    const { record, elapsed } = await settled(minute, { events: { 2000: () => journal.finish() } });
    expect(record).toBeUndefined();
    expect(elapsed).toBeLessThan(3 * second);
  });

  test.each([
    ['its time is over', undefined, waitForMain],
    ['a cancel', 5 * second, 5 * second],
    ['a cancel that came before', 0, 0],
  ])('after %s its main never asks', async (_, cancelAfter, at) => {
    const { record, elapsed } = await settled(
      Number.POSITIVE_INFINITY,
      cancelAfter === undefined ? {} : { cancelAfter },
    );
    expect({ asked: record?.asked, elapsed }).toEqual({ asked: false, elapsed: at });
    expect(journal.claim()).toBe(false);
  });

  test('what was asked for by then is told', async () => {
    const { record } = await settled(Number.POSITIVE_INFINITY, { events: { 1000: () => journal.claim() } });
    expect(record?.asked).toBe(true);
  });
});

describe('nothing is left to finish', () => {
  const handle = () => new JournalHandle(path, () => false);

  test('it is removed', () => {
    handle().remove();
    expect(readdirSync(folder)).toEqual([]);
    expect(handle().read()).toBeUndefined();
  });

  test('it says itself that it is finished: where it cannot be removed, that is all that tells', () => {
    const other = join(folder, 'the same file');
    linkSync(path, other);
    handle().remove();
    expect(new JournalHandle(other, () => false).read()?.finished).toBe(true);
  });

  test('it stays, and says so, where the post step of another use of the action looks for it, too', () => {
    const anothers = new JournalHandle(path, () => false, true);
    anothers.remove();
    expect(anothers.read()?.finished).toBe(true);
  });

  test('… but it goes where it can not say so', () => {
    const closed = `${path}.closed`;
    writeFileSync(closed, '');
    rmSync(path);
    mkdirSync(path);
    new JournalHandle(path, () => false, true).remove();
    expect(existsSync(closed)).toBe(false);
  });

  test('removing what is gone leaves nothing', () => {
    journal.finish();
    handle().remove();
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('lines of the post step are told again', () => {
  const handle = new JournalHandle(path, () => false);
  expect(handle.note({ kind: 'confirmed', date: 7 })).toBe(true);
  expect(handle.read()?.confirmed).toBe(7);
  mkdirSync(join(folder, 'sub'));
  expect(new JournalHandle(join(folder, 'sub'), () => false).note({ kind: 'confirmed', date: 7 })).toBe(false);
});

describe('the mark of a credential', () => {
  const credential = new Secret('ghp_of-the-main-step');
  const api = 'https://api.github.com';

  test('tells it from another one, and from none', () => {
    const mark = markOf(credential, api, 'a key');
    expect(isSameCredential(new Secret('ghp_of-the-main-step'), api, mark)).toBe(true);
    expect(isSameCredential(new Secret('ghp_of-another-step'), api, mark)).toBe(false);
    expect(isSameCredential(new Secret(''), api, mark)).toBe(false);
  });

  test('tells the API that it is for from another one', () => {
    const mark = markOf(credential, api, 'a key');
    expect(isSameCredential(credential, 'https://github.acme.example/api/v3', mark)).toBe(false);
  });

  test('is another with another key, and tells nothing of it', () => {
    const mark = markOf(credential, api, 'a key');
    expect(markOf(credential, api, 'another key').hash).not.toBe(mark.hash);
    expect(mark.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(isSameCredential(credential, api, { ...mark, key: 'another key' })).toBe(false);
  });

  test.each(['', 'short', 'ä'.repeat(64), 'x'.repeat(64)])('that is none is no match: %j', (hash) => {
    expect(isSameCredential(credential, api, { key: 'a key', hash })).toBe(false);
  });
});

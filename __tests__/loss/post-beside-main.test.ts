import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { closeJournal, createJournal, readJournal } from '../../src/rotation/journal/journal.ts';
import type { JournalLine } from '../../src/rotation/journal/journal-record.ts';
import { deadPid, FakeWorkflow } from '../unit/support/fakes.ts';
import { leftScene, textOf } from './support/left-behind.ts';
import { home, others } from './support/scene.ts';

describe('a main that still lives', () => {
  test('is waited for, and what it does meanwhile counts', async () => {
    await using given = await leftScene();
    const { scene, job, left } = given;
    const path = left.leave(textOf([left.header(), left.noted()]));
    const startedAt = scene.clock.now();
    const lines: JournalLine[] = [left.issued(), await left.sealed(0)];
    let lives = true;
    job.isAlive = () => lives;
    void scene.clock.sleep(5000).then(() => {
      appendFileSync(path, textOf(lines));
      lives = false;
    });
    const post = await job.post();
    expect(scene.world.github.open(home)).toBe(left.token);
    expect(scene.clock.now() - startedAt).toBeLessThan(6000);
    // What main had not sealed is for the next run, and said.
    expect([post.failed, scene.world.github.open(others[0])]).toEqual([true, scene.world.currentToken]);
  });

  test('is given up in the end, and then never asks', async () => {
    await using given = await leftScene();
    const { scene, job, left } = given;
    const path = left.leave(textOf([left.header()]), false);
    job.isAlive = (pid) => pid === deadPid;
    const startedAt = scene.clock.now();
    const post = await job.post();
    const waited = scene.clock.now() - startedAt;
    expect([post.failed, waited >= 120_000, waited <= 285_000]).toEqual([false, true, true]);
    expect(existsSync(`${path}.unclaimed`)).toBe(false);
  });

  test('is given up while it waits for its answer, and that is said', async () => {
    await using given = await leftScene();
    const { job, left } = given;
    const path = left.leave(textOf([left.header(), left.noted()]));
    job.isAlive = () => true;
    const post = await job.post();
    expect([post.failed, readJournal(path)?.asked]).toEqual([true, true]);
    expect(post.said).toContain('may have been issued');
  });
});

test.each([
  ['main claims first', ['claim', 'close'], [true, false]],
  ['post closes first', ['close', 'claim'], [true, false]],
] as const)('of main and post exactly one comes first: %s', (_, order, expected) => {
  const folder = mkdtempSync(join(tmpdir(), 'loss-claim-'));
  try {
    const log = new FakeWorkflow();
    const leaveState = (name: string, value: string) => log.state(name, value);
    const path = join(folder, 'journal.jsonl');
    const credential = { key: '', hash: '' };
    const header = { kind: 'run', pid: 1, targets: [], token: '', run: '', credential } as const;
    const journal = createJournal(path, header, { log, leaveState });
    if (!journal.ok) throw new Error(journal.error);
    const actions = { claim: () => journal.value.claim(), close: () => closeJournal(path) };
    expect(order.map((name) => actions[name]())).toEqual(expected);
    expect(readJournal(path)?.asked).toBe(order[0] === 'claim');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

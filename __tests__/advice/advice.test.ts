import { beforeAll, describe, expect, test } from '@jest/globals';
import { actsOf, adviceIn } from './support/advice.ts';
import { obeyedIn, readObeyed, writeObeyed } from './support/obeyed.ts';
import type { Played } from './support/play.ts';
import { playAll, tableOf, wantedFor } from './support/table.ts';

/**
 * Each advice is played to its end: an actor obeys what the summary says, word by word, in a world with ThousandEyes' rules, for
 * 30 days with a run on the schedule each week. It ends with one working token in every target, a record that says so, nothing
 * left over and a green run; no target is down but between "revoke" and "store it"; and where the situation is a normal one,
 * nobody is told to revoke anything. Here at once; as late as the words let him in `__tests__/thorough/`.
 */
describe('obeyed at once', () => {
  let plays: Played[] = [];
  beforeAll(async () => {
    plays = await playAll({});
  }, 170_000);

  test.each(wantedFor({}).map(({ name }) => name))('%s', (name) => {
    const played = plays.find((each) => each.name === name);
    expect(played?.faults).toEqual([]);
    expect(played?.days).toBeLessThanOrEqual(33);
  });

  test('what each page of advice is obeyed in is what the page of messages names (UPDATE_MESSAGES=1 writes it anew)', () => {
    const obeyed = obeyedIn(plays);
    if (process.env.UPDATE_MESSAGES) writeObeyed(obeyed);
    expect(readObeyed()).toEqual(obeyed);
  });
});

test('a summary is read as its numbered steps, each with its command, and nothing of what is folded', () => {
  const summary = [
    '**Do this:**',
    '',
    '1. Start a fresh run: Run workflow.',
    '2. Store it:',
    '',
    '   ```sh',
    '   gh secret set A --repo b/c',
    '   ```',
    '',
    '<details><summary>Why</summary>',
    '1. folded',
    '</details>',
  ].join('\n');
  const [steps = []] = adviceIn(summary);
  expect(steps).toEqual([
    { text: 'Start a fresh run: Run workflow.' },
    { text: 'Store it:', command: 'gh secret set A --repo b/c' },
  ]);
  expect(steps.map(actsOf)).toEqual([
    [{ kind: 'run', isFresh: true }],
    [{ kind: 'type', command: 'gh secret set A --repo b/c' }],
  ]);
  expect(actsOf({ text: 'Hope for the best.' })).toEqual([]);
});

test('the table says what was done and when all was well, or what is wrong', () => {
  const played = { name: 'a', done: ['run', 'create'], read: [], days: 2, faults: [] };
  const bad = { name: 'b', done: [], read: [], days: undefined, faults: ['it is red'] };
  expect(tableOf([played, bad], [played])).toBe(
    [
      '| situation | obeyed at once | days | obeyed at the last moment: days |',
      '| --- | --- | --- | --- |',
      '| a | run, create | 2 | run, create: 2 |',
      '| b | nothing | never: it is red |  |',
    ].join('\n'),
  );
});

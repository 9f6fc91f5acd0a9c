import { describe, expect, test } from '@jest/globals';
import { type Issue, regenerate } from '../../src/regeneration.ts';
import { Secret } from '../../src/secret.ts';
import type { StoredSecret } from '../../src/secret-store.ts';
import type { Regeneration } from '../../src/thousandeyes.ts';
import { fakeRetryPorts, homePlace, script, storedSecret } from '../support/unit-ports.ts';
import { day, minute, now, second } from '../support/unit-time.ts';

const old = { createdAt: now - 400 * day, updatedAt: now - 30 * day };
const rotated = { createdAt: now - 400 * day, updatedAt: now - 3 * day };
const onlyCreated = { createdAt: now - 3 * day, updatedAt: now - 3 * day };

const issued: Regeneration = { kind: 'issued', token: new Secret('te-regeneration-new'), validUntil: now + 730 * day };
const conflict: Regeneration = { kind: 'conflict', why: 'ThousandEyes answered 409' };
const ambiguous: Regeneration = { kind: 'ambiguous', why: 'ThousandEyes answered 500' };
const unreadable: Regeneration = { kind: 'unreadable', why: 'ThousandEyes answered 201 without a token in it' };
const unsent: Regeneration = { kind: 'unsent', why: 'ThousandEyes gave no answer: the connection was refused' };
const refused = (status: number): Regeneration => ({
  kind: 'refused',
  status,
  why: `ThousandEyes answered ${status}`,
});
const limited = (ms: number): Regeneration => ({ kind: 'limited', ms, why: 'ThousandEyes answered 429' });

interface Scene {
  readonly home?: { createdAt: number; updatedAt: number };
  /** What reading the home again finds, one after the other. */
  readonly reads?: readonly (StoredSecret | undefined)[];
  readonly cancelAfter?: number;
}

async function ask(answers: readonly Regeneration[], { home = old, reads = [], cancelAfter }: Scene = {}) {
  const ports = fakeRetryPorts({ now });
  const masked: string[] = [];
  const asking = script(...answers);
  const reading = [...reads];
  let homeReads = 0;
  if (cancelAfter === 0) ports.cancel();
  else if (cancelAfter !== undefined) ports.clock.after(cancelAfter, ports.cancel);
  const issue = await regenerate(homePlace('acme/network', home), {
    ...ports,
    regenerate: asking,
    mask: (token) => masked.push(token.reveal()),
    readHome: async () => {
      homeReads++;
      return reading.length > 0 ? reading.shift() : undefined;
    },
  });
  const { naps } = ports.clock;
  return { issue, asked: asking.asked(), masked, naps, homeReads, lines: ports.log.lines, clock: ports.clock };
}

function failure(issue: Issue) {
  if (issue.kind !== 'failed') throw new Error(`expected a failure, got ${issue.kind}`);
  return { fate: issue.fate, ...issue.problem, message: issue.problem.message };
}

describe('a token is issued', () => {
  test('at once: it is masked, and no time passes', async () => {
    const { issue, asked, masked, naps } = await ask([issued]);
    expect(issue).toEqual({ kind: 'issued', token: issued.token, validUntil: now + 730 * day, at: now });
    // To toEqual all secrets look the same.
    expect(issue.kind === 'issued' && issue.token.reveal()).toBe('te-regeneration-new');
    expect({ asked, masked, naps }).toEqual({ asked: 1, masked: ['te-regeneration-new'], naps: [] });
  });

  test.each([
    ['a lost answer', [ambiguous, issued], [3 * second]],
    ['two lost answers', [ambiguous, ambiguous, issued], [3 * second, 10 * second]],
    ['a 201 without a token', [unreadable, issued], [3 * second]],
    ['requests that never left', [unsent, unsent, unsent, issued], [1 * second, 4 * second, 10 * second]],
    ['a rate limit', [limited(40 * second), issued], [40 * second]],
    ['a rate limit of five minutes in sum', [limited(4 * minute), limited(minute), issued], [4 * minute, minute]],
  ])('after %s', async (_, answers, naps) => {
    const result = await ask(answers);
    expect(result.issue).toMatchObject({ kind: 'issued', at: now + naps.reduce((sum, nap) => sum + nap, 0) });
    expect(result.naps).toEqual(naps);
    expect(result.asked).toBe(answers.length);
    expect(result.masked).toEqual(['te-regeneration-new']);
  });

  test('waits of over two seconds are announced, shorter ones are not', async () => {
    const { lines } = await ask([limited(2 * second), unsent, unsent, ambiguous, issued]);
    expect(lines).toEqual([
      'Asking for a new token: ThousandEyes gave no answer: the connection was refused; asking again in 4 s',
      'Asking for a new token: ThousandEyes answered 500; asking again in 3 s',
    ]);
  });
});

describe('a refusal', () => {
  test.each([400, 401, 403, 404])('%i ends it at once: nothing was issued', async (status) => {
    const { issue, asked, naps } = await ask([refused(status)]);
    expect(failure(issue)).toMatchObject({ fate: 'nothing issued', cameBack: `ThousandEyes answered ${status}` });
    expect({ asked, naps }).toEqual({ asked: 1, naps: [] });
  });

  test('a 403 names the role', async () => {
    expect(failure((await ask([refused(403)])).issue).todo).toContain('lacks API access');
  });

  test('after a lost answer it tells nothing of that one', async () => {
    const { issue } = await ask([ambiguous, refused(401)]);
    expect(failure(issue)).toMatchObject({
      fate: 'unknown',
      cameBack: 'ThousandEyes answered 500; then ThousandEyes answered 401',
    });
  });
});

describe('a lost answer', () => {
  test('is asked about twice more, and then nobody knows', async () => {
    const { issue, asked, naps, masked } = await ask([ambiguous, ambiguous, ambiguous]);
    expect(failure(issue)).toMatchObject({
      fate: 'unknown',
      cameBack: 'ThousandEyes answered 500; then ThousandEyes answered 500; then ThousandEyes answered 500',
    });
    expect(failure(issue).todo).toContain('It is unknown whether a token was issued');
    expect({ asked, naps, masked }).toEqual({ asked: 3, naps: [3 * second, 10 * second], masked: [] });
  });

  test('and a 409 over an old home: issued and lost', async () => {
    const { issue, asked } = await ask([ambiguous, conflict], { home: old });
    expect(failure(issue)).toMatchObject({
      fate: 'issued and lost',
      cameBack: 'ThousandEyes answered 500; then ThousandEyes answered 409',
    });
    // A minute was spent on reading the home again; the fourteen days begin when that is known.
    expect(failure(issue).todo).toContain('A token was issued and lost');
    expect(failure(issue).todo).toContain('until 2026-12-07 at the latest');
    expect(asked).toBe(2);
  });

  test('and a 409 over a young home: can not be told, and nothing is to be revoked', async () => {
    const { issue } = await ask([ambiguous, conflict], { home: rotated, reads: [storedSecret(rotated)] });
    expect(failure(issue).fate).toBe('unknown');
    expect(failure(issue).todo).toContain('Do NOT revoke anything yet');
    expect(failure(issue).todo).toContain('acme/network was last written on 2026-11-20');
    expect(failure(issue).todo).toContain('Start a run after 2026-12-04');
  });

  test('and a home that is fifteen days old by then, whoever wrote it: issued and lost', async () => {
    // Three seconds pass before the second request, and a minute of reading the home again.
    const at = now - 15 * day + 63 * second;
    const handmade = { createdAt: at, updatedAt: at };
    expect(failure((await ask([ambiguous, conflict], { home: handmade })).issue).fate).toBe('issued and lost');
    const younger = { createdAt: at + 1, updatedAt: at + 1 };
    expect(failure((await ask([ambiguous, conflict], { home: younger })).issue).fate).toBe('unknown');
  });

  test('and requests that never leave any more', async () => {
    const { issue, asked } = await ask([ambiguous, unsent, unsent, unsent, unsent]);
    expect(failure(issue).fate).toBe('unknown');
    expect(asked).toBe(5);
  });

  test('and a limit that lasts too long', async () => {
    expect(failure((await ask([ambiguous, limited(6 * minute)])).issue).fate).toBe('unknown');
  });
});

describe('a 201 without a token', () => {
  test('three times', async () => {
    const { issue, asked } = await ask([unreadable, unreadable, unreadable]);
    expect(failure(issue).fate).toBe('issued and lost');
    expect(asked).toBe(3);
  });

  test.each([
    ['a 409, however young the home', [unreadable, conflict], rotated],
    ['a refusal', [unreadable, refused(401)], old],
    ['a lost answer', [unreadable, ambiguous, ambiguous], old],
    ['a limit', [unreadable, limited(6 * minute)], old],
  ])('and then %s: issued and lost', async (_, answers, home) => {
    const { issue, homeReads } = await ask(answers, { home });
    expect(failure(issue).fate).toBe('issued and lost');
    expect(homeReads).toBe(0);
  });
});

describe('a 409', () => {
  test('that a rotation of the home explains', async () => {
    const { issue, homeReads, naps } = await ask([conflict], { home: old, reads: [storedSecret(rotated)] });
    expect(issue).toEqual({ kind: 'overlap', home: storedSecret(rotated), possibleAt: rotated.updatedAt + 14 * day });
    expect({ homeReads, naps }).toEqual({ homeReads: 1, naps: [] });
  });

  test('is explained by what was read before, where GitHub does not answer now', async () => {
    const { issue } = await ask([conflict], { home: rotated, reads: [undefined] });
    expect(issue).toMatchObject({ kind: 'overlap', home: { updatedAt: rotated.updatedAt } });
  });

  test('a home that looks old is read again for a minute, because its date lags', async () => {
    const fresh = { createdAt: old.createdAt, updatedAt: now - minute };
    const reads = [storedSecret(old), storedSecret(old), undefined, storedSecret(fresh)];
    const { issue, naps, lines } = await ask([conflict], { home: old, reads });
    expect(issue).toMatchObject({ kind: 'overlap', home: fresh, possibleAt: fresh.updatedAt + 14 * day });
    expect(naps).toEqual([5 * second, 10 * second, 15 * second]);
    expect(lines).toEqual([
      'ThousandEyes answered 409 and acme/network looks old; reading its date again for up to a minute, because GitHub shows it late',
    ]);
  });

  test('over a home that stays old: two active tokens', async () => {
    const { issue, naps, homeReads, asked } = await ask([conflict], { home: old });
    expect(failure(issue)).toMatchObject({ fate: 'nothing issued' });
    expect(failure(issue).cameBack).toContain('acme/network was last written on 2026-10-24, over 15 days ago');
    expect(naps).toEqual([5 * second, 10 * second, 15 * second, 30 * second]);
    expect({ homeReads, asked }).toEqual({ homeReads: 5, asked: 1 });
  });

  test('over a home that was created and never updated: no rotation wrote it', async () => {
    const { issue } = await ask([conflict], { home: onlyCreated });
    expect(failure(issue)).toMatchObject({ fate: 'nothing issued' });
    expect(failure(issue).cameBack).toContain('was created on 2026-11-20 and never updated since');
  });

  test('over a home that was only created, fifteen days before', async () => {
    const at = now - 15 * day + 60 * second;
    const cameBack = async (moment: number) =>
      failure((await ask([conflict], { home: { createdAt: moment, updatedAt: moment } })).issue).cameBack;
    expect(await cameBack(at)).toContain('over 15 days ago');
    expect(await cameBack(at + 1)).toContain('never updated since');
  });

  test.each([
    ['almost fourteen days', 14 * day - 1, 14],
    ['fourteen days, at which it should have ended', 14 * day, 15],
    ['almost fifteen days', 15 * day - 1, 15],
  ])('over a home of %s: the overlap still lasts', async (_, age, days) => {
    const home = { createdAt: 0, updatedAt: now - age };
    const { issue } = await ask([conflict], { home, reads: [storedSecret(home)] });
    expect(issue).toMatchObject({ kind: 'overlap', possibleAt: home.updatedAt + days * day });
  });

  test('over a home of fifteen days: no overlap lasts so long', async () => {
    const home = { createdAt: 0, updatedAt: now - 15 * day };
    const { issue } = await ask([conflict], { home, reads: [storedSecret(home)] });
    expect(failure(issue).fate).toBe('nothing issued');
  });

  test('a cancel ends the reading', async () => {
    const { issue, homeReads } = await ask([conflict], { home: old, cancelAfter: 6 * second });
    expect(failure(issue).fate).toBe('nothing issued');
    expect(homeReads).toBe(3);
  });
});

describe('requests that never leave', () => {
  test('end after four', async () => {
    const { issue, asked, naps } = await ask([unsent, unsent, unsent, unsent]);
    expect(failure(issue)).toMatchObject({ fate: 'nothing issued' });
    expect(failure(issue).cameBack).toContain('the request never left the runner');
    expect({ asked, naps }).toEqual({ asked: 4, naps: [second, 4 * second, 10 * second] });
  });
});

describe('a rate limit', () => {
  test('of over five minutes is not waited for', async () => {
    const { issue, naps } = await ask([limited(5 * minute + 1)]);
    expect(failure(issue)).toMatchObject({
      fate: 'nothing issued',
      cameBack: 'ThousandEyes answered 429 and asks to wait 6 min, longer than a run should wait',
    });
    expect(naps).toEqual([]);
  });

  test('of over five minutes in sum', async () => {
    const { naps, asked } = await ask([limited(3 * minute), limited(3 * minute)]);
    expect({ naps, asked }).toEqual({ naps: [3 * minute], asked: 2 });
  });

  test('is not waited for after a cancel, and nothing is asked any more', async () => {
    const { issue, asked } = await ask([limited(10 * second)], { cancelAfter: 0 });
    expect(failure(issue)).toMatchObject({
      fate: 'nothing issued',
      cameBack: 'ThousandEyes answered 429 and asks to wait 10 s, and the run was cancelled',
    });
    expect(asked).toBe(1);
  });
});

test('a cancel cuts our own pauses short, and the asking goes on', async () => {
  const { issue, clock } = await ask([ambiguous, ambiguous, issued], { cancelAfter: second });
  expect(issue.kind).toBe('issued');
  expect(clock.now()).toBe(now + second);
});

import { describe, expect, test } from '@jest/globals';
import {
  ambiguous,
  ask,
  conflict,
  failureOf,
  homeOf,
  issued,
  limited,
  oldHome,
  refused,
  rotatedHome,
  unreadable,
  unsent,
} from '../support/asking.ts';
import { day, minute, now, second } from '../support/time.ts';

describe('a token is issued', () => {
  test('at once: it is masked, and no time passes', async () => {
    const { result, asked, steps, elapsed, lines } = await ask([issued]);
    expect(result).toEqual({ kind: 'issued', token: issued.token, validUntil: now + 730 * day, at: now });
    // To toEqual all secrets look the same.
    expect(result.kind === 'issued' && result.token.reveal()).toBe('te-asking-new-token');
    expect({ asked, steps, elapsed, lines }).toEqual({
      asked: [0],
      steps: ['mask te-asking-new-token'],
      elapsed: 0,
      lines: [],
    });
  });

  test.each([
    ['a lost answer', [ambiguous, issued], [0, 3]],
    ['two lost answers', [ambiguous, ambiguous, issued], [0, 3, 13]],
    ['a 201 without a token', [unreadable, issued], [0, 3]],
    ['requests that never left', [unsent, unsent, unsent, unsent, issued], [0, 1, 5, 10, 20]],
    ['a rate limit', [limited(40 * second), issued], [0, 40]],
    ['a rate limit of five minutes in sum', [limited(4 * minute), limited(minute), issued], [0, 240, 300]],
  ])('after %s', async (_, answers, times) => {
    const { result, asked } = await ask(answers);
    expect(asked).toEqual(times);
    expect(result).toMatchObject({ kind: 'issued', at: now + (times.at(-1) ?? 0) * second });
  });

  test('waits of over two seconds are announced, shorter ones are not', async () => {
    const { lines } = await ask([limited(2 * second), unsent, unsent, ambiguous, issued]);
    expect(lines).toEqual([
      'Asking for a new token: ThousandEyes gave no answer: it refused the connection; asking again in 4 s',
      'Asking for a new token: ThousandEyes answered 500; asking again in 3 s',
    ]);
  });
});

describe('a refusal', () => {
  test.each([400, 402, 403, 404])('%i ends it at once: nothing was issued', async (status) => {
    const { result, asked, elapsed } = await ask([refused(status)]);
    expect(failureOf(result)).toMatchObject({ tokenState: 'not issued', cause: `ThousandEyes answered ${status}` });
    expect({ asked, elapsed }).toEqual({ asked: [0], elapsed: 0 });
  });

  test('a 403 names the role', async () => {
    expect(failureOf((await ask([refused(403)])).result).action).toContain('lacks API access');
  });

  test('401 is asked once more, a second later, before it ends it', async () => {
    const { result, asked, lines } = await ask([refused(401), refused(401)]);
    expect(failureOf(result)).toMatchObject({ tokenState: 'not issued', cause: 'ThousandEyes answered 401' });
    expect({ asked, lines }).toEqual({ asked: [0, 1], lines: [] });
    expect((await ask([refused(401), issued])).result.kind).toBe('issued');
    expect((await ask([refused(401), ambiguous, refused(401)])).asked).toEqual([0, 1, 4]);
  });

  test('after a lost answer it tells nothing of that one, and both are told', async () => {
    const { result } = await ask([ambiguous, refused(401), refused(401)]);
    expect(failureOf(result)).toMatchObject({
      tokenState: 'unknown',
      cause: 'ThousandEyes answered 500; then ThousandEyes answered 401',
    });
  });
});

describe('a lost answer', () => {
  test('is asked about twice more, and then nobody knows', async () => {
    const { result, asked, steps } = await ask([ambiguous, ambiguous, ambiguous]);
    expect(failureOf(result)).toMatchObject({
      tokenState: 'unknown',
      cause: 'ThousandEyes answered 500; then ThousandEyes answered 500; then ThousandEyes answered 500',
      action: expect.stringContaining('It is unknown whether a token was issued'),
    });
    expect({ asked, steps }).toEqual({ asked: [0, 3, 13], steps: [] });
  });

  test('and a 409 over an old home: issued and lost', async () => {
    const { result, asked } = await ask([ambiguous, conflict]);
    expect(failureOf(result)).toMatchObject({
      tokenState: 'lost',
      cause: 'ThousandEyes answered 500; then ThousandEyes answered 409',
    });
    expect(failureOf(result).action).toContain('A token was issued and lost');
    expect(failureOf(result).action).toContain('until 2026-12-07 at the latest');
    expect(asked).toEqual([0, 3]);
  });

  test('and a 409 over a young home: it cannot be told, and nothing is to be revoked', async () => {
    const { result } = await ask([ambiguous, conflict], { home: rotatedHome, reads: [homeOf(rotatedHome)] });
    expect(failureOf(result).tokenState).toBe('unknown');
    expect(failureOf(result).action).toContain('Do NOT revoke anything yet');
    expect(failureOf(result).action).toContain('acme/network was last written on 2026-11-20');
    expect(failureOf(result).action).toContain('Start a run after 2026-12-04');
  });

  test('and a home of fifteen days, whoever wrote it: issued and lost', async () => {
    const at = now - 15 * day;
    const stateOf = async (moment: number) =>
      failureOf((await ask([ambiguous, conflict], { home: { createdAt: moment, updatedAt: moment } })).result)
        .tokenState;
    expect(await stateOf(at)).toBe('lost');
    expect(await stateOf(at + 1)).toBe('unknown');
  });

  test.each([
    ['requests that never leave any more', [unsent, unsent, unsent, unsent, unsent], 'it refused the connection'],
    ['a limit that lasts too long', [limited(6 * minute)], 'ThousandEyes answered 429'],
  ])('and %s: nobody knows, and all of it is told', async (_, more, told) => {
    const { result, asked } = await ask([ambiguous, ...more]);
    expect(failureOf(result).tokenState).toBe('unknown');
    expect(failureOf(result).cause).toMatch(/^ThousandEyes answered 500; then /);
    expect(failureOf(result).cause).toContain(told);
    expect(asked).toHaveLength(1 + more.length);
  });
});

describe('a 201 without a token', () => {
  test('three times: lost, and what each held is kept, what may be the token masked first', async () => {
    const { result, asked, steps } = await ask([unreadable, unreadable, unreadable]);
    expect(failureOf(result)).toMatchObject({
      tokenState: 'lost',
      action: expect.stringContaining('below "Kept aside"'),
    });
    expect(asked).toHaveLength(3);
    expect(steps.slice(0, 2)).toEqual(['mask te-under-another-name', 'keep {"token": "te-under-another-name"}']);
  });

  test('with nothing in it, or that cannot be kept: nothing is said of it', async () => {
    const { content: _, ...empty } = unreadable as Extract<typeof unreadable, { kind: 'unreadable' }>;
    const nothing = await ask([{ ...empty, content: undefined }, conflict]);
    expect(nothing.steps).toEqual([]);
    expect(failureOf(nothing.result)).toMatchObject({ tokenState: 'lost' });
    expect(failureOf(nothing.result).action).not.toContain('Kept aside');
    const unkept = await ask([unreadable, conflict], { keeps: false });
    expect(failureOf(unkept.result).action).not.toContain('Kept aside');
  });

  test('one that was kept counts, although a later one could not be', async () => {
    const { content: _, ...empty } = unreadable as Extract<typeof unreadable, { kind: 'unreadable' }>;
    const { result } = await ask([unreadable, { ...empty, content: undefined }, conflict]);
    expect(failureOf(result).action).toContain('Kept aside');
  });

  test.each([
    ['a 409, however young the home', [unreadable, conflict], rotatedHome],
    ['a refusal', [unreadable, refused(403)], oldHome],
    ['a lost answer', [unreadable, ambiguous, ambiguous], oldHome],
    ['a limit', [unreadable, limited(6 * minute)], oldHome],
    ['requests that never leave', [unreadable, unsent, unsent, unsent, unsent, unsent], oldHome],
  ])('and then %s: issued and lost', async (_, answers, home) => {
    const { result, homeReads } = await ask(answers, { home });
    expect(failureOf(result).tokenState).toBe('lost');
    expect(failureOf(result).cause).toMatch(/^ThousandEyes answered 201 without a token in it; then /);
    expect(homeReads).toBe(0);
  });
});

describe('a 409', () => {
  test('that a rotation of the home explains', async () => {
    const { result, homeReads, elapsed } = await ask([conflict], { reads: [homeOf(rotatedHome)] });
    expect(result).toEqual({
      kind: 'overlap',
      home: homeOf(rotatedHome),
      possibleAt: rotatedHome.updatedAt + 14 * day,
    });
    expect({ homeReads, elapsed }).toEqual({ homeReads: 1, elapsed: 0 });
  });

  test('is explained by what was read before, where GitHub does not answer now', async () => {
    const { result } = await ask([conflict], { home: rotatedHome, reads: [undefined] });
    expect(result).toMatchObject({ kind: 'overlap', home: { updatedAt: rotatedHome.updatedAt } });
  });

  test('a home that looks old is read again for a minute, because its date lags', async () => {
    const fresh = { createdAt: oldHome.createdAt, updatedAt: now - minute };
    const reads = [homeOf(oldHome), homeOf(oldHome), undefined, homeOf(fresh)];
    const { result, elapsed, lines } = await ask([conflict], { reads });
    expect(result).toMatchObject({ kind: 'overlap', home: fresh, possibleAt: fresh.updatedAt + 14 * day });
    expect(elapsed).toBe(5 + 10 + 15);
    expect(lines).toEqual([expect.stringMatching(/409 and acme\/network looks old; reading its date again/)]);
  });

  test('over a home that stays old: two active tokens', async () => {
    const { result, elapsed, homeReads, asked } = await ask([conflict]);
    expect(failureOf(result)).toMatchObject({ tokenState: 'not issued' });
    expect(failureOf(result).cause).toContain('acme/network was last written on 2026-10-24, over 15 days ago');
    expect({ elapsed, homeReads, asked }).toEqual({ elapsed: 60, homeReads: 5, asked: [0] });
  });

  test('over a home that was created and never updated: no rotation wrote it', async () => {
    const at = now - 3 * day;
    const { result } = await ask([conflict], { home: { createdAt: at, updatedAt: at } });
    expect(failureOf(result)).toMatchObject({ tokenState: 'not issued' });
    expect(failureOf(result).cause).toContain('was created on 2026-11-20 and never updated since');
  });

  test('over a home that was only created, fifteen days before', async () => {
    const causeFor = async (at: number) =>
      failureOf((await ask([conflict], { home: { createdAt: at, updatedAt: at } })).result).cause;
    expect(await causeFor(now - 15 * day)).toContain('over 15 days ago');
    expect(await causeFor(now - 15 * day + 1)).toContain('never updated since');
  });

  test.each([
    ['almost fourteen days', 14 * day - 1, 14],
    ['fourteen days, at which it should have ended', 14 * day, 15],
    ['almost fifteen days', 15 * day - 1, 15],
  ])('over a home of %s: the overlap still lasts', async (_, age, days) => {
    const home = { createdAt: 0, updatedAt: now - age };
    const { result } = await ask([conflict], { home, reads: [homeOf(home)] });
    expect(result).toMatchObject({ kind: 'overlap', possibleAt: home.updatedAt + days * day });
  });

  test('over a home of fifteen days: no overlap lasts so long', async () => {
    const home = { createdAt: 0, updatedAt: now - 15 * day };
    expect(failureOf((await ask([conflict], { home })).result).tokenState).toBe('not issued');
  });

  test("the home's age is told by GitHub's clock, however far this machine's is off", async () => {
    const events = { events: (clock: { jump: (ms: number) => void }) => clock.jump(20 * day) };
    const young = await ask([conflict], { home: rotatedHome, reads: [homeOf(rotatedHome)], ...events });
    expect(young.result).toMatchObject({ kind: 'overlap', possibleAt: rotatedHome.updatedAt + 14 * day });
    const behind = { events: (clock: { jump: (ms: number) => void }) => clock.jump(-20 * day) };
    expect(failureOf((await ask([conflict], behind)).result).cause).toContain('over 15 days ago');
  });
});

test('requests that never leave end after twenty seconds, and at once where a setting is wrong', async () => {
  const { result, asked } = await ask([unsent, unsent, unsent, unsent, unsent]);
  expect(failureOf(result)).toMatchObject({ tokenState: 'not issued' });
  expect(failureOf(result).cause).toContain('the request never left the runner');
  expect(asked).toEqual([0, 1, 5, 10, 20]);
  const hopeless = await ask([{ kind: 'unsent', mayPass: false, detail: 'no such host' }]);
  expect(failureOf(hopeless.result).cause).toContain('no such host');
  expect(hopeless.asked).toEqual([0]);
});

describe('a rate limit', () => {
  test('of over five minutes is not waited for', async () => {
    const { result, elapsed } = await ask([limited(5 * minute + 1)]);
    expect(failureOf(result)).toMatchObject({
      tokenState: 'not issued',
      cause: 'ThousandEyes answered 429 and asks to wait 6 min, longer than a run should wait',
      action: expect.stringContaining('Start the run again after 2026-11-23 19:06 UTC.'),
    });
    expect(elapsed).toBe(0);
  });

  test('of over five minutes in sum', async () => {
    const { asked } = await ask([limited(3 * minute), limited(3 * minute)]);
    expect(asked).toEqual([0, 180]);
  });

  test('that asks for next to nothing again and again is asked ever more seldom', async () => {
    const { result, asked } = await ask(Array.from({ length: 9 }, () => limited(second)));
    expect(asked).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255]);
    expect(failureOf(result).tokenState).toBe('not issued');
  });
});

test('a step of the wall clock neither shortens nor lengthens the wait for an answer', async () => {
  for (const step of [-day, 35 * minute, day]) {
    const { result, asked, elapsed } = await ask([{ after: 100 * second, answer: issued }], {
      events: (clock) => clock.after(5 * second, () => clock.jump(step)),
    });
    expect({ kind: result.kind, asked, elapsed }).toEqual({ kind: 'issued', asked: [0], elapsed: 100 });
  }
});

import { describe, expect, test } from '@jest/globals';
import { whyNotIssued } from '../../../../src/thousandeyes/errors.ts';
import {
  ambiguous,
  ask,
  conflict,
  home,
  issued,
  limited,
  refusalOf,
  refused,
  unreadable,
  unsent,
} from '../../support/asking.ts';
import { day, minute, now, second } from '../../support/time.ts';

describe('a token is issued', () => {
  test('at once: it is masked, and no time passes', async () => {
    const { result, asked, steps, elapsed, lines } = await ask([issued]);
    expect(result).toEqual({ kind: 'issued', token: issued.token, validUntil: now + 730 * day });
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
    expect(result.kind).toBe('issued');
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
    expect(refusalOf(result)).toEqual(whyNotIssued(refused(status), home, now, false));
    expect({ asked, elapsed }).toEqual({ asked: [0], elapsed: 0 });
  });

  test('401 is asked once more, a second later, before it ends it', async () => {
    const { result, asked, lines } = await ask([refused(401), refused(401)]);
    expect(refusalOf(result)).toEqual(whyNotIssued(refused(401), home, now, false));
    expect({ asked, lines }).toEqual({ asked: [0, 1], lines: [] });
    expect((await ask([refused(401), issued])).result.kind).toBe('issued');
    expect((await ask([refused(401), ambiguous, refused(401)])).asked).toEqual([0, 1, 4]);
  });

  test('after a lost answer it tells nothing of that one, and both are told', async () => {
    const { result } = await ask([ambiguous, refused(401), refused(401)]);
    expect(result).toEqual({ kind: 'in doubt', told: ['ThousandEyes answered 500', 'ThousandEyes answered 401'] });
  });
});

describe('a 409', () => {
  test('alone: two tokens are active, nothing was issued, and no time passes', async () => {
    const { result, asked, elapsed } = await ask([conflict]);
    expect(result).toEqual({ kind: 'conflict', detail: 'ThousandEyes answered 409' });
    expect({ asked, elapsed }).toEqual({ asked: [0], elapsed: 0 });
  });

  test.each([
    ['a request that never left', unsent],
    ['a limit', limited(second)],
    ['a passing 401', refused(401)],
  ])('after %s is as clear', async (_, before) => {
    expect((await ask([before, conflict])).result).toMatchObject({ kind: 'conflict' });
  });

  test('after a lost answer tells nothing of that one: it may have issued the second token', async () => {
    const { result, asked } = await ask([ambiguous, conflict]);
    expect(result).toEqual({ kind: 'in doubt', told: ['ThousandEyes answered 500', 'ThousandEyes answered 409'] });
    expect(asked).toEqual([0, 3]);
  });
});

describe('a lost answer', () => {
  test('is asked about twice more, and then nobody knows', async () => {
    const { result, asked, steps } = await ask([ambiguous, ambiguous, ambiguous]);
    const told = ['ThousandEyes answered 500', 'ThousandEyes answered 500', 'ThousandEyes answered 500'];
    expect(result).toEqual({ kind: 'in doubt', told });
    expect({ asked, steps }).toEqual({ asked: [0, 3, 13], steps: [] });
  });

  test.each([
    ['requests that never leave any more', [unsent, unsent, unsent, unsent, unsent], 'it refused the connection'],
    ['a limit that lasts too long', [limited(6 * minute)], 'ThousandEyes answered 429'],
  ])('and %s: nobody knows, and all of it is told', async (_, more, told) => {
    const { result, asked } = await ask([ambiguous, ...more]);
    expect(result).toEqual({ kind: 'in doubt', told: ['ThousandEyes answered 500', expect.stringContaining(told)] });
    expect(asked).toHaveLength(1 + more.length);
  });
});

describe('a 2xx from which no token can be read', () => {
  test('three times: lost, and nothing of it is masked', async () => {
    const { result, asked, steps } = await ask([unreadable, unreadable, unreadable]);
    expect(result).toMatchObject({ kind: 'lost', told: [{}, {}, {}].map(() => unreadable.detail) });
    expect({ asked, steps }).toEqual({ asked: [0, 3, 13], steps: [] });
  });

  test.each([
    ['a 409', [unreadable, conflict]],
    ['a refusal', [unreadable, refused(403)]],
    ['a lost answer', [unreadable, ambiguous, ambiguous]],
    ['a limit', [unreadable, limited(6 * minute)]],
    ['requests that never leave', [unreadable, unsent, unsent, unsent, unsent, unsent]],
  ])('and then %s: issued and lost', async (_, answers) => {
    const { result } = await ask(answers);
    expect(result.kind).toBe('lost');
    expect(result.kind === 'lost' && result.told[0]).toBe(unreadable.detail);
  });

  test('after a lost answer: lost, too', async () => {
    expect((await ask([ambiguous, unreadable, conflict])).result.kind).toBe('lost');
  });
});

test('requests that never leave end after twenty seconds, and at once where a setting is wrong', async () => {
  const { result, asked } = await ask([unsent, unsent, unsent, unsent, unsent]);
  expect(refusalOf(result)).toEqual(whyNotIssued(unsent, home, now, false));
  expect(asked).toEqual([0, 1, 5, 10, 20]);
  const wrong = { kind: 'unsent', mayPass: false, detail: 'no such host' } as const;
  const hopeless = await ask([wrong]);
  expect(refusalOf(hopeless.result)).toEqual(whyNotIssued(wrong, home, now, false));
  expect(hopeless.asked).toEqual([0]);
});

describe('a rate limit', () => {
  test('of over five minutes is not waited for', async () => {
    const { result, elapsed } = await ask([limited(5 * minute + 1)]);
    expect(refusalOf(result)).toEqual(whyNotIssued(limited(5 * minute + 1), home, now, false));
    expect(refusalOf(result).cause).toContain('ThousandEyes answered 429 and asks to wait 6 min, ');
    expect(elapsed).toBe(0);
  });

  test('of over five minutes in sum', async () => {
    const { asked } = await ask([limited(3 * minute), limited(3 * minute)]);
    expect(asked).toEqual([0, 180]);
  });

  test('that asks for next to nothing again and again is asked ever more seldom', async () => {
    const { result, asked } = await ask(Array.from({ length: 9 }, () => limited(second)));
    expect(asked).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255]);
    expect(result.kind).toBe('not issued');
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

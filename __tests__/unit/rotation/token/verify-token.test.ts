import { describe, expect, test } from '@jest/globals';
import { Secret } from '../../../../src/lib/secret.ts';
import { verifyToken } from '../../../../src/rotation/token/verify-token.ts';
import type { TokenCheck } from '../../../../src/thousandeyes/client.ts';
import type { FakeClock } from '../../support/fake-clock.ts';
import { fakeRetryContext } from '../../support/fakes.ts';
import { day, minute, now, second } from '../../support/time.ts';

const accepted: TokenCheck = { kind: 'accepted', user: undefined };
const refused: TokenCheck = { kind: 'refused', detail: 'ThousandEyes answered 401' };
const down: TokenCheck = { kind: 'down', mayPass: true, detail: 'ThousandEyes answered 500' };
const forbidden: TokenCheck = { kind: 'forbidden', detail: 'ThousandEyes answered 403' };
const unclear: TokenCheck = { kind: 'unclear', detail: 'ThousandEyes answered 302' };
const proxy: TokenCheck = { kind: 'proxy', detail: 'ThousandEyes answered 407' };
const limited = (ms: number): TokenCheck => ({ kind: 'limited', ms, detail: 'ThousandEyes answered 429' });

const isRefused = { kind: 'refused', detail: 'ThousandEyes answered 401' };
const isUnknown = (check: TokenCheck) => ({ kind: 'unknown', detail: 'detail' in check ? check.detail : '' });

/** Answers one after the other, the last one for ever; or by the time, in seconds from the begin on. */
type Answers = readonly TokenCheck[] | ((at: number) => TokenCheck);

interface Scene {
  readonly token?: string;
  /** When the run is cancelled, in ms from the begin on. */
  readonly cancelAfter?: number;
  readonly events?: (clock: FakeClock) => void;
  /** How long each check takes, in ms, unless its signal ends it. */
  readonly takes?: number;
  /** How much too early timers wake, in ms. */
  readonly early?: number;
}

async function verified(answers: Answers, scene: Scene = {}) {
  const { token = 'te-verify-new', cancelAfter, events, takes = 0, early = 0 } = scene;
  const context = fakeRetryContext({ now });
  const { clock, cancel, log } = context;
  const notes: string[] = [];
  const checkedAt: number[] = [];
  if (cancelAfter === 0) cancel();
  else if (cancelAfter !== undefined) clock.after(cancelAfter, cancel);
  events?.(clock);
  const check = async (asked: Secret, signal: AbortSignal): Promise<TokenCheck> => {
    expect(asked.reveal()).toBe(token);
    checkedAt.push((clock.monotonic() - now) / second);
    if (takes > 0) await clock.sleep(takes, signal);
    if (typeof answers === 'function') return answers((clock.monotonic() - now) / second);
    return answers[Math.min(checkedAt.length, answers.length) - 1] ?? accepted;
  };
  const note = (...lines: readonly { kind: string }[]) => {
    notes.push(...lines.map(({ kind }) => kind));
    return true;
  };
  const unused = () => {
    throw new Error('only the new token is checked here');
  };
  const verification = await verifyToken(
    new Secret(token),
    { note },
    {
      ...context,
      clock: {
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        sleep: (ms, ...more) => clock.sleep(ms - early, ...more),
      },
      thousandEyes: { check, checkCurrent: unused, regenerate: unused },
    },
  );
  return { verification, checkedAt, elapsed: (clock.monotonic() - now) / second, notes, lines: log.lines };
}

describe('accepted', () => {
  test('at once: nothing is noted and no time passes', async () => {
    expect(await verified([accepted])).toEqual({
      verification: accepted,
      checkedAt: [0],
      elapsed: 0,
      notes: [],
      lines: [],
    });
  });

  test('once it has spread: the refusal is noted, and taken back', async () => {
    const { verification, checkedAt, notes, lines } = await verified([refused, refused, refused, refused, accepted]);
    expect({ verification, checkedAt, notes }).toEqual({
      verification: accepted,
      checkedAt: [0, 1, 3, 7, 15],
      notes: ['refused', 'accepted'],
    });
    expect(lines).toEqual([
      'Checking the new token: ThousandEyes answered 401; trying again in 4 s',
      'Checking the new token: ThousandEyes answered 401; trying again in 8 s',
    ]);
  });

  test.each([25, 30, 45, 300, 600])('where it spreads in %i s', async (spreads) => {
    const { verification, elapsed } = await verified((at) => (at < spreads ? refused : accepted));
    expect(verification).toEqual(accepted);
    expect(elapsed).toBeLessThanOrEqual(spreads + 30);
  });

  test('after a limit and a fault', async () => {
    const { verification, checkedAt } = await verified([limited(10 * second), down, accepted]);
    expect({ verification, checkedAt }).toEqual({ verification: accepted, checkedAt: [0, 10, 12] });
  });

  test('by the very check at which the thirty seconds without a word end', async () => {
    const { verification, checkedAt } = await verified((at) => (at < 31 ? down : accepted));
    expect(verification).toEqual(accepted);
    expect(checkedAt).toEqual([0, 1, 3, 7, 15, 31]);
  });
});

describe('refused', () => {
  test('where nothing but 401 comes for ten minutes', async () => {
    const { verification, elapsed, notes, checkedAt } = await verified([refused]);
    expect({ verification, elapsed, notes }).toEqual({ verification: isRefused, elapsed: 601, notes: ['refused'] });
    const pauses = checkedAt.slice(1).map((at, index) => at - (checkedAt[index] ?? 0));
    expect(pauses.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 30]);
    expect(Math.max(...pauses)).toBe(30);
  });

  test.each([
    ['a fault', down],
    ['a 403', forbidden],
    ['an unclear answer', unclear],
    ["a proxy's answer", proxy],
  ])('also where %s comes between and after the 401: it is stored only once it was accepted', async (_, other) => {
    expect((await verified([refused, other, refused])).verification).toEqual(isRefused);
    const { verification, elapsed } = await verified([refused, other]);
    expect({ verification, elapsed }).toEqual({ verification: isRefused, elapsed: 601 });
  });

  test('also where the first 401 comes late', async () => {
    const { verification, elapsed } = await verified((at) => (at < 10 ? down : refused));
    expect({ verification, elapsed }).toEqual({ verification: isRefused, elapsed: 15 + 601 });
  });

  test('what ThousandEyes asks to wait is not counted', async () => {
    const { elapsed } = await verified((at) => (at === 1 ? limited(4 * minute) : refused));
    expect(elapsed).toBe(599 + 240);
  });

  test('and a limit that lasts longer than five minutes', async () => {
    expect((await verified([refused, limited(5 * minute + 1)])).verification).toEqual(isRefused);
  });

  test.each(['te with a blank', 'te-ä', 'te-\u0000', 'te-\n'])(
    'at once where it cannot stand in a header, and without a check: %j',
    async (token) => {
      const { verification, checkedAt, elapsed, notes } = await verified([accepted], { token });
      expect(verification).toMatchObject({ kind: 'refused', detail: expect.stringContaining('cannot stand in') });
      expect({ checkedAt, elapsed, notes }).toEqual({ checkedAt: [], elapsed: 0, notes: ['refused'] });
    },
  );
});

describe('nobody knows', () => {
  test.each([
    ['a fault that stays', down],
    ['a 403 that stays', forbidden],
    ['an unclear answer', unclear],
    ["a proxy's answer", proxy],
  ])('%s: after thirty seconds, and nothing is noted', async (_, answer) => {
    const { verification, elapsed, notes } = await verified([answer]);
    expect({ verification, elapsed, notes }).toEqual({ verification: isUnknown(answer), elapsed: 31, notes: [] });
  });

  test('where checks hang, the time that they take counts', async () => {
    const { checkedAt, elapsed } = await verified([down], { takes: 10 * second });
    expect(checkedAt).toEqual([0, 11, 23]);
    expect(elapsed).toBe(33);
  });

  test('a limit of five minutes is waited for, a longer one is not', async () => {
    expect((await verified([limited(5 * minute), accepted])).verification).toEqual(accepted);
    const { verification, elapsed } = await verified([limited(5 * minute + 1)]);
    expect({ verification, elapsed }).toEqual({ verification: isUnknown(limited(0)), elapsed: 0 });
  });

  test('a limit of five minutes in sum is waited for, and no more', async () => {
    const { checkedAt } = await verified([limited(3 * minute)]);
    expect(checkedAt).toEqual([0, 180]);
  });

  test('a limit that asks for next to nothing again and again is asked ever more seldom', async () => {
    const { checkedAt, verification } = await verified([limited(second)]);
    expect(checkedAt.slice(0, 7)).toEqual([0, 1, 3, 7, 15, 31, 61]);
    expect(checkedAt.length).toBeLessThan(16);
    expect(verification).toEqual(isUnknown(limited(0)));
  });
});

describe('a step of the wall clock', () => {
  test.each([35 * second, 11 * minute, day, -day])('by %i ms while the token spreads changes nothing', async (step) => {
    const events = (clock: FakeClock) => clock.after(second / 2, () => clock.jump(step));
    const late = await verified((at) => (at < 45 ? refused : accepted), { events });
    expect(late.verification).toEqual(accepted);
    expect((await verified([refused], { events })).elapsed).toBe(601);
    expect((await verified([down], { events })).elapsed).toBe(31);
  });

  test('before the token is checked changes nothing', async () => {
    expect((await verified([down], { events: (clock) => clock.jump(day) })).elapsed).toBe(31);
    expect((await verified([down], { events: (clock) => clock.jump(-day) })).elapsed).toBe(31);
  });
});

describe('a cancel', () => {
  test('after a 401: one check more, and then the token is only parked', async () => {
    const { verification, checkedAt, notes } = await verified([refused], { cancelAfter: 500 });
    expect({ verification, checkedAt, notes }).toEqual({
      verification: isRefused,
      checkedAt: [0, 0.5],
      notes: ['refused'],
    });
    expect((await verified([refused, accepted], { cancelAfter: 500 })).verification).toEqual(accepted);
  });

  test('before the first check: one refusal is enough', async () => {
    const { verification, checkedAt } = await verified([refused], { cancelAfter: 0 });
    expect({ verification, checkedAt }).toEqual({ verification: isRefused, checkedAt: [0] });
  });

  test('lets the process end before its own end comes', async () => {
    let naps: readonly number[] = [];
    await verified([accepted], {
      cancelAfter: 0,
      events: ({ backgroundNaps }) => {
        naps = backgroundNaps;
      },
    });
    expect(naps).toEqual([6500, 2500]);
  });

  test('without a 401: four of the seconds that it leaves are for storing', async () => {
    const { verification, checkedAt } = await verified([down], { cancelAfter: 500 });
    expect(verification).toEqual(isUnknown(down));
    // Cancelled after half a second: four a second, until only the time for storing is left.
    expect(checkedAt.slice(0, 3)).toEqual([0, 0.5, 0.75]);
    expect(checkedAt.at(-1)).toBe(3);
  });

  test('while a check hangs: it is ended in time to store', async () => {
    const { verification, elapsed } = await verified([down], { cancelAfter: 2 * second, takes: 10 * second });
    expect({ verification, elapsed }).toEqual({ verification: isUnknown(down), elapsed: 4.5 });
  });

  test('that came long before: a check that hangs is not waited for', async () => {
    const events = (clock: FakeClock) => clock.advance(6 * second);
    const { verification, checkedAt, elapsed } = await verified([down], { events, cancelAfter: 0, takes: 10 * second });
    expect({ verification, checkedAt, elapsed }).toEqual({ verification: isUnknown(down), checkedAt: [6], elapsed: 6 });
  });

  test('does not cut short what ThousandEyes asked to wait for: the token is stored unchecked, or only parked', async () => {
    const waiting = await verified([limited(10 * second), accepted], { cancelAfter: second });
    expect({ verification: waiting.verification, checkedAt: waiting.checkedAt }).toEqual({
      verification: isUnknown(limited(0)),
      checkedAt: [0],
    });
    const refusedBefore = await verified([refused, limited(10 * second), accepted], { cancelAfter: 2 * second });
    expect(refusedBefore.verification).toEqual(isRefused);
  });

  test('leaves time for a short wait that ThousandEyes asks for', async () => {
    const { verification } = await verified([limited(2.5 * second), accepted], { cancelAfter: 0 });
    expect(verification).toEqual(accepted);
    expect((await verified([limited(2.5 * second + 1), accepted], { cancelAfter: 0 })).verification).toEqual(
      isUnknown(limited(0)),
    );
  });

  test('is not seen in a timer that wakes a little early', async () => {
    const { verification } = await verified([limited(10 * second), accepted], { early: second / 10 });
    expect(verification).toEqual(accepted);
  });
});

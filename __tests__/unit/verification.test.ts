import { describe, expect, test } from '@jest/globals';
import type { TokenCheck } from '../../src/thousandeyes.ts';
import { verify } from '../../src/verification.ts';
import { fakeRetryPorts } from '../support/unit-ports.ts';
import { second } from '../support/unit-time.ts';

const accepted: TokenCheck = { kind: 'accepted' };
const refused: TokenCheck = { kind: 'refused', why: 'ThousandEyes answered 401' };
const down: TokenCheck = { kind: 'down', why: 'ThousandEyes answered 500' };
const odd: TokenCheck = { kind: 'odd', why: 'ThousandEyes answered 302' };
const proxy: TokenCheck = { kind: 'proxy', why: 'ThousandEyes answered 407' };
const limited = (ms: number): TokenCheck => ({ kind: 'limited', ms, why: 'ThousandEyes answered 429' });

/** Checks with the given answers, the last one for ever. */
async function verified(answers: readonly [TokenCheck, ...TokenCheck[]], cancelAfter?: number) {
  const ports = fakeRetryPorts();
  const start = ports.clock.now();
  if (cancelAfter !== undefined) ports.clock.after(cancelAfter, ports.cancel);
  let asked = 0;
  const check = async () => answers[Math.min(asked++, answers.length - 1)] ?? accepted;
  const verification = await verify(check, ports);
  return { verification, asked, elapsed: ports.clock.now() - start, lines: ports.log.lines };
}

describe('accepted', () => {
  test('at once', async () => {
    expect(await verified([accepted])).toEqual({ verification: accepted, asked: 1, elapsed: 0, lines: [] });
  });

  test('once it has spread', async () => {
    const { verification, asked, elapsed, lines } = await verified([refused, refused, refused, refused, accepted]);
    expect({ verification, asked, elapsed }).toEqual({ verification: accepted, asked: 5, elapsed: 15 * second });
    expect(lines).toEqual([
      'Checking the new token: ThousandEyes answered 401; checking again in 4 s',
      'Checking the new token: ThousandEyes answered 401; checking again in 8 s',
    ]);
  });

  test('after a limit and a fault', async () => {
    const { verification, elapsed } = await verified([limited(10 * second), down, accepted]);
    expect({ verification, elapsed }).toEqual({ verification: accepted, elapsed: 12 * second });
  });
});

describe('refused', () => {
  test('where nothing but 401 comes for as long as spreading may take', async () => {
    const { verification, asked, elapsed } = await verified([refused]);
    expect(verification).toEqual({ kind: 'refused', why: 'ThousandEyes answered 401' });
    expect({ asked, elapsed }).toEqual({ asked: 6, elapsed: 23 * second });
  });
});

describe('nobody knows', () => {
  test.each([
    ['a fault that stays', [down], down],
    ['a fault among refusals', [refused, down, refused], down],
    ['refusals and then faults', [refused, refused, down], down],
    ['a limit that lasts longer than it may take', [limited(31 * second)], limited(0)],
  ] as const)('%s', async (_, answers, last) => {
    const { verification } = await verified([...answers]);
    expect(verification).toEqual({ kind: 'unknown', why: 'why' in last ? last.why : '' });
  });

  test.each([odd, proxy])('what stays what it is, is asked for once: $kind', async (answer) => {
    const { verification, asked } = await verified([answer]);
    expect(verification).toEqual({ kind: 'unknown', why: 'why' in answer ? answer.why : '' });
    expect(asked).toBe(1);
  });

  test('a cancel leaves eight seconds for it, and then the token is stored rather than lost', async () => {
    const { verification, elapsed } = await verified([refused], second / 2);
    expect(verification).toEqual({
      kind: 'unknown',
      why: 'ThousandEyes answered 401, and a cancel left no time to check again',
    });
    // Checked at 0, at the cancel and two seconds later; four more would go into the time for storing.
    expect(elapsed).toBe(2.5 * second);
  });

  test('a cancel leaves four of the eight seconds for storing', async () => {
    const ports = fakeRetryPorts();
    const start = ports.clock.now();
    ports.cancel();
    const verification = await verify(async () => limited(4 * second), ports);
    expect(verification).toEqual({ kind: 'unknown', why: 'ThousandEyes answered 429' });
    expect(ports.clock.now() - start).toBe(4 * second);
  });

  test('a wait that fits into those four seconds is worth another check', async () => {
    const ports = fakeRetryPorts();
    ports.cancel();
    const answers = [limited(4 * second), accepted];
    expect(await verify(async () => answers.shift() ?? refused, ports)).toEqual(accepted);
  });

  test('a timer that wakes a little early is not taken for a cancel', async () => {
    const { clock, ...ports } = fakeRetryPorts();
    const early = { now: () => clock.now(), sleep: (ms: number) => clock.sleep(ms - 1) };
    const answers = [limited(10 * second), accepted];
    expect(await verify(async () => answers.shift() ?? refused, { ...ports, clock: early })).toEqual(accepted);
  });

  test('a cancel just before the thirty seconds are over does not make a doubt of a refusal', async () => {
    // The checks are at 0, 1, 3, 7 and 15 s, and at the cancel; the next one would be eight seconds later.
    expect((await verified([refused], 22 * second)).verification.kind).toBe('unknown');
    const { verification, elapsed } = await verified([refused], 22 * second + 1);
    expect(verification).toEqual({ kind: 'refused', why: 'ThousandEyes answered 401' });
    expect(elapsed).toBe(22 * second + 1);
  });

  test('a cancel cuts our own pause short, and what came before it counts', async () => {
    const { verification, elapsed, asked } = await verified([down, refused, accepted], second / 2);
    expect({ verification, asked, elapsed }).toEqual({ verification: accepted, asked: 3, elapsed: 2.5 * second });
    expect((await verified([down, refused], second / 2)).verification).toEqual({
      kind: 'unknown',
      why: 'ThousandEyes answered 500',
    });
  });

  test('a cancel does not cut short what the server asked for', async () => {
    const { verification, asked } = await verified([limited(10 * second), accepted], second);
    expect({ verification, asked }).toEqual({
      verification: { kind: 'unknown', why: 'ThousandEyes answered 429' },
      asked: 1,
    });
  });

  test('exactly thirty seconds are waited for', async () => {
    expect((await verified([limited(30 * second), accepted])).verification).toEqual(accepted);
  });
});

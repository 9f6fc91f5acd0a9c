import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import {
  type AskingScene,
  ambiguous,
  ask,
  beginAsking,
  conflict,
  issued,
  limited,
  refusalOf,
  refused,
  type ScriptedExchange,
  unreadable,
  unsent,
} from '../../support/asking.ts';
import { day, minute, second } from '../../support/time.ts';

const silent: ScriptedExchange = {};
/** Its answer comes so many seconds after the request, of which 120 are waited for. */
const late = (seconds: number, answer: ScriptedExchange['answer'] = issued): ScriptedExchange => ({
  after: seconds * second,
  ...(answer === undefined ? {} : { answer }),
});
const silence = 'ThousandEyes gave no answer within 120 s';

describe('an answer that comes after its two minutes', () => {
  test('in the pause before the next request: the token is taken, and none is sent', async () => {
    const { result, asked, elapsed, closed } = await ask([late(121)]);
    expect({ kind: result.kind, asked, elapsed, closed }).toEqual({
      kind: 'issued',
      asked: [0],
      elapsed: 121,
      closed: 1,
    });
  });

  test('while the next request waits for its own: the token is taken, and that one is given up', async () => {
    const { result, asked, elapsed, closed, steps } = await ask([late(150), silent]);
    expect({ kind: result.kind, asked, elapsed, closed }).toEqual({
      kind: 'issued',
      asked: [0, 123],
      elapsed: 150,
      closed: 2,
    });
    expect(steps).toEqual(['mask te-asking-new-token']);
  });

  test('after the next request got 409: an earlier one is listened to for a minute more', async () => {
    const { result, elapsed, lines } = await ask([late(182), conflict]);
    expect({ kind: result.kind, elapsed }).toEqual({ kind: 'issued', elapsed: 182 });
    expect(lines.at(-1)).toMatch(/earlier request is still open.* 60 s /);
  });

  test('to the first of three requests that all got none', async () => {
    const { result, asked, elapsed } = await ask([late(430), silent, silent]);
    expect({ kind: result.kind, asked, elapsed }).toEqual({ kind: 'issued', asked: [0, 123, 253], elapsed: 430 });
  });

  test('is the token, whatever refused the next request', async () => {
    for (const next of [
      [refused(401), refused(401)],
      [refused(403)],
      [limited(6 * minute)],
      [{ ...unsent, mayPass: false }],
      [conflict],
      [ambiguous, ambiguous],
    ]) {
      const { result } = await ask([late(160), ...next]);
      expect(result.kind).toBe('issued');
    }
  });

  test.each([
    ['a 5xx', ambiguous],
    ['a 409', conflict],
    ['a refusal', refused(400)],
  ])('of %s says nothing new, and is not waited for any longer', async (_, answer) => {
    const { result, elapsed, lines } = await ask([late(121, answer), refused(400)]);
    expect(result).toEqual({ kind: 'in doubt', told: [silence, 'ThousandEyes answered 400'] });
    expect(elapsed).toBe(123);
    expect(lines.join()).not.toContain('still open');
  });
});

describe('a 2xx that comes too late and cannot be read', () => {
  test('while an earlier request is listened to: lost, and told', async () => {
    const { result, steps } = await ask([late(150, unreadable), conflict]);
    expect(steps).toEqual([]);
    expect(result).toEqual({ kind: 'lost', told: [silence, conflict.detail, `${unreadable.detail}, late`] });
  });

  test('in the pause: the next request may still bring the token', async () => {
    const { result, steps } = await ask([late(121, unreadable), issued]);
    expect(result.kind).toBe('issued');
    expect(steps).toEqual(['mask te-asking-new-token']);
  });
});

describe('half an answer that never becomes whole', () => {
  test('with the token in it is read when it is given up', async () => {
    const { result, elapsed } = await ask([{ atClose: issued }, conflict]);
    expect({ kind: result.kind, elapsed }).toEqual({ kind: 'issued', elapsed: 123 + 60 });
  });

  test('without a token counts as lost when it is given up', async () => {
    const { result } = await ask([{ atClose: unreadable }, refused(400)]);
    expect(result).toEqual({
      kind: 'lost',
      told: [silence, 'ThousandEyes answered 400', `${unreadable.detail}, late`],
    });
  });

  test('is looked at no more once another request brought the token', async () => {
    const { result, steps, closed } = await ask([{ atClose: unreadable }, issued]);
    expect(result.kind).toBe('issued');
    expect({ steps, closed }).toEqual({ steps: ['mask te-asking-new-token'], closed: 2 });
  });
});

test('three requests that never say anything are told once each', async () => {
  const { result } = await ask([silent, silent, silent]);
  expect(result).toEqual({ kind: 'in doubt', told: [silence, silence, silence] });
});

test('a first request that never says anything: in doubt, after all that could be waited for', async () => {
  const { result, asked, elapsed, closed } = await ask([silent, conflict]);
  expect(result).toEqual({ kind: 'in doubt', told: [silence, conflict.detail] });
  expect({ asked, elapsed, closed }).toEqual({ asked: [0, 123], elapsed: 123 + 60, closed: 1 });
});

describe('a process that was stopped while it waited', () => {
  /** Lets everything happen that needs no time. */
  const idle = async () => {
    for (let turns = 0; turns < 20; turns++) await turn();
  };

  /** An exchange whose answer lies in the socket when the process goes on: it is read some turns of the event loop later. */
  async function stopped(script: readonly ScriptedExchange[], before: readonly number[], scene: AskingScene = {}) {
    let bytes = 0;
    const run = beginAsking(script, { auto: false, ...scene });
    const settled = { is: false };
    void run.result.then(() => {
      settled.is = true;
    });
    await idle();
    for (const ms of before) {
      run.clock.advance(ms);
      await idle();
    }
    const deliver = () => {
      bytes++;
      setImmediate(() => {
        bytes++;
        setImmediate(() => run.deliver(issued));
      });
    };
    run.countArrived(() => bytes);
    run.clock.advance(130 * second);
    setImmediate(deliver);
    await idle();
    return { run, settled };
  }

  test('finds the answer that came meanwhile, although its time is over', async () => {
    const { run, settled } = await stopped([silent], []);
    expect(settled.is).toBe(true);
    expect(await run.result).toMatchObject({ kind: 'issued' });
    // Its time counts as over only once nothing more comes.
    expect([run.asked(), run.lines]).toEqual([[0], []]);
  });

  test('finds it also when it waited for an earlier request for the last time', async () => {
    const { run, settled } = await stopped([silent, { after: 0, answer: refused(400) }], [120 * second, 3 * second]);
    expect(run.lines.at(-1)).toContain('still open');
    expect(settled.is).toBe(true);
    expect(await run.result).toMatchObject({ kind: 'issued' });
  });

  test('does not wait once more for an answer that it has read in time by then', async () => {
    const run = beginAsking([silent, refused(400)], { auto: false });
    await idle();
    run.clock.advance(120 * second);
    setImmediate(() => run.deliver(ambiguous));
    await idle();
    run.clock.advance(3 * second);
    await idle();
    expect(await run.result).toMatchObject({ told: ['ThousandEyes answered 500', 'ThousandEyes answered 400'] });
  });
});

describe('a cancel', () => {
  test('while the answer is waited for ends nothing: the token is taken', async () => {
    const { result, elapsed } = await ask([{ after: 50 * second, answer: issued }], { cancelAfter: 10 * second });
    expect({ kind: result.kind, elapsed }).toEqual({ kind: 'issued', elapsed: 50 });
  });

  test('cuts our own pauses short, and the asking goes on', async () => {
    const { result, asked } = await ask([ambiguous, ambiguous, issued], { cancelAfter: second });
    expect(result.kind).toBe('issued');
    expect(asked).toEqual([0, 1, 1]);
  });

  test('does not cut short what ThousandEyes asked to wait for: then nothing is asked any more', async () => {
    const { result, asked, elapsed } = await ask([limited(40 * second)], { cancelAfter: 10 * second });
    expect(refusalOf(result).cause).toMatch(/answered 429 .* 40 s, .*cancelled/);
    expect({ asked, elapsed }).toEqual({ asked: [0], elapsed: 10 });
  });

  test('right when it ends cuts nothing short: the token is asked for once more', async () => {
    const { result, asked } = await ask([limited(40 * second), issued], { cancelAfter: 40 * second });
    expect({ kind: result.kind, asked }).toEqual({ kind: 'issued', asked: [0, 40] });
  });

  test('before a limit was met: it is not waited for', async () => {
    const { result, asked } = await ask([limited(10 * second)], { cancelAfter: 0 });
    expect(refusalOf(result).cause).toMatch(/asks to wait 10 s, and the run was cancelled$/);
    expect(asked).toEqual([0]);
  });

  test('in a pause with an earlier request open: its token is taken within what is left', async () => {
    const { result, asked, elapsed } = await ask([late(125), conflict], { cancelAfter: 121 * second });
    expect({ kind: result.kind, asked, elapsed }).toEqual({ kind: 'issued', asked: [0, 121], elapsed: 125 });
  });

  test('leaves six and a half seconds to an earlier request that is still open', async () => {
    const { result, elapsed } = await ask([late(200), conflict], { cancelAfter: 150 * second });
    expect({ kind: result.kind, elapsed }).toEqual({ kind: 'in doubt', elapsed: 156.5 });
  });
});

test('a step of the wall clock does not end the wait for an earlier request', async () => {
  const { result, elapsed } = await ask([late(180), conflict], {
    events: (clock) => clock.after(124 * second, () => clock.jump(2 * day)),
  });
  expect({ kind: result.kind, elapsed }).toEqual({ kind: 'issued', elapsed: 180 });
});

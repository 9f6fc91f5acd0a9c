import { expect, test } from '@jest/globals';
import { Cancelled } from '../../../../src/lib/cancellation.ts';
import { Secret } from '../../../../src/lib/secret.ts';
import { checkCurrentToken, wordOf } from '../../../../src/rotation/token/current-token.ts';
import type { TokenCheck } from '../../../../src/thousandeyes/client.ts';
import { fakeRetryContext, script } from '../../support/fakes.ts';
import { minute, second } from '../../support/time.ts';

const accepted: TokenCheck = { kind: 'accepted', user: undefined };
const down: TokenCheck = { kind: 'down', mayPass: true, detail: 'ThousandEyes answered 503' };

/** Checks against what `check` answers. */
function checking(
  check: (token: Secret, signal: AbortSignal) => Promise<TokenCheck>,
  context = fakeRetryContext(),
  token = 'te-current-token-in-use',
) {
  const unused = () => {
    throw new Error('only the token in use is checked here');
  };
  const thousandEyes = { checkCurrent: check, check: unused, regenerate: unused };
  return checkCurrentToken(new Secret(token), { ...context, thousandEyes });
}

async function checked(...answers: TokenCheck[]) {
  const context = fakeRetryContext();
  const check = script(...answers);
  return { result: await checking(check, context), asked: check.asked(), ...context };
}

test.each<TokenCheck>([
  accepted,
  { kind: 'forbidden', detail: 'ThousandEyes answered 403' },
  { kind: 'unclear', detail: 'ThousandEyes answered 302' },
  { kind: 'proxy', detail: 'a page' },
  { kind: 'down', mayPass: false, detail: 'no such host' },
])('$kind is the last word', async (answer) => {
  const { result, asked, clock } = await checked(answer);
  expect([result, asked, clock.naps]).toEqual([answer, 1, []]);
});

test('a refusal may be passing: it is asked once more, and no more than that', async () => {
  const refused: TokenCheck = { kind: 'refused', detail: 'ThousandEyes answered 401' };
  const passing = await checked(refused, accepted);
  expect([passing.result, passing.asked]).toEqual([accepted, 2]);
  const staying = await checked(refused, refused);
  expect([staying.result, staying.asked]).toEqual([refused, 2]);
  // It is the first answer that may pass.
  expect((await checked(down, refused)).result).toEqual(refused);
});

test.each<[TokenCheck['kind'], TokenCheck, string]>([
  ['accepted', accepted, 'accepted'],
  ['forbidden', { kind: 'forbidden', detail: '' }, 'accepted'],
  ['refused', { kind: 'refused', detail: '' }, 'refused'],
  ['unclear', { kind: 'unclear', detail: '' }, 'untold'],
  ['proxy', { kind: 'proxy', detail: '' }, 'untold'],
  ['down', down, 'untold'],
  ['limited', { kind: 'limited', ms: 1, detail: '' }, 'untold'],
])('what %s tells of a token', (_, check, word) => {
  expect(wordOf(check)).toBe(word);
});

test('the token in use is what is checked, with a signal that a cancel aborts', async () => {
  const context = fakeRetryContext();
  await checking(async (token, signal) => {
    expect(token.reveal()).toBe('te-current-token-in-use');
    expect(signal).toBe(context.cancellation.now);
    return accepted;
  }, context);
  expect.assertions(2);
});

test('where ThousandEyes is down, it is asked again after a pause', async () => {
  const { result, asked, clock, log } = await checked(down, down, down, accepted);
  expect([result, asked]).toEqual([accepted, 4]);
  expect(clock.naps).toHaveLength(3);
  expect(log.lines.at(-1)).toContain('ThousandEyes answered 503');
});

test('what stays down is told in the end', async () => {
  expect(await checking(async () => down)).toEqual(down);
});

test('one that hangs leaves time for another', async () => {
  const context = fakeRetryContext();
  let asked = 0;
  const result = await checking(async (_, signal) => {
    if (asked++ > 0) return accepted;
    await context.clock.sleep(15 * second, signal);
    return down;
  }, context);
  expect([result, asked]).toEqual([accepted, 2]);
});

test('a wait that ThousandEyes asks for is kept, and announced', async () => {
  const { result, clock, log } = await checked({ kind: 'limited', ms: 7_000, detail: 'too many requests' }, accepted);
  expect([result, clock.naps]).toEqual([accepted, [7_000]]);
  expect(log.lines).toEqual([expect.stringMatching(/^Checking the current token: .*too many requests/)]);
});

test('a wait of over five minutes is not kept: the limit is the answer', async () => {
  const limit: TokenCheck = { kind: 'limited', ms: 5 * minute + 1, detail: 'too many requests' };
  const { result, clock } = await checked(limit);
  expect([result, clock.naps]).toEqual([limit, []]);
});

test('a cancel ends it', async () => {
  const context = fakeRetryContext({ auto: false });
  const pending = checking(async () => down, context);
  context.cancel();
  await expect(pending).rejects.toBeInstanceOf(Cancelled);
});

test('what no header can hold is refused unasked: no try would tell more', async () => {
  const never = async () => {
    throw new Error('it was asked');
  };
  expect(await checking(never, undefined, 'te-token-with-ä')).toMatchObject({ kind: 'refused' });
});

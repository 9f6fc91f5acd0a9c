import { expect, test } from '@jest/globals';
import { checkCurrentToken } from '../../src/current-token.ts';
import { Cancelled } from '../../src/errors.ts';
import type { TokenCheck } from '../../src/thousandeyes.ts';
import { fakeRetryPorts, script } from '../support/unit-ports.ts';

const accepted = { kind: 'accepted' } as const;
const down = { kind: 'down', why: 'ThousandEyes answered 503' } as const;

async function checked(...answers: TokenCheck[]) {
  const ports = fakeRetryPorts();
  const check = script(...answers);
  return { result: await checkCurrentToken(check, ports), asked: check.asked(), ...ports };
}

test.each<TokenCheck>([
  accepted,
  { kind: 'refused', why: 'ThousandEyes answered 401' },
  { kind: 'odd', why: 'ThousandEyes answered 302' },
  { kind: 'proxy', why: 'a page' },
])('$kind is the last word', async (answer) => {
  const { result, asked, clock } = await checked(answer);
  expect([result, asked, clock.naps]).toEqual([answer, 1, []]);
});

test('where ThousandEyes is down, it is asked again after a pause', async () => {
  const { result, asked, clock, log } = await checked(down, down, down, accepted);
  expect([result, asked]).toEqual([accepted, 4]);
  expect(clock.naps).toHaveLength(3);
  expect(log.lines.at(-1)).toContain('ThousandEyes answered 503');
});

test('what stays down is told in the end', async () => {
  const ports = fakeRetryPorts();
  expect(await checkCurrentToken(async () => down, ports)).toEqual(down);
});

test('a wait that ThousandEyes asks for is kept', async () => {
  const { result, clock, log } = await checked({ kind: 'limited', ms: 7_000, why: 'too many requests' }, accepted);
  expect([result, clock.naps]).toEqual([accepted, [7_000]]);
  expect(log.lines).toEqual([expect.stringMatching(/^Checking the current token: .*too many requests/)]);
});

test('a cancel ends it', async () => {
  const ports = fakeRetryPorts({ auto: false });
  const pending = checkCurrentToken(async () => down, ports);
  ports.cancel();
  await expect(pending).rejects.toBeInstanceOf(Cancelled);
});

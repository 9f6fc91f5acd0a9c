import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findLeaks } from '../../../sandbox/leaks.ts';
import { messageOf } from '../../../src/lib/problem.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { whyNotIssued } from '../../../src/thousandeyes/errors.ts';
import { anyText } from '../support/any-text.ts';
import { thousandEyesOver } from '../support/thousandeyes-over-wire.ts';
import { now } from '../support/time.ts';

const token = new Secret('te-"of\\the=error&bodies/48');
const encoded = [
  token.reveal(),
  token.reveal().toUpperCase(),
  token.reveal().slice(0, -2),
  JSON.stringify(token.reveal()).slice(1, -1),
  ...(['base64', 'base64url'] as const).map((encoding) => Buffer.from(token.reveal()).toString(encoding)),
];

/** Text that repeats the token, as a server may that echoes what it got. */
const text = fc
  .array(fc.oneof(fc.constantFrom(...encoded), anyText(), fc.constantFrom('\n', '::error::', '<b>')), { maxLength: 8 })
  .map((parts) => parts.join(''));
const errors = fc.dictionary(
  fc.constantFrom(
    'message',
    'detail',
    'title',
    'error',
    'error_description',
    'name',
    'loginAccountGroup',
    'bearerToken',
  ),
  fc.oneof(text, fc.jsonValue()),
  { maxKeys: 4 },
);
const body = fc.oneof(
  fc.constant(''),
  fc.json(),
  errors.map((value) => JSON.stringify(value)),
  text,
  text.map((inner) => `<!DOCTYPE html><html>${inner}</html>`),
  text.map((inner) => Buffer.from(JSON.stringify({ detail: inner }), 'utf16le').toString('utf8')),
  text.map((inner) => JSON.stringify({ detail: inner.padStart(2_000_000, ' ') })),
);
const headers = fc.dictionary(
  fc.constantFrom('content-type', 'date', 'retry-after', 'x-organization-rate-limit-reset'),
  fc.oneof(fc.constantFrom('text/html', '0', '-1', '1e99', 'Mon, 23 Nov 2026 19:00:00 GMT'), text),
);
const status = fc.constantFrom(0, 200, 201, 301, 400, 401, 403, 404, 407, 409, 418, 422, 429, 500, 503, 599);

function fine(message: string, most: number): void {
  expect(message.length).toBeLessThan(most);
  expect(message).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  expect(findLeaks(message, token.reveal())).toEqual([]);
}

test('whatever ThousandEyes answers, the message is one bounded line without the token', async () => {
  await fc.assert(
    fc.asyncProperty(status, headers, body, async (code, given, content) => {
      const { api } = thousandEyesOver({ status: code, headers: given, body: content });
      const check = await api.check(token, new AbortController().signal);
      if ('detail' in check) fine(check.detail, 300);
      if ('user' in check) for (const name of Object.values(check.user ?? {})) fine(name ?? '', 81);
      if (check.kind === 'limited') expect(check.ms).toBeGreaterThanOrEqual(1000);
      const answer = await api.regenerate(token).answer;
      if (answer.kind === 'issued') return expect(answer.token.reveal()).not.toBe('');
      fine(answer.detail, 300);
      const home = {
        name: 'acme/network',
        setCommand: 'gh secret set TE_TOKEN',
        deleteNextCommand: 'gh secret delete TE_TOKEN_NEXT',
        user: undefined,
      };
      const refused = { kind: 'refused', status: code, detail: answer.detail } as const;
      fine(messageOf(whyNotIssued(refused, home, now, false)), 1500);
    }),
    { numRuns: 150 },
  );
});

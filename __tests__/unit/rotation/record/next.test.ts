import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nextSecretFrom, noteText, runUrlFrom } from '../../../../src/rotation/record/next.ts';

const run = 'https://github.com/acme/network/actions/runs/4711';
const at = Date.UTC(2026, 11, 1, 5, 23, 4);

/** What was read, with a token in the clear. */
function read(value: string) {
  const next = nextSecretFrom(value);
  return next.kind === 'token' ? { kind: next.kind, token: next.token.reveal() } : next;
}

test.each(['', ' ', '\n\t'])('nothing is none: %j', (value) => {
  expect(read(value)).toEqual({ kind: 'none' });
});

test.each(['5a4f8f6e-9d1c-4a56-8f0e-0c6b7a1d2e3f', 'asked', 'oauth2.bearer/of+another=kind', 'tökén', '"quoted"', run])(
  'what has no blank is a token, whatever it looks like: %s',
  (value) => {
    expect(read(value)).toEqual({ kind: 'token', token: value });
    expect(read(` ${value}\n`)).toEqual({ kind: 'token', token: value });
  },
);

test('a token that was read prints as stars', () => {
  expect(JSON.stringify(nextSecretFrom('te-of-the-next'))).toBe('{"kind":"token","token":"***"}');
});

test('a note says when a token was asked for, and by which run', () => {
  expect(noteText(at, run)).toBe(`asked 2026-12-01T05:23:04Z ${run}`);
  expect(read(noteText(at, run))).toEqual({ kind: 'note', at, run });
  expect(read(`asked\t2026-12-01T05:23:04Z\r\n${run}\n`)).toEqual({ kind: 'note', at, run });
});

test('every note that is written is read again', () => {
  const moments = fc.integer({ min: 0, max: Date.UTC(8999, 0) });
  const runs = fc.nat().map((id) => `http://127.0.0.1:8080/acme/net.work-1_x/actions/runs/${id}`);
  fc.assert(
    fc.property(moments, runs, (ms, url) => {
      expect(nextSecretFrom(noteText(ms, url))).toEqual({ kind: 'note', at: ms, run: url });
    }),
  );
});

test.each([
  ['asked soon by-someone', undefined, undefined],
  [`asked soon ${run}`, undefined, run],
  ['asked 2026-12-01T05:23:04Z', at, undefined],
  ['asked 2026-12-01T05:23:04Z javascript:alert(1)', at, undefined],
  [`asked 2026-12-01T05:23:04Z ${run} more`, undefined, undefined],
  [`Asked 2026-12-01T05:23:04Z ${run}`, undefined, undefined],
  ['Bearer 5a4f8f6e-9d1c-4a56-8f0e-0c6b7a1d2e3f', undefined, undefined],
  ['5a4f8f6e-9d1c\u00a0-4a56', undefined, undefined],
])('what has a blank is a note, readable or not: %j', (value, moment, url) => {
  expect(nextSecretFrom(value)).toEqual({ kind: 'note', at: moment, run: url });
});

/** The URL of a run, of so many characters. */
const urlOfLength = (length: number) => run.replace('acme', 'a'.repeat(length - run.length + 'acme'.length));

test.each([
  run,
  'https://ghes.acme.example:8443/acme/network/actions/runs/1',
  'http://localhost/a/b/actions/runs/1',
  urlOfLength(500),
])('%.80s is the URL of a run', (url) => {
  expect(runUrlFrom(url)).toBe(url);
});

test.each([
  undefined,
  null,
  4711,
  '',
  'https://github.com/acme/network',
  'https://github.com//actions/runs/1',
  'https://github.com/actions/runs/1',
  `${run}/attempts/2`,
  `${run}?x`,
  `${run}#x`,
  `${run}\n`,
  `x${run}`,
  'https://github.com/acme/network/actions/runs/',
  'https://github.com/acme/network/actions/runs/1x',
  'https://ada:secret@github.com/acme/network/actions/runs/1',
  'ftp://github.com/acme/network/actions/runs/1',
  'javascript://github.com/acme/network/actions/runs/1',
  'https://github.com/acme/%0Anetwork/actions/runs/1',
  'https://github.com/acme/<b>/actions/runs/1',
  urlOfLength(501),
])('%j is none', (url) => {
  expect(runUrlFrom(url)).toBeUndefined();
});

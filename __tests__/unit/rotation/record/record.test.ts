import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../../../src/lib/secret.ts';
import {
  emptyRecord,
  fingerprintOf,
  isHeld,
  type RotationRecord,
  recordFrom,
  recordText,
  targetIdOf,
} from '../../../../src/rotation/record/record.ts';
import { target } from '../../support/fakes.ts';
import { now } from '../../support/time.ts';

const whole: RotationRecord = {
  token: 'sha256:9f86d081884c7d65',
  since: Date.UTC(2026, 11, 1, 5, 23, 4),
  validUntil: Date.UTC(2028, 10, 30, 5, 23, 1),
  previous: 'sha256:60303ae22b998861',
  previousUntil: Date.UTC(2026, 11, 15, 5, 23, 1),
  home: Date.UTC(2026, 11, 1, 5, 23, 3),
  run: 'https://github.com/acme/network/actions/runs/1',
  targets: ['1b4f0e985197'],
  behind: [],
};
const text =
  '{"v":1,"token":"sha256:9f86d081884c7d65","since":"2026-12-01T05:23:04Z","validUntil":"2028-11-30T05:23:01Z","previous":"sha256:60303ae22b998861","previousUntil":"2026-12-15T05:23:01Z","home":"2026-12-01T05:23:03Z","run":"https://github.com/acme/network/actions/runs/1","targets":["1b4f0e985197"],"behind":[]}';

/** A record of which only some fields are said. */
const withFields = (fields: object) => ({ v: 1, token: whole.token, since: '2026-12-01T05:23:04Z', ...fields });
const read = (value: unknown) => recordFrom(typeof value === 'string' ? value : JSON.stringify(value));

describe('a record', () => {
  it('is written as one line, in the order that people read', () => {
    expect(recordText(whole)).toBe(text);
  });

  it('is read as it was written', () => {
    expect(recordFrom(text)).toEqual({ ok: true, value: whole });
  });

  it('leaves out what is not known, but for the home, and is read so', () => {
    const least: RotationRecord = {
      ...whole,
      ...{ validUntil: undefined, previous: undefined, previousUntil: undefined, home: null, run: undefined },
    };
    expect(JSON.parse(recordText(least))).toEqual({
      ...{ v: 1, token: whole.token, since: '2026-12-01T05:23:04Z' },
      ...{ home: null, targets: ['1b4f0e985197'], behind: [] },
    });
    expect(recordFrom(recordText(least))).toEqual({ ok: true, value: least });
  });

  it.each([emptyRecord, '{"v":1,"token":null}', '{"v":1,"targets":[]}'])('names no token yet: %s', (value) => {
    expect(recordFrom(value)).toEqual({ ok: true, value: undefined });
  });

  it('is read with fields that a person left out, and with fields that nobody knows', () => {
    const record = read(withFields({ home: undefined, note: 'by hand', targets: null }));
    expect(record).toMatchObject({ ok: true, value: { home: null, targets: [], behind: [], validUntil: undefined } });
  });

  it('shows no link that is not the page of a run', () => {
    for (const run of ['javascript:alert(1)', 'https://evil.example/', 7])
      expect(read(withFields({ run }))).toMatchObject({ ok: true, value: { run: undefined } });
  });
});

describe('what is no record', () => {
  it.each([
    ['', 'no JSON object'],
    ['sha256:9f86d081884c7d65', 'no JSON object'],
    ['{"v":1,', 'no JSON object'],
    ['[1]', 'no JSON object'],
    ['null', 'no JSON object'],
    ['"v"', 'no JSON object'],
    ['x'.repeat(48 * 1024), 'no JSON object'],
    ['{}', 'no version `v`'],
    ['{"v":"1"}', 'no version `v`'],
    ['{"v":2,"token":"sha256:9f86d081884c7d65"}', 'its version is 2'],
  ])('%.40s', (value, detail) => {
    expect(recordFrom(value)).toMatchObject({ ok: false, error: expect.stringContaining(detail) });
  });

  it.each([
    ['token', 'te-a-token'],
    ['token', ''],
    ['token', 'sha256:9F86D081884C7D65'],
    ['token', 'the sha256:9f86d081884c7d65'],
    ['token', 'sha256:9f86d081884c7d65a2'],
    ['token', 7],
    ['token', ['sha256:9f86d081884c7d65']],
    ['since', undefined],
    ['since', null],
    ['since', '2026-02-30T00:00:00Z'],
    ['since', 1764566584],
    ['validUntil', 'in two years'],
    ['previous', 'sha256:603'],
    ['previousUntil', '9999-99-99'],
    ['home', true],
    ['targets', '1b4f0e985197'],
    ['targets', ['1b4f0e985197', 7]],
    ['targets', [123456789012]],
    ['targets', ['01b4f0e985197']],
    ['targets', ['1b4f0e985197\n']],
    ['targets', [null]],
    ['behind', ['acme/network']],
    ['behind', {}],
  ])('its `%s` is %j', (field, value) => {
    expect(read(withFields({ [field]: value }))).toMatchObject({
      ok: false,
      error: expect.stringContaining(`\`${field}\``),
    });
  });

  it('does not take long to refuse 48 KB of anything', () => {
    const many = withFields({ targets: new Array(3500).fill('1b4f0e985197'), behind: ['x'] });
    expect(JSON.stringify(many).length).toBeGreaterThan(48 * 1024);
    expect(read(many)).toMatchObject({ ok: false });
  });
});

describe('fingerprints', () => {
  it("are the first 16 digits of the token's SHA-256, as anyone can compute", () => {
    // printf %s test | shasum -a 256
    expect(fingerprintOf(new Secret('test'))).toBe('sha256:9f86d081884c7d65');
  });

  it('are those of the bytes in UTF-8', () => {
    // printf %s té | shasum -a 256
    expect(fingerprintOf(new Secret('té'))).toBe('sha256:7e6e466f7e9609ee');
  });
});

it('knows a target to hold the token only where the record names it and the secret is still there', () => {
  const edge = target('acme/edge');
  const record = { ...whole, targets: [targetIdOf(edge)] };
  expect(isHeld(record, { target: edge, secret: {} })).toBe(true);
  expect(isHeld(record, { target: edge, secret: undefined })).toBe(false);
  expect(isHeld(record, { target: target('acme/core'), secret: {} })).toBe(false);
  expect(isHeld(undefined, { target: edge, secret: {} })).toBe(false);
});

describe('ids of targets', () => {
  const idOf = (line: string) => targetIdOf(target(line));

  it('are the first 12 digits of the SHA-256 of the full line, however it is written, as every release has kept them', () => {
    // printf %s 'acme/network as te_token' | shasum -a 256
    for (const line of ['acme/network', 'Acme/Network as te_token']) expect(idOf(line)).toBe('ee069378e6f1');
  });

  it('tell every store and every name apart', () => {
    const lines = ['acme/network', 'acme/edge', 'acme/network as OTHER', 'orgs/acme', 'acme/network/environments/a'];
    expect(new Set(lines.map(idOf)).size).toBe(lines.length);
  });
});

describe('a moment', () => {
  it('survives writing and reading', () => {
    const record = { ...whole, since: now, home: now - 1000 };
    expect(recordFrom(recordText(record))).toEqual({ ok: true, value: record });
  });
});

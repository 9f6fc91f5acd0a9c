import { describe, expect, test } from '@jest/globals';
import { type JournalLine, journalRecordFrom } from '../../../../src/rotation/journal/journal-record.ts';
import { target } from '../../support/fakes.ts';
import { emptyRecordOf, headerOf } from '../../support/journaling.ts';

const header = headerOf(['acme/network', 'orgs/acme']);
const home = target('acme/network').store;
const organization = target('orgs/acme').store;
const body = { encrypted_value: 'c2VhbGVk', key_id: '7' };
const nothing = emptyRecordOf(header);

/** What these lines tell, behind a header. */
function told(...lines: readonly JournalLine[]) {
  return journalRecordFrom([header, ...lines].map((line) => JSON.stringify(line)).join('\n'), false);
}

test('a header alone tells of nothing', () => {
  expect(told()).toEqual(nothing);
  expect(journalRecordFrom(JSON.stringify(header), true)).toEqual({ ...nothing, asked: true });
});

test('every line is told again', () => {
  const record = told(
    { kind: 'testing', store: home, secret: 'ROTATION_WRITE_TEST' },
    { kind: 'testing', store: organization, secret: 'ROTATION_WRITE_TEST_X' },
    { kind: 'next written', at: 1, isToken: false },
    { kind: 'tested', store: home },
    { kind: 'issued', token: 'sha256:1', validUntil: 9, previousUntil: 7 },
    { kind: 'sealed', target: 0, body },
    { kind: 'sealed', target: 1, body: { ...body, key_id: 'first' } },
    { kind: 'sealed', target: 1, body: { ...body, key_id: 'second' } },
    { kind: 'next written', at: 2, isToken: true },
    { kind: 'next dated', date: 3 },
    { kind: 'refused' },
    { kind: 'writing home' },
    { kind: 'stored', target: 0, at: 4 },
    { kind: 'stored', target: 1, at: 5 },
    { kind: 'confirmed', date: 6 },
  );
  expect(record).toEqual({
    ...nothing,
    testing: [{ kind: 'testing', store: organization, secret: 'ROTATION_WRITE_TEST_X' }],
    refused: true,
    issued: { kind: 'issued', token: 'sha256:1', validUntil: 9, previousUntil: 7 },
    sealed: new Map([
      [0, body],
      [1, { ...body, key_id: 'second' }],
    ]),
    next: { at: 2, date: 3, isToken: true },
    home: 'stored',
    confirmed: 6,
    stored: new Map([
      [0, 4],
      [1, 5],
    ]),
  });
  expect(told({ kind: 'not issued' })).toEqual({ ...nothing, notIssued: true });
  expect(told({ kind: 'finished' })).toEqual({ ...nothing, finished: true });
});

test('a store is told by what it says, not by its object', () => {
  const store = { level: 'repository', feature: 'dependabot', owner: 'acme', repository: 'a' } as const;
  expect(told({ kind: 'testing', store, secret: 'X' }, { kind: 'tested', store: { ...store } })?.testing).toEqual([]);
});

describe('whether ThousandEyes refuses the token', () => {
  test.each<[boolean, JournalLine['kind'][]]>([
    [false, []],
    [true, ['refused']],
    [false, ['refused', 'accepted']],
    [true, ['refused', 'accepted', 'refused']],
    // By main, and once more by another look.
    [true, ['refused', 'refused', 'accepted']],
  ])('%s after %j', (isRefused, kinds) => {
    expect(told(...kinds.map((kind) => ({ kind }) as JournalLine))?.refused).toBe(isRefused);
  });
});

describe('the home', () => {
  const writing: JournalLine = { kind: 'writing home' };
  const refused: JournalLine = { kind: 'home refused' };
  test.each<[string, string, JournalLine[]]>([
    ['untouched', 'no write was begun', []],
    ['unclear', 'a write was begun', [writing]],
    ['untouched', 'each was clearly refused', [writing, refused, writing, refused]],
    ['unclear', 'one got no clear answer', [writing, refused, writing]],
    ['unclear', 'one got no clear answer before another was refused', [writing, writing, refused]],
    ['stored', 'GitHub took one', [writing, writing, { kind: 'stored', target: 0, at: 1 }]],
    ['untouched', 'GitHub took that of another target', [{ kind: 'stored', target: 1, at: 1 }]],
  ])('is %s where %s', (state, _, lines) => {
    expect(told(...lines)?.home).toBe(state);
  });
});

describe('our last write of the next token', () => {
  const written = (at: number, isToken = false): JournalLine => ({ kind: 'next written', at, isToken });
  test.each<[string, JournalLine[], object | undefined]>([
    ['none', [], undefined],
    ['a date without a write is none of ours', [{ kind: 'next dated', date: 1 }], undefined],
    ['the note', [written(1)], { at: 1, date: undefined, isToken: false }],
    ['the token over it', [written(1), written(2, true)], { at: 2, date: undefined, isToken: true }],
    [
      'its date, and not that of the write before it',
      [written(1), { kind: 'next dated', date: 1 }, written(2, true)],
      { at: 2, date: undefined, isToken: true },
    ],
    [
      'the last date behind it',
      [written(2, true), { kind: 'next dated', date: 2 }, { kind: 'next dated', date: 3 }],
      { at: 2, date: 3, isToken: true },
    ],
  ])('%s', (_, lines, next) => {
    expect(told(...lines)?.next).toEqual(next);
  });
});

test('the date of the home that was seen last counts', () => {
  expect(told({ kind: 'confirmed', date: 1 }, { kind: 'confirmed', date: 2 })?.confirmed).toBe(2);
});

test('a header that stands there once more changes nothing', () => {
  expect(told(header, { kind: 'not issued' })).toEqual({ ...nothing, notIssued: true });
});

describe('what a killed process left', () => {
  const text = (...lines: readonly string[]) => lines.join('\n');

  test('a torn line is passed over, and the next one is read', () => {
    const torn = '{"kind":"sealed","target":0,"body":{"encrypted_va';
    const record = journalRecordFrom(text(JSON.stringify(header), torn, '{"kind":"stored","target":1,"at":1}'), false);
    expect(record).toEqual({ ...nothing, stored: new Map([[1, 1]]) });
  });

  test.each(['null', '[]', '7', '"run"', '{}', '{"kind":"unknown"}', '', '   ', '\u0000', '}{'])(
    'junk is passed over: %j',
    (junk) => {
      const record = journalRecordFrom(text(junk, JSON.stringify(header), junk, '{"kind":"not issued"}', junk), false);
      expect(record).toEqual({ ...nothing, notIssued: true });
    },
  );

  test.each(['', '{"kind":"run","pid":4', '{"kind":"stored","target":0,"at":1}'])(
    'without a header it is none: %j',
    (left) => {
      expect(journalRecordFrom(left, false)).toBeUndefined();
    },
  );
});

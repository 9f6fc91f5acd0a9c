import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  createJournal,
  type Journal,
  type JournalHeader,
  openJournal,
  readJournal,
  tolerantJournal,
} from '../../src/journal.ts';
import { FakeLog, target } from '../support/unit-ports.ts';

const home = { ...target('acme/network'), shown: 'acme/network', access: {} };
const other = { ...target('orgs/acme'), shown: 'orgs/acme', access: { visibility: 'all' as const } };
const header: JournalHeader = { kind: 'run', pid: 42, targets: [home, other], expiryVariable: 'TE_EXPIRY' };
const body = { encrypted_value: 'c2VhbGVk', key_id: '7' };

let folder: string;
let journal: Journal;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  ({ journal, path } = createJournal(folder, header));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a new journal holds its header, and only its user can read it', () => {
  // Windows knows no such modes.
  expect(statSync(path).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
  expect(basename(path)).toMatch(/^rotate-thousandeyes-token-[0-9a-f-]{36}\.jsonl$/);
  expect(readJournal(path)).toEqual({
    header,
    testing: [],
    asked: false,
    refused: false,
    sealed: new Map(),
    stored: new Set(),
    dated: false,
  });
});

test('two journals in one folder do not meet', () => {
  expect(createJournal(folder, header).path).not.toBe(path);
  expect(readdirSync(folder)).toHaveLength(2);
});

test('it can not be created where there is no folder', () => {
  expect(() => createJournal(join(folder, 'none'), header)).toThrow('ENOENT');
});

test('one whose header can not be written leaves no file', () => {
  const before = readdirSync(folder);
  const torn = {
    ...header,
    get expiryVariable(): string {
      throw new Error('no space left');
    },
  };
  expect(() => createJournal(folder, torn)).toThrow('no space left');
  expect(readdirSync(folder)).toEqual(before);
});

test('every line is told again', () => {
  journal.note({ kind: 'testing', store: home.store }, { kind: 'testing', store: other.store });
  journal.note({ kind: 'tested', store: home.store });
  expect(journal.claim(5)).toBe(true);
  journal.flush({ kind: 'issued', validUntil: 9, previousValidUntil: 7 }, { kind: 'sealed', target: 0, body });
  journal.flush({ kind: 'sealed', target: 1, body: { ...body, key_id: 'first' } });
  journal.flush({ kind: 'sealed', target: 1, body: { ...body, key_id: 'second' } });
  journal.note({ kind: 'stored', target: 0 });
  journal.note({ kind: 'dated' });
  journal.note({ kind: 'refused' });
  expect(readJournal(path)).toEqual({
    header,
    testing: [other.store],
    asked: true,
    refused: true,
    issued: { kind: 'issued', validUntil: 9, previousValidUntil: 7 },
    sealed: new Map([
      [0, body],
      [1, { ...body, key_id: 'second' }],
    ]),
    stored: new Set([0]),
    dated: true,
  });
});

test('a store is told by what it says, not by its object', () => {
  const store = { level: 'repository', feature: 'dependabot', owner: 'acme', repository: 'a' } as const;
  journal.note({ kind: 'testing', store }, { kind: 'tested', store: { ...store } });
  expect(readJournal(path)?.testing).toEqual([]);
});

describe('what a killed process left', () => {
  test('a torn line is passed over, and the next one is read', () => {
    appendFileSync(path, '\n{"kind":"sealed","target":0,"body":{"encrypted_va');
    openJournal(path).note({ kind: 'stored', target: 1 });
    expect(readJournal(path)).toMatchObject({ sealed: new Map(), stored: new Set([1]) });
  });

  test.each(['null', '[]', '7', '"run"', '{}', '{"kind":"unknown"}', '', '\u0000', '}{'])(
    'junk is passed over: %j',
    (junk) => {
      appendFileSync(path, `${junk}\n`);
      openJournal(path).note({ kind: 'dated' });
      expect(readJournal(path)).toMatchObject({ header, dated: true, asked: false });
    },
  );

  test('a journal without a header is none', () => {
    const torn = join(folder, 'torn');
    appendFileSync(torn, '\n{"kind":"run","pid":4\n\n{"kind":"stored","target":0}\n');
    expect(readJournal(torn)).toBeUndefined();
    expect(readJournal(join(folder, 'none'))).toBeUndefined();
  });
});

describe('main asks, or the post step closes: who comes first', () => {
  test('main, where its line stands before', () => {
    expect(journal.claim(1)).toBe(true);
    openJournal(path).flush({ kind: 'closed' });
    expect(readJournal(path)?.asked).toBe(true);
  });

  test('the post step, where its line stands before: then main does not ask', () => {
    openJournal(path).flush({ kind: 'closed' });
    expect(journal.claim(1)).toBe(false);
    expect(readJournal(path)?.asked).toBe(false);
  });

  test('main does not ask either where the post step has removed the journal', () => {
    openJournal(path).remove();
    expect(journal.claim(1)).toBe(false);
  });
});

test('main and post write into one file without overwriting each other', () => {
  const post = openJournal(path);
  journal.note({ kind: 'stored', target: 0 });
  post.note({ kind: 'stored', target: 1 });
  journal.note({ kind: 'dated' });
  expect(readJournal(path)).toMatchObject({ stored: new Set([0, 1]), dated: true });
});

test('a removed journal leaves nothing, and the one who comes second does no harm', () => {
  const post = openJournal(path);
  post.remove();
  journal.remove();
  expect(readdirSync(folder)).toEqual([]);
});

test('nothing secret stands in it: only what the lines are made of', () => {
  journal.flush({ kind: 'issued', previousValidUntil: 7 }, { kind: 'sealed', target: 0, body });
  const written = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  expect(written).toEqual([
    JSON.stringify(header),
    '{"kind":"issued","previousValidUntil":7}',
    '{"kind":"sealed","target":0,"body":{"encrypted_value":"c2VhbGVk","key_id":"7"}}',
  ]);
});

describe('once a token is issued', () => {
  const failing: Journal = {
    note: () => {
      throw new Error('ENOSPC');
    },
    flush: () => {
      throw new Error('ENOSPC');
    },
    claim: () => false,
    remove: () => undefined,
  };

  test('a full disk is told, and storing goes on', () => {
    const log = new FakeLog();
    const tolerant = tolerantJournal(failing, log);
    tolerant.flush({ kind: 'sealed', target: 0, body });
    tolerant.note({ kind: 'stored', target: 0 });
    const warning =
      'warning: The journal could not be written, so the post step may not know what this step did. Storing goes on.';
    expect(log.lines).toEqual([warning, warning]);
  });

  test('a journal that can not be removed is told, and does no harm', () => {
    const log = new FakeLog();
    const stuck = {
      ...failing,
      remove: () => {
        throw new Error('EBUSY');
      },
    };
    tolerantJournal(stuck, log).remove();
    expect(log.lines).toEqual([
      'warning: The journal could not be removed. The post step writes the same values once more, which does no harm.',
    ]);
  });

  test('a disk that works is used', () => {
    const log = new FakeLog();
    const tolerant = tolerantJournal(journal, log);
    tolerant.flush({ kind: 'sealed', target: 0, body });
    tolerant.note({ kind: 'stored', target: 0 });
    expect(readJournal(path)).toMatchObject({ sealed: new Map([[0, body]]), stored: new Set([0]) });
    tolerant.remove();
    expect(readdirSync(folder)).toEqual([]);
    expect(log.lines).toEqual([]);
  });
});

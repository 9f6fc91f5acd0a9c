import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  closeJournal,
  createJournal,
  type Journal,
  type JournalHeader,
  readJournal,
  removeFiles,
} from '../../../src/rotation/journal.ts';
import type { JournalTarget } from '../../../src/rotation/journal-record.ts';
import { FakeWorkflow, resolved } from '../support/fakes.ts';
import { now } from '../support/time.ts';

const targetOf = (line: string): JournalTarget => ({ ...resolved(line), access: {}, updatedAt: 5 });
const home = targetOf('acme/network');
const other: JournalTarget = { ...targetOf('orgs/acme'), access: { visibility: 'all' } };
const header: JournalHeader = { kind: 'run', pid: 42, targets: [home, other], expiryVariable: 'TE_EXPIRY' };
const body = { encrypted_value: 'c2VhbGVk', key_id: '7' };
const nothing = {
  header,
  testing: [],
  asked: false,
  refused: false,
  issued: undefined,
  sealed: new Map(),
  unread: undefined,
  stored: new Map(),
  gaveUpAt: undefined,
  confirmed: false,
  dated: false,
  finished: false,
  writes: [],
};

let folder: string;
let log: FakeWorkflow;
let journal: Journal;
let path: string;

/** Creates a journal in the test's folder; its path is what it left to the post step. */
function create(of: JournalHeader = header): { journal: Journal; path: string } {
  const created = createJournal(folder, of, { log, leaveState: (name, value) => log.state(name, value) });
  if (!created.ok) throw new Error(created.error);
  return { journal: created.value, path: log.states.journal ?? '' };
}

/** Why none could be created. */
function refusal(where: string, of: JournalHeader = header): string {
  const created = createJournal(where, of, { log, leaveState: (name, value) => log.state(name, value) });
  return created.ok ? 'it was created' : created.error;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  log = new FakeWorkflow();
  ({ journal, path } = create());
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a new journal', () => {
  test('holds its header, in a file that only this user can read', () => {
    // Windows knows no such modes.
    expect(statSync(path).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
    expect(basename(path)).toMatch(/^rotate-thousandeyes-token-[0-9a-f-]{36}\.jsonl$/);
    expect(readJournal(path)).toEqual(nothing);
  });

  test('does not meet another one in the same folder', () => {
    const second = create();
    second.journal.note({ kind: 'dated' });
    second.journal.claim();
    expect(second.path).not.toBe(path);
    expect(readJournal(path)).toEqual(nothing);
  });

  test('cannot be created where RUNNER_TEMP is empty, or names no folder', () => {
    expect(refusal('')).toBe('RUNNER_TEMP is empty');
    expect(refusal(join(folder, 'none'))).toBe('a file could not be written in RUNNER_TEMP');
  });

  test('that cannot be written whole leaves no file', () => {
    const before = readdirSync(folder);
    const torn = {
      ...header,
      get expiryVariable(): string {
        throw new Error('no space left');
      },
    };
    expect(refusal(folder, torn)).toBe('a file could not be written in RUNNER_TEMP');
    expect(readdirSync(folder)).toEqual(before);
  });

  test('whose path cannot be left to the post step leaves no file', () => {
    const before = readdirSync(folder);
    log.broken.add('state');
    expect(refusal(folder)).toBe('the file GITHUB_STATE could not be written');
    expect(readdirSync(folder)).toEqual(before);
  });
});

test('every line is told again', () => {
  journal.note(
    { kind: 'testing', store: home.target.store, at: 1 },
    { kind: 'testing', store: other.target.store, at: 2 },
  );
  journal.note({ kind: 'tested', store: home.target.store });
  expect(journal.claim()).toBe(true);
  journal.note({ kind: 'issued', validUntil: 9, previousValidUntil: 7 }, { kind: 'sealed', target: 0, body });
  journal.note({ kind: 'sealed', target: 1, body: { ...body, key_id: 'first' } });
  journal.note({ kind: 'sealed', target: 1, body: { ...body, key_id: 'second' } });
  journal.note({ kind: 'unread', body: { ...body, key_id: 'first' } }, { kind: 'unread', body });
  journal.note({ kind: 'stored', target: 0, at: 3 });
  journal.note({ kind: 'gave up', at: 4 });
  journal.note({ kind: 'confirmed' });
  journal.note({ kind: 'dated' });
  journal.note({ kind: 'refused' });
  expect(readJournal(path)).toEqual({
    header,
    testing: [other.target.store],
    asked: true,
    refused: true,
    issued: { kind: 'issued', validUntil: 9, previousValidUntil: 7 },
    sealed: new Map([
      [0, body],
      [1, { ...body, key_id: 'second' }],
    ]),
    unread: body,
    stored: new Map([[0, 3]]),
    gaveUpAt: 4,
    confirmed: true,
    dated: true,
    finished: false,
    // A test is a write and a delete.
    writes: [1, 2, 1, 2, 3],
  });
});

test('the last word on whether ThousandEyes refuses the token counts', () => {
  const refused = () => readJournal(path)?.refused;
  journal.note({ kind: 'refused' });
  expect(refused()).toBe(true);
  journal.note({ kind: 'accepted' });
  expect(refused()).toBe(false);
  journal.note({ kind: 'refused' });
  expect(refused()).toBe(true);
});

test('a store is told by what it says, not by its object', () => {
  const store = { level: 'repository', feature: 'dependabot', owner: 'acme', repository: 'a' } as const;
  journal.note({ kind: 'testing', store, at: 1 }, { kind: 'tested', store: { ...store } });
  expect(readJournal(path)?.testing).toEqual([]);
});

test('nothing stands in it but what the lines are made of', () => {
  journal.note({ kind: 'issued', previousValidUntil: 7 }, { kind: 'sealed', target: 0, body });
  const written = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim());
  expect(written.filter((line) => line !== '')).toEqual([
    JSON.stringify(header),
    // Again beside what is sealed for the home: each of the two is useless without the other.
    JSON.stringify(header),
    '{"kind":"issued","previousValidUntil":7}',
    '{"kind":"sealed","target":0,"body":{"encrypted_value":"c2VhbGVk","key_id":"7"}}',
  ]);
});

test('room for a whole rotation is taken before anything is asked for: the file does not grow with its lines', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `acme/network-${index}`);
  const large = create({ ...header, targets: lines.map(targetOf) });
  const before = statSync(large.path).size;
  const sealed = (bytes: number) => ({ encrypted_value: 'x'.repeat(bytes), key_id: '568250167242549743' });
  const store = home.target.store;
  large.journal.note({ kind: 'testing', store, at: now }, { kind: 'tested', store });
  // A token of 48 KB for the home, and a long one for the others.
  large.journal.note(
    { kind: 'issued', validUntil: now, previousValidUntil: now },
    { kind: 'sealed', target: 0, body: sealed((48 * 1024 + 48) * (4 / 3)) },
  );
  for (const target of lines.keys()) {
    if (target > 0) large.journal.note({ kind: 'sealed', target, body: sealed(1000) });
    large.journal.note({ kind: 'stored', target, at: now });
  }
  for (const kind of ['refused', 'accepted', 'confirmed', 'dated'] as const) large.journal.note({ kind });
  expect(readJournal(large.path)?.stored.size).toBe(100);
  expect(statSync(large.path).size).toBe(before);
});

test('what needs more room than was taken is written all the same', () => {
  const long = { encrypted_value: 'x'.repeat(500_000), key_id: '7' };
  expect(journal.note({ kind: 'sealed', target: 0, body: long }, { kind: 'dated' })).toBe(true);
  expect(readJournal(path)).toMatchObject({ sealed: new Map([[0, long]]), dated: true });
});

describe('what a killed process left', () => {
  test('a torn line is passed over, and the next one is read', () => {
    appendFileSync(path, '\n{"kind":"sealed","target":0,"body":{"encrypted_va');
    journal.note({ kind: 'stored', target: 1, at: 1 });
    expect(readJournal(path)).toMatchObject({ sealed: new Map(), stored: new Map([[1, 1]]) });
  });

  test.each(['null', '[]', '7', '"run"', '{}', '{"kind":"unknown"}', '', '\u0000', '}{'])(
    'junk is passed over: %j',
    (junk) => {
      appendFileSync(path, `${junk}\n{"kind":"dated"}\n`);
      expect(readJournal(path)).toEqual({ ...nothing, dated: true });
    },
  );

  test('a journal without a header is none', () => {
    const torn = join(folder, 'torn');
    appendFileSync(torn, '\n{"kind":"run","pid":4\n\n{"kind":"stored","target":0}\n');
    expect(readJournal(torn)).toBeUndefined();
    expect(readJournal(join(folder, 'none'))).toBeUndefined();
    expect(readJournal(folder)).toBeUndefined();
  });
});

describe('main asks, or the post step closes: one of them', () => {
  test('main, where it comes first', () => {
    expect(journal.claim()).toBe(true);
    expect(closeJournal(path)).toBe(false);
    expect(readJournal(path)?.asked).toBe(true);
  });

  test('the post step, where it comes first: then main does not ask', () => {
    expect(closeJournal(path)).toBe(true);
    expect(journal.claim()).toBe(false);
    expect(readJournal(path)?.asked).toBe(false);
  });

  test('nobody twice', () => {
    expect([journal.claim(), journal.claim()]).toEqual([true, false]);
    const second = create();
    expect([closeJournal(second.path), closeJournal(second.path)]).toEqual([true, false]);
  });

  test('main does not ask where the journal was taken away', () => {
    removeFiles(path);
    expect(journal.claim()).toBe(false);
    const second = create();
    rmSync(second.path);
    expect(second.journal.claim()).toBe(false);
  });
});

describe('once a token may exist, nothing throws', () => {
  const unwritable = {
    kind: 'stored',
    target: 0,
    get at(): number {
      throw new Error('no space left');
    },
  } as const;

  test('a line that cannot be written is told, once, and the next one is written', () => {
    expect(journal.note(unwritable)).toBe(false);
    expect(journal.note(unwritable)).toBe(false);
    expect(log.lines).toEqual([
      expect.stringMatching(/^warning: The journal could not be written, .* Storing goes on\.$/),
    ]);
    expect(journal.note({ kind: 'dated' })).toBe(true);
    expect(readJournal(path)).toEqual({ ...nothing, dated: true });
  });

  test('a finished journal leaves nothing but the word that it finished', () => {
    journal.claim();
    journal.finish();
    expect(log.states.finished).toBe('true');
    expect(readdirSync(folder)).toEqual([]);
    expect(log.lines).toEqual([]);
  });

  test('without that word it stays, for the post step to read, and says itself that it is finished', () => {
    log.broken.add('state');
    journal.finish();
    expect(readJournal(path)).toEqual({ ...nothing, finished: true });
  });

  test('it can be finished twice, and noted in afterwards, without harm', () => {
    journal.finish();
    journal.finish();
    expect(journal.note({ kind: 'dated' })).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('what cannot be removed stays, and the rest goes', () => {
    mkdirSync(`${path}.closed`);
    removeFiles(path);
    expect(readdirSync(folder)).toEqual([basename(`${path}.closed`)]);
    expect(existsSync(path)).toBe(false);
  });
});

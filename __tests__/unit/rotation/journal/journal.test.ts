import {
  appendFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bodyOf } from '../../../../src/github/secrets.ts';
import {
  closeJournal,
  createJournal,
  type Journal,
  noJournal,
  noteInJournal,
  readJournal,
  removeFiles,
  writeWhole,
} from '../../../../src/rotation/journal/journal.ts';
import type { JournalHeader } from '../../../../src/rotation/journal/journal-record.ts';
import { FakeWorkflow } from '../../support/fakes.ts';
import { emptyRecordOf, headerOf } from '../../support/journaling.ts';
import { now } from '../../support/time.ts';

const header = headerOf(['acme/network', 'orgs/acme']);
const body = { encrypted_value: 'c2VhbGVk', key_id: '7' };
const nothing = emptyRecordOf(header);
const notIssued = { kind: 'not issued' } as const;

let folder: string;
let log: FakeWorkflow;
let journal: Journal;
let path: string;

function creating(at: string, of: JournalHeader = header) {
  return createJournal(at, of, { log, leaveState: (name, value) => log.state(name, value) });
}

/** Creates a journal in the test's folder. */
function create(of: JournalHeader = header, name = 'second.jsonl'): { journal: Journal; path: string } {
  const at = join(folder, name);
  const created = creating(at, of);
  if (!created.ok) throw new Error(created.error);
  return { journal: created.value, path: at };
}

/** Why none could be created. */
function refusal(at: string, of: JournalHeader = header): string {
  const created = creating(at, of);
  return created.ok ? 'it was created' : created.error;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  log = new FakeWorkflow();
  ({ journal, path } = create(header, 'first.jsonl'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a new journal', () => {
  test('holds its header, in a file that only this user can read, and tells the post step where', () => {
    // Windows knows no such modes.
    const mode = process.platform === 'win32' ? 0o666 : 0o600;
    expect([path, `${path}.unclaimed`].map((file) => statSync(file).mode & 0o777)).toEqual([mode, mode]);
    expect(readJournal(path)).toEqual(nothing);
    expect(log.states).toEqual({ journal: path });
  });

  test('does not meet another one in the same folder', () => {
    const second = create();
    second.journal.note(notIssued);
    second.journal.claim();
    expect(readJournal(path)).toEqual(nothing);
  });

  test('never takes the place of a file that is there', () => {
    expect(refusal(path)).toBe('a file could not be written in RUNNER_TEMP');
    writeFileSync(join(folder, 'second.jsonl.unclaimed'), 'of another');
    expect(refusal(join(folder, 'second.jsonl'))).toBe('a file could not be written in RUNNER_TEMP');
  });

  test('leaves no empty file, which someone who clears away empty files would take', () => {
    expect(readdirSync(folder).filter((name) => statSync(join(folder, name)).size === 0)).toEqual([]);
  });

  test('cannot be created where RUNNER_TEMP is empty, or names no folder', () => {
    expect(refusal('')).toBe('RUNNER_TEMP is empty');
    expect(refusal(join(folder, 'none', 'x'))).toMatch(/does not exist \(ENOENT\)/);
  });

  test.each([
    ['EACCES', /not allowed to write in RUNNER_TEMP \(EACCES\).*--user/],
    ['EPERM', /not allowed to write in RUNNER_TEMP \(EPERM\).*--user/],
    ['EROFS', /read only \(EROFS\)/],
    ['ENOSPC', /no space is left in RUNNER_TEMP \(ENOSPC\)/],
    ['EDQUOT', /no space is left in RUNNER_TEMP \(EDQUOT\)/],
    ['EIO', /^a file could not be written in RUNNER_TEMP$/],
    [undefined, /^a file could not be written in RUNNER_TEMP$/],
  ])('that cannot be written whole leaves no file, and the reason is named: %s', (code, words) => {
    const before = readdirSync(folder);
    const torn = {
      ...header,
      get run(): string {
        throw Object.assign(new Error('it failed'), { code });
      },
    };
    expect(refusal(join(folder, 'torn.jsonl'), torn)).toMatch(words);
    expect(readdirSync(folder)).toEqual(before);
  });

  test('needs no state of the runner: the post step finds it by its name', () => {
    log.broken.add('state');
    const second = create();
    expect(readJournal(second.path)).toEqual(nothing);
  });
});

test('nothing stands in it but what the lines are made of', () => {
  journal.note({ kind: 'issued', token: 'sha256:1', previousUntil: 7 }, { kind: 'sealed', target: 0, body });
  journal.note({ kind: 'sealed', target: 1, body });
  journal.note({ kind: 'stored', target: 0, at: 1 });
  const written = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim());
  expect(written.filter((line) => line !== '')).toEqual([
    JSON.stringify(header),
    // Again beside what is sealed for the home: each of the two is useless without the other.
    JSON.stringify(header),
    '{"kind":"issued","token":"sha256:1","previousUntil":7}',
    '{"kind":"sealed","target":0,"body":{"encrypted_value":"c2VhbGVk","key_id":"7"}}',
    '{"kind":"sealed","target":1,"body":{"encrypted_value":"c2VhbGVk","key_id":"7"}}',
    '{"kind":"stored","target":0,"at":1}',
  ]);
});

/** Each of them seen by so many repositories. */
function largeHeader(lines: readonly string[], repositories: number): JournalHeader {
  const { targets, ...rest } = headerOf(lines);
  const ids = Array.from({ length: repositories }, (_, index) => 1_000_000_000 + index);
  const access = repositories === 0 ? {} : { visibility: 'selected' as const, selectedRepositoryIds: ids };
  return { ...rest, targets: targets.map((each) => ({ ...each, access })) };
}

test.each([
  ['the home alone', ['acme/network'], 0],
  ['100 targets', Array.from({ length: 100 }, (_, index) => `acme/network-${index}`), 0],
  [
    '10 organizations, each with 2000 repositories',
    Array.from({ length: 10 }, (_, index) => `orgs/acme-${index}`),
    2000,
  ],
])(
  'room for a whole rotation is taken before anything is asked for: the file does not grow with its lines: %s',
  (_, lines, repositories) => {
    const of = largeHeader(lines, repositories);
    const large = create(of);
    const before = statSync(large.path).size;
    const sealed = (bytes: number, target: number) =>
      bodyOf({ value: 'x'.repeat(bytes), keyId: '568250167242549743' }, of.targets[target]?.access ?? {});
    const store = { level: 'repository', feature: 'actions', owner: 'acme', repository: 'network' } as const;
    large.journal.note({ kind: 'testing', store, secret: 'ROTATION_WRITE_TEST_ABCDEFGH' }, { kind: 'tested', store });
    large.journal.note({ kind: 'next written', at: now, isToken: false });
    // A token of 48 KB for the home, and a long one for the others.
    large.journal.note(
      { kind: 'issued', token: 'sha256:0123456789abcdef', validUntil: now, previousUntil: now },
      { kind: 'sealed', target: 0, body: sealed((48 * 1024 + 48) * (4 / 3), 0) },
    );
    large.journal.note({ kind: 'next written', at: now, isToken: true }, { kind: 'next dated', date: now });
    for (const target of lines.keys()) {
      if (target > 0) large.journal.note({ kind: 'sealed', target, body: sealed(1000, target) });
      large.journal.note({ kind: 'stored', target, at: now });
    }
    for (let attempts = 0; attempts < 40; attempts++)
      large.journal.note({ kind: 'writing home' }, { kind: 'home refused' });
    large.journal.note({ kind: 'refused' }, { kind: 'accepted' }, { kind: 'confirmed', date: now });
    expect(readJournal(large.path)?.stored.size).toBe(lines.length);
    expect(statSync(large.path).size).toBe(before);
  },
);

test('what needs more room than was taken is written all the same', () => {
  const long = { encrypted_value: 'x'.repeat(500_000), key_id: '7' };
  expect(journal.note({ kind: 'sealed', target: 0, body: long }, notIssued)).toBe(true);
  expect(readJournal(path)).toMatchObject({ sealed: new Map([[0, long]]), notIssued: true });
});

test('what the system takes in pieces is written whole, each piece behind the one before it', () => {
  const bytes = Buffer.from('of the journal');
  const file = Buffer.from('the first line and ........ ......');
  writeWhole(7, bytes, 19, (_, from, offset, length, position) => {
    if (offset + length > from.length) throw new RangeError('it reads beyond the end');
    return from.copy(file, position, offset, offset + Math.min(length, 5));
  });
  expect(file.toString()).toBe('the first line and of the journal.');
});

describe('the post step notes in it, too', () => {
  test('behind what main has written, whatever room is left there', () => {
    journal.note({ kind: 'writing home' });
    expect(noteInJournal(path, [{ kind: 'stored', target: 1, at: 2 }])).toBe(true);
    expect(readJournal(path)).toMatchObject({ home: 'unclear', stored: new Map([[1, 2]]) });
  });

  test('beside a main that still writes: no line of either is lost', () => {
    noteInJournal(path, [{ kind: 'next written', at: 1, isToken: true }]);
    journal.note({ kind: 'stored', target: 0, at: 3 });
    noteInJournal(path, [{ kind: 'next dated', date: 2 }]);
    journal.note({ kind: 'stored', target: 1, at: 4 });
    expect(readJournal(path)?.stored).toEqual(
      new Map([
        [0, 3],
        [1, 4],
      ]),
    );
    expect(readJournal(path)?.next).toEqual({ at: 1, date: 2, isToken: true });
  });

  test('behind a torn line', () => {
    appendFileSync(path, '\n{"kind":"stored","targ');
    noteInJournal(path, [notIssued]);
    expect(readJournal(path)).toEqual({ ...nothing, notIssued: true });
  });

  test('where it cannot, that is told', () => {
    expect(noteInJournal(folder, [notIssued])).toBe(false);
  });
});

test('where there is no journal there is none to read', () => {
  expect(readJournal(join(folder, 'none'))).toBeUndefined();
  expect(readJournal(folder)).toBeUndefined();
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
    expect(log.lines).toEqual([expect.stringMatching(/^warning: The journal could not be written/)]);
    expect(journal.note(notIssued)).toBe(true);
    expect(readJournal(path)).toEqual({ ...nothing, notIssued: true });
  });

  test('a line in a file that was taken away is not noted', () => {
    rmSync(path);
    // Windows keeps the name of an open file.
    expect(journal.note(notIssued)).toBe(existsSync(path));
  });

  test('a finished journal leaves nothing but the word that it finished', () => {
    journal.claim();
    journal.finish();
    expect(log.states.finished).toBe('true');
    expect(readdirSync(folder)).toEqual([]);
    expect(log.lines).toEqual([]);
  });

  test('also where that word cannot be left', () => {
    log.broken.add('state');
    journal.finish();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('it says itself that it is finished: where it cannot be removed, that is all that tells', () => {
    const other = join(folder, 'the same file');
    linkSync(path, other);
    journal.finish();
    expect(readJournal(other)?.finished).toBe(true);
    // It is closed.
    expect(journal.note(notIssued)).toBe(false);
  });

  test('it can be finished twice, and noted in afterwards, without harm', () => {
    journal.finish();
    journal.finish();
    expect(log.lines).toEqual([]);
    expect(journal.note(notIssued)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('what cannot be removed stays, and the rest goes', () => {
    mkdirSync(`${path}.closed`);
    removeFiles(path);
    expect(readdirSync(folder)).toEqual([basename(`${path}.closed`)]);
    expect(existsSync(path)).toBe(false);
  });
});

test('where the token is parked already, every line counts as noted', () => {
  expect(noJournal.note(notIssued)).toBe(true);
});

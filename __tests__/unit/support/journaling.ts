import type { JournalHeader, JournalRecord, JournalTarget } from '../../../src/rotation/journal/journal-record.ts';
import { resolved } from './fakes.ts';
import { runUrl } from './scene.ts';

const targetOf = (line: string): JournalTarget => ({ ...resolved(line), access: {}, updatedAt: 5 });

/** The header of a journal with these targets, the home first. */
export function headerOf(lines: readonly string[], more: Partial<JournalHeader> = {}): JournalHeader {
  return {
    kind: 'run',
    pid: 42,
    targets: lines.map(targetOf),
    token: 'sha256:0123456789abcdef',
    run: runUrl,
    credential: { key: 'a key', hash: 'a hash' },
    ...more,
  };
}

/** What a journal tells in which nothing was noted. */
export function emptyRecordOf(header: JournalHeader): JournalRecord {
  return {
    header,
    testing: [],
    asked: false,
    notIssued: false,
    refused: false,
    issued: undefined,
    sealed: new Map(),
    next: undefined,
    home: 'untouched',
    confirmed: undefined,
    stored: new Map(),
    finished: false,
  };
}

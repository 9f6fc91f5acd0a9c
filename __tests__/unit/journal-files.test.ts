import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { jobKeyFrom, journalPath, journalsOf } from '../../src/journal-files.ts';

const variables = { GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: '2', GITHUB_JOB: 'rotate' };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journals-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a job is told by its run, the attempt and its name', () => {
  expect(jobKeyFrom(variables)).toBe('4711-2-rotate');
  const others = [{ GITHUB_RUN_ID: '4712' }, { GITHUB_RUN_ATTEMPT: '1' }, { GITHUB_JOB: 'sync' }];
  for (const other of others) expect(jobKeyFrom({ ...variables, ...other })).not.toBe('4711-2-rotate');
});

test('what stands in no file name, or means something in a pattern, is replaced', () => {
  expect(jobKeyFrom({ ...variables, GITHUB_JOB: '../a.b*[c]' })).toBe('4711-2-___a_b__c_');
  expect(jobKeyFrom({})).toBe('--');
});

test('a new journal has its job in its name, and a name of its own', () => {
  const paths = [journalPath(folder, '4711-2-rotate'), journalPath(folder, '4711-2-rotate')];
  for (const path of paths) {
    expect(dirname(path)).toBe(folder);
    expect(basename(path)).toMatch(/^rotate-thousandeyes-token-4711-2-rotate-[0-9a-f-]{36}\.jsonl$/);
  }
  expect(paths[0]).not.toBe(paths[1]);
  expect(journalPath('', '4711-2-rotate')).toBe('');
});

test('the journals of a job are found, and no others', () => {
  const job = jobKeyFrom(variables);
  const own = [journalPath(folder, job), journalPath(folder, job)];
  const others = ['4711-1-rotate', '4711-2-rotate-all', '14711-2-rotate', '4711-2-sync'];
  for (const path of [...own, ...others.map((other) => journalPath(folder, other))]) writeFileSync(path, '');
  // What belongs to a journal, and what only looks like one.
  for (const path of own) for (const end of ['.unclaimed', '.asked', '.closed']) writeFileSync(path + end, '');
  writeFileSync(join(folder, `rotate-thousandeyes-token-${job}-x.jsonl`), '');
  expect(journalsOf(folder, job).sort()).toEqual(own.sort());
});

test('a job of which one name begins like another finds its own only', () => {
  const path = journalPath(folder, '4711-2-rotate-all');
  writeFileSync(path, '');
  expect(journalsOf(folder, '4711-2-rotate')).toEqual([]);
  expect(journalsOf(folder, '4711-2-rotate-all')).toEqual([path]);
});

test.each(['', 'none'])('where there is no folder, there are none: "%s"', (name) => {
  expect(journalsOf(name === '' ? '' : join(folder, name), '--')).toEqual([]);
});

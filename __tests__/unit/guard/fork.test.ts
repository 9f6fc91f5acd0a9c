import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { isFromFork } from '../../../src/guard/guard.ts';

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fork-'));
  file = join(folder, 'event.json');
});

afterEach(() => rmSync(folder, { recursive: true }));

const pullRequest = (head: unknown) => ({
  pull_request: { head: { repo: head }, base: { repo: { full_name: 'acme/network' } } },
});
const fork = { full_name: 'ada/network', fork: true };

/** What is found of an event, or of a text in its file. */
function found(event: unknown, eventName = 'pull_request'): boolean {
  writeFileSync(file, typeof event === 'string' ? event : JSON.stringify(event));
  return isFromFork({ GITHUB_EVENT_NAME: eventName, GITHUB_EVENT_PATH: file, GITHUB_REPOSITORY: 'acme/renamed-since' });
}

test.each(['pull_request', 'pull_request_review', 'pull_request_review_comment'])('%s from a fork is one', (name) => {
  expect(found(pullRequest(fork), name)).toBe(true);
});

test.each(['pull_request_target', 'push', 'schedule', 'workflow_dispatch', ''])(
  '%s gets variables, whatever its event says',
  (name) => {
    expect(found(pullRequest(fork), name)).toBe(false);
  },
);

test.each([
  ['another repository', fork, true],
  ['a fork without a mark', { full_name: 'ada/network' }, true],
  ['the repository itself', { full_name: 'acme/network', fork: false }, false],
  ['the repository itself, in other case', { full_name: 'Acme/Network' }, false],
  ['a branch of a repository that is a fork itself', { full_name: 'acme/network', fork: true }, false],
  ['a fork that was deleted', null, true],
  ['no name and no fork', { fork: false }, false],
  ['a name that is none', { full_name: 4711, fork: 'true' }, false],
])('the head of the pull request is %s', (_, head, expected) => {
  expect(found(pullRequest(head))).toBe(expected);
});

test.each([
  '',
  'null',
  '{',
  '[]',
  '"pull_request"',
  '{"pull_request":null}',
  '{"pull_request":[]}',
  '{"pull_request":{}}',
  '{"pull_request":{"head":{}}}',
  '{"pull_request":{"head":{"repo":"ada/network"}}}',
  '\u0000\u0001',
])('an event that is none is no fork: %j', (text) => {
  expect(found(text)).toBe(false);
});

test('an event that cannot be read is no fork', () => {
  for (const path of [undefined, '', '/nowhere/event.json', folder])
    expect(isFromFork({ GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path })).toBe(false);
});

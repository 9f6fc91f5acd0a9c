import { expect, test } from '@jest/globals';
import { readRun } from '../../src/workflow-run.ts';
import { githubOver, type Reply } from '../support/unit-github.ts';

const path = 'GET /repos/acme/network/actions/runs/4711';
const asker = { kind: 'classic', severalOwners: false } as const;

async function read(reply: Reply, runId = '4711') {
  const { github, calls } = githubOver({ [path]: reply });
  return { calls, answer: await readRun({ repository: 'acme/network', runId }, github, asker) };
}

test('a run has a date', async () => {
  expect(await read({ status: 200, json: { id: 4711, created_at: '2026-11-23T19:00:00Z' } })).toEqual({
    calls: [path],
    answer: { at: Date.UTC(2026, 10, 23, 19) },
  });
});

test.each<[string, Reply, string]>([
  ['is not found', { status: 404, json: { message: 'Not Found' } }, '404 (Not Found)'],
  ['is not told, though there is a date', { status: 403, json: { created_at: '2026-11-23T19:00:00Z' } }, '403'],
  ['has no date', { status: 200, json: { id: 4711 } }, '200'],
  ['has a date that is none', { status: 200, json: { created_at: 'today' } }, '200'],
  ['is nothing', 200, '200'],
  ['is null', { status: 200, json: null }, '200'],
])('a run that %s', async (_, reply, said) => {
  const { answer } = await read(reply);
  if (!('problem' in answer)) throw new Error('no problem');
  const { tried, cameBack, todo } = answer.problem;
  expect(tried).toBe('Reading when this run was created (run 4711 of acme/network)');
  expect(cameBack).toBe(`GitHub answered ${said}`);
  expect(todo).toBe(
    'The home was written in the last 15 days, and without this date it can\'t be told whether this run holds an older token. Give the credential the repository permission "Actions: read" (a classic token the scope `repo`), or run `sync` once the home is older than 15 days.',
  );
});

test('an id that is none stays inside the path, and what is shown of it is bounded', async () => {
  const { answer, calls } = await read(404, `../../${'9'.repeat(100)}`);
  expect(calls).toEqual([`GET /repos/acme/network/actions/runs/..%2F..%2F${'9'.repeat(100)}`]);
  expect('problem' in answer && answer.problem.tried.length).toBeLessThan(120);
});

import { expect, test } from '@jest/globals';
import { WorkflowRunsClient } from '../../../src/github/workflow-runs.ts';
import { gitHubOver, type Reply } from '../support/github-over-wire.ts';

const path = 'GET /repos/acme/network/actions/runs/4711';

async function read(reply: Reply, runId = '4711') {
  const { github, calls } = gitHubOver({ [path]: reply });
  const created = await new WorkflowRunsClient(github).createdAt({ repository: 'acme/network', runId });
  return { calls, created, problem: created.ok ? undefined : created.error };
}

test('a run has a date', async () => {
  expect(await read({ status: 200, json: { id: 4711, created_at: '2026-11-23T19:00:00Z' } })).toMatchObject({
    calls: [path],
    created: { ok: true, value: Date.UTC(2026, 10, 23, 19) },
  });
});

test.each<[string, Reply, string]>([
  ['is not found', { status: 404, json: { message: 'Not Found' } }, '404 (Not Found)'],
  ['may not be read, though there is a date', { status: 403, json: { created_at: '2026-11-23T19:00:00Z' } }, '403'],
])('a run that %s: the permission to read it is named', async (_, reply, detail) => {
  const { problem } = await read(reply);
  expect(problem?.attempt).toBe('Reading when this run was created (run 4711 of acme/network)');
  expect(problem?.cause).toBe(`GitHub answered ${detail}`);
  expect(problem?.action).toMatch(/nothing tells whether this run holds an older token\. Give the credential/);
  expect(problem?.action).toContain('the repository permission "Actions: read" (a classic token the scope `repo`)');
  expect(problem?.action).toMatch(/or run `sync` once the home is older than 15 days\.$/);
});

test.each<[string, Reply, string]>([
  ['has no date', { status: 200, json: { id: 4711 } }, '200'],
  ['has a date that is none', { status: 200, json: { created_at: 'today' } }, '200'],
  ['has a date in the year 9999', { status: 200, json: { created_at: '9999-11-23T19:00:00Z' } }, '200'],
  ['is nothing', 200, '200'],
  ['is null', { status: 200, json: null }, '200'],
  ['is not told, because GitHub is down', { status: 503, json: { message: 'oops' } }, '503 (oops)'],
])('a run that %s: no permission is to blame', async (_, reply, detail) => {
  const { problem } = await read(reply);
  expect(problem?.cause).toBe(`GitHub answered ${detail}`);
  expect(problem?.action).toMatch(/Start the run again later, or run `sync` once/);
  expect(problem?.action).not.toMatch(/permission|scope/);
});

test('an id that is none stays inside the path, and what is shown of it is bounded', async () => {
  const { problem, calls } = await read(404, `../../${'9'.repeat(100)}`);
  expect(calls).toEqual([`GET /repos/acme/network/actions/runs/..%2F..%2F${'9'.repeat(100)}`]);
  expect(problem?.attempt.length).toBeLessThan(120);
});

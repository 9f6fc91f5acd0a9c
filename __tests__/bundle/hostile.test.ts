import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { asksForToken } from '../../sandbox/http/traffic.ts';
import { findLeaks } from '../../sandbox/leaks.ts';
import { allOutput } from '../../sandbox/runner/runner.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';

/** Servers, proxies and runners that do what they should not; the shipped bundle loses nothing and tells the truth. */

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

test('output that nobody reads any more stops nothing', async () => {
  world.setup(['acme/other']);
  const run = await world.run({
    with: { targets: `${HOME}\nacme/other` },
    onSpawn: (child) => {
      world.on(({ phase, request }) => {
        if (phase !== 'received' || !asksForToken(request)) return;
        child.stdout?.destroy();
        child.stderr?.destroy();
      });
    },
  });
  expect(run.exitCode).toBe(0);
  for (const line of [HOME, 'acme/other']) expect(world.github.open(line)).toBe(world.thousandeyes.issued[0]);
});

test('an answer that comes compressed, though nobody asked for it, is read', async () => {
  world.faults.add({
    server: 'thousandeyes',
    method: 'POST',
    times: 1,
    fault: {
      kind: 'status',
      status: 201,
      act: true,
      contentType: 'application/hal+json',
      headers: { 'content-encoding': 'gzip' },
      body: gzipSync('{"bearerToken":"te-compressed-token","validUntil":"2028-11-23T19:00:00Z"}'),
    },
  });
  world.faults.add({
    server: 'thousandeyes',
    path: '/users/current',
    nth: 2,
    fault: { kind: 'status', status: 200, body: '{}', contentType: 'application/hal+json' },
  });
  const run = await world.run();
  expect(run.exitCode).toBe(0);
  expect(world.github.open(HOME)).toBe('te-compressed-token');
  expect(findLeaks(allOutput(run), 'te-compressed-token')).toEqual([]);
});

test("a proxy's page in answer to the write test stops the run before anything is issued", async () => {
  world.setup(['acme/network/dependabot']);
  world.faults.add({ server: 'github', method: 'PUT', fault: { kind: 'html', status: 200 } });
  const run = await world.run({ with: { targets: `${HOME}\nacme/network/dependabot` } });
  expect(run.exitCode).toBe(1);
  for (const name of ['acme/network as TE_TOKEN_NEXT', 'acme/network/dependabot'])
    expect(run.log).toMatch(new RegExp(`Testing whether ${name} can be written.*HTML`));
  expect(world.thousandeyes.issued).toEqual([]);
});

describe('a runner whose files can not be written', () => {
  test('without a summary, the command that keeps the token stands in the log', async () => {
    const where = () => world.thousandeyes.issued.length > 0;
    const headers = { 'retry-after': '7200' };
    world.faults.add({ method: 'PUT', where, fault: { kind: 'status', status: 429, headers } });
    const run = await world.run({ env: { GITHUB_STEP_SUMMARY: '/nowhere/summary' }, post: false });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/^gh api --method PUT .*TE_TOKEN_NEXT -f encrypted_value=[A-Za-z0-9+/]+=* /m);
    expect(findLeaks(allOutput(run), world.thousandeyes.issued[0] ?? '')).toEqual([]);
  });

  test('without an output, expose-token is a failure that says so; everything is stored', async () => {
    const run = await world.run({ env: { GITHUB_OUTPUT: '/nowhere/output' }, with: { 'expose-token': 'true' } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/Setting the output `token`/);
    expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
  });

  test('without RUNNER_TEMP nothing is issued, and the note is gone', async () => {
    const run = await world.run({ env: { RUNNER_TEMP: '/nowhere/at-all' }, post: false });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/Creating the journal.*RUNNER_TEMP/);
    expect(world.thousandeyes.issued).toEqual([]);
    expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
  });

  test('without GITHUB_STATE all goes on: post finds the journal by its name', async () => {
    const run = await world.run({ env: { GITHUB_STATE: '/nowhere/at-all' } });
    expect(run).toMatchObject({ exitCode: 0, post: { exitCode: 0, stdout: '' } });
    expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
  });
});

test('libsodium that can not be loaded stops the run before anything is issued', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'hostile-'));
  try {
    cpSync('action.yml', join(copy, 'action.yml'));
    cpSync('dist', join(copy, 'dist'), {
      recursive: true,
      filter: (path) => !/\.js$/.test(path) || !readFileSync(path, 'utf8').includes('crypto_box_seal_open'),
    });
    const run = await world.run({ actionDir: copy });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toMatch(/^::error::Loading libsodium, which seals the new token: /m);
    expect(run.stdout + run.stderr).not.toMatch(/^\s+at /m);
    expect(world.thousandeyes.issued).toEqual([]);
  } finally {
    rmSync(copy, { recursive: true });
  }
});

test('a public key that nothing can be sealed for is found before anything is issued', async () => {
  world.setup(['acme/other']);
  world.faults.add({
    path: '/repos/acme/other/actions/secrets/public-key',
    fault: {
      kind: 'status',
      status: 200,
      body: JSON.stringify({ key_id: '1', key: Buffer.alloc(32).toString('base64') }),
    },
  });
  const run = await world.run({ with: { targets: `${HOME}\nacme/other` } });
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(/acme\/other.*nothing can be sealed for/);
  expect(world.thousandeyes.issued).toEqual([]);
});

test('a pattern of many stars is matched at once', async () => {
  world.github.addRepository(`acme/${'a'.repeat(90)}`, { private: true });
  const run = await world.run({ with: { targets: `${HOME}\nacme/${'*a'.repeat(20)}*x` } });
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(/0 match/);
});

test('the record of an organization is seen by whom the secret is seen', async () => {
  world.github.seed('orgs/acme', {
    value: world.currentToken,
    visibility: 'selected',
    selected: ['network'],
    createdAt: 1,
    updatedAt: 1,
  });
  const workflow = world.workflow({ with: { targets: 'orgs/acme' } });
  expect(await workflow.run()).toMatchObject({ exitCode: 0 });
  const ids = world.github.secret('orgs/acme')?.selectedRepositoryIds;
  const audience = { visibility: 'selected', selected_repository_ids: ids };
  const written = world.requests.filter(
    ({ method, path }) => /^(?:POST|PATCH)$/.test(method) && path.includes('/variables'),
  );
  expect(written.map(({ body }) => JSON.parse(body))).toEqual([
    expect.objectContaining(audience),
    expect.objectContaining(audience),
  ]);
  // The note and the parked token, too.
  const parked = world.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/TE_TOKEN_NEXT'));
  expect(parked.map(({ body }) => JSON.parse(body))).toEqual([
    expect.objectContaining(audience),
    expect.objectContaining(audience),
  ]);
});

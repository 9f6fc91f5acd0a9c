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
  world.faults.add({ server: 'github', method: 'PUT', fault: { kind: 'html', status: 200 } });
  const run = await world.run();
  expect(run.exitCode).toBe(1);
  expect(run.log).toMatch(/Testing whether acme\/network can be written.*HTML/);
  expect(world.thousandeyes.issued).toEqual([]);
});

describe('a runner whose files can not be written', () => {
  test('without a summary, the command to finish by hand stands in the log', async () => {
    world.on(({ phase, request }) => {
      if (phase === 'acted' && asksForToken(request)) world.github.repositories.remove(HOME);
    });
    const run = await world.run({ env: { GITHUB_STEP_SUMMARY: '/nowhere/summary' }, post: false });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/^gh api --method PUT .*encrypted_value=[A-Za-z0-9+/]+=* /m);
    expect(findLeaks(allOutput(run), world.thousandeyes.issued[0] ?? '')).toEqual([]);
  });

  test('without an output, expose-token is a failure that says so; everything is stored', async () => {
    const run = await world.run({ env: { GITHUB_OUTPUT: '/nowhere/output' }, with: { 'expose-token': 'true' } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/Setting the output `token`/);
    expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
  });

  test.each(['GITHUB_STATE', 'RUNNER_TEMP'])('without %s nothing is issued', async (name) => {
    const run = await world.run({ env: { [name]: '/nowhere/at-all' }, post: false });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/Creating the journal.*RUNNER_TEMP.*GITHUB_STATE/);
    expect(world.thousandeyes.issued).toEqual([]);
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

test('what the user named is never hidden, also where a pattern finds it', async () => {
  world.github.addRepository(HOME, { private: false });
  const run = await world.run({ with: { targets: `${HOME}\nacme/net*`, 'thousandeyes-token': 'te-of-last-year' } });
  expect(run.log).toMatch(/gh secret set TE_TOKEN --repo \S*acme\/network`/);
});

test('the expiry variable of an organization is seen by whom the secret is seen', async () => {
  world.github.seed('orgs/acme', {
    value: world.currentToken,
    visibility: 'selected',
    selected: ['network'],
    createdAt: 1,
    updatedAt: 1,
  });
  const run = await world.run({ with: { targets: 'orgs/acme', 'expiry-variable': 'TE_EXPIRES' } });
  expect(run.exitCode).toBe(0);
  const sent = world.requests.find(({ method, path }) => method === 'POST' && path.endsWith('/variables'));
  const ids = world.github.secret('orgs/acme')?.selectedRepositoryIds;
  expect(JSON.parse(sent?.body ?? '')).toMatchObject({ visibility: 'selected', selected_repository_ids: ids });
});

import { expect, test } from '@jest/globals';
import { findLeaks } from '../../sandbox/leaks.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';
import { day } from '../unit/support/time.ts';
import { InProcessJob } from './support/in-process-job.ts';
import { issuedJournal } from './support/issued-journal.ts';

async function run(
  world: World,
  inputs: Record<string, string> = {},
  variables: Record<string, string> = {},
  runId = 4711,
) {
  using job = new InProcessJob(world, inputs, { runId });
  const result = await job.main(variables);
  const results = JSON.parse(result.outputs.results ?? 'null') as unknown;
  return { ...result, results, state: job.state, left: job.folder.left() };
}

const asked = (world: World) => world.requests.map(({ server, method, path }) => `${server} ${method} ${path}`);

test('main: a rotation of one target, end to end', async () => {
  await using world = await startWorld();
  const { stdout, exitCode, outputs, results, summary, state, left } = await run(world);
  const token = world.thousandeyes.issued[0] ?? '';
  expect(exitCode).toBe(0);
  expect(world.github.open(HOME)).toBe(token);
  expect(outputs.rotated).toBe('true');
  expect(outputs.token).toBeUndefined();
  expect(results).toEqual([{ target: HOME, secret: 'TE_TOKEN', status: 'updated' }]);
  expect(summary).toContain('### ✅ ThousandEyes token: The token was rotated in 1 target.');
  expect(state.finished).toBe('true');
  expect(left).toEqual([]);
  expect(findLeaks(stdout.replace(/^::add-mask::.*$/gm, '') + summary + JSON.stringify(outputs), token)).toEqual([]);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe(`::add-mask::${world.currentToken}`);
  expect(lines[1]).toBe(`::add-mask::${world.githubToken}`);
  expect(lines).toContain(`::add-mask::${token}`);
});

test('main: a rotation with a new secret and the token as an output, and its record', async () => {
  await using world = await startWorld();
  world.github.addRepository('acme/edge');
  const { outputs, exitCode } = await run(world, {
    targets: `${HOME}\nacme/edge`,
    'create-missing': 'true',
    'expose-token': 'true',
  });
  expect(exitCode).toBe(0);
  expect(outputs.token).toBe(world.thousandeyes.issued[0]);
  expect(world.github.open('acme/edge')).toBe(world.thousandeyes.issued[0]);
  expect(world.variable().json).toMatchObject({ validUntil: outputs['valid-until'], behind: [] });
  expect(world.variable().json?.targets).toHaveLength(2);
  expect(world.variable().json?.run).toMatch(/\/acme\/network\/actions\/runs\/4711$/);
});

test.each([
  ['RUNNER_TEMP is no folder', { RUNNER_TEMP: '/nowhere/at/all' }],
  ['RUNNER_TEMP is empty', { RUNNER_TEMP: '' }],
])('main: without a place for the journal nothing is issued: %s', async (_, variables) => {
  await using world = await startWorld();
  const { exitCode, stdout, left } = await run(world, {}, variables);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::Creating the journal in the folder RUNNER_TEMP/m);
  expect(world.thousandeyes.issued).toEqual([]);
  expect(left).toEqual([]);
});

test('main: a current token that is refused stops it', async () => {
  await using world = await startWorld();
  const { exitCode, stdout } = await run(world, { 'thousandeyes-token': 'te-of-nobody' });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::.*401.*fresh run/m);
});

test('main: wrong inputs are all told, and nothing is asked', async () => {
  await using world = await startWorld();
  const { stdout, exitCode, outputs, summary } = await run(world, {
    mode: 'x',
    'create-missing': 'yes',
    'github-token': '',
  });
  expect(exitCode).toBe(1);
  expect(stdout.match(/^::error::Input `/gm)).toHaveLength(3);
  expect(outputs).toEqual({ rotated: 'false', results: '[]' });
  expect(summary).toMatch(/^### ❌ ThousandEyes token: the inputs are wrong, so nothing was tried/);
  expect(world.requests).toEqual([]);
});

test.each([
  ['a token of GitHub in the place of the other', (world: World) => ({ 'thousandeyes-token': world.githubToken })],
  ['`Bearer ` in front', (world: World) => ({ 'thousandeyes-token': `Bearer ${world.currentToken}` })],
  ['a line break inside', (world: World) => ({ 'github-token': `${world.githubToken}\nx` })],
])('main: a wrong token is told before it travels: %s', async (_, inputs) => {
  await using world = await startWorld();
  const { stdout, exitCode, summary } = await run(world, inputs(world));
  expect(exitCode).toBe(1);
  expect(world.requests).toEqual([]);
  const shown = stdout.replace(/^::add-mask::.*$/gm, '') + summary;
  expect(shown).not.toContain(world.githubToken);
  expect(shown).not.toContain(world.currentToken);
});

test('mode: check reads and writes nothing', async () => {
  await using world = await startWorld();
  const { stdout, exitCode } = await run(world, { mode: 'check' });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('A rotation would ask for a new token now and write it to 1 target.');
  expect(world.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('mode: rehearse tests writing, removes what it wrote, and never asks for a token', async () => {
  await using world = await startWorld();
  const { stdout, exitCode, outputs, left, state } = await run(world, { mode: 'rehearse' });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Rehearsed: a rotation would ask for a new token now and write it to 1 target.');
  expect(outputs.rotated).toBe('false');
  expect(asked(world)).toContain('github PUT /repos/acme/network/actions/secrets/TE_TOKEN_NEXT');
  expect(world.variable().value).toBe('{"v":1}');
  expect(asked(world).filter((request) => request.includes('/api-tokens'))).toEqual([]);
  expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
  expect(world.github.open(HOME)).toBe(world.currentToken);
  expect(left).toEqual([]);
  expect(state.finished).toBe('true');
});

test('mode: rehearse fails where writing is not allowed', async () => {
  await using world = await startWorld();
  world.faults.add({
    method: 'PUT',
    fault: { kind: 'status', status: 403, body: { message: 'Resource not accessible' } },
  });
  const { exitCode, stdout } = await run(world, { mode: 'rehearse' });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::Testing whether acme\/network.* can be written: GitHub answered 403/m);
});

const sync = { mode: 'sync', targets: `${HOME}\nacme/edge` };

test('mode: sync writes the others and the record, never the home', async () => {
  await using world = await startWorld({ ageInDays: 3 });
  world.setup(['acme/edge'], { value: 'older' });
  const { exitCode, outputs } = await run(world, sync);
  expect(exitCode).toBe(0);
  expect(outputs.rotated).toBe('false');
  expect(world.github.open('acme/edge')).toBe(world.currentToken);
  expect(asked(world)).not.toContain('github PUT /repos/acme/network/actions/secrets/TE_TOKEN');
  expect(world.variable().json?.targets).toHaveLength(2);
});

test('mode: sync that is overtaken by another run says so, and notes nothing', async () => {
  await using world = await startWorld({ ageInDays: 3 });
  world.setup(['acme/edge'], { value: 'older' });
  expect((await run(world, { mode: 'sync' })).exitCode).toBe(0);
  const faster = { ...world.variable().json, token: 'sha256:0123456789abcdef' };
  world.faults.add({ method: 'PUT', path: '/acme/edge/actions/secrets/TE_TOKEN', fault: { kind: 'delay', ms: 5_500 } });
  const stop = world.meanwhile({ method: 'PUT' }, () => world.variable().seed(faster));
  const { exitCode, stdout } = await run(world, sync);
  stop();
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::.*another run was faster/m);
  expect(world.variable().json).toEqual(faster);
}, 15_000);

test('the next run finishes what one left beside the home, whose job is gone', async () => {
  await using world = await startWorld();
  world.setup(['acme/edge']);
  const { token } = await issuedJournal(world, [HOME, 'acme/edge']);
  const { exitCode, outputs, stdout } = await run(world, { targets: `${HOME}\nacme/edge` }, {}, 4712);
  expect([exitCode, outputs.rotated]).toEqual([0, 'true']);
  for (const line of [HOME, 'acme/edge']) expect(world.github.open(line)).toBe(token);
  expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
  expect(world.variable().json?.run).toMatch(/\/4712$/);
  expect(asked(world).filter((request) => request.includes('/api-tokens'))).toEqual([]);
  expect(findLeaks(stdout.replace(/^::add-mask::.*$/gm, ''), token)).toEqual([]);
});

test('a re-run, which may hold the secrets of then, stops where the next token is there', async () => {
  await using world = await startWorld();
  await issuedJournal(world);
  using job = new InProcessJob(world, {}, { attempt: 2 });
  const { exitCode, stdout } = await job.main();
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::.*[Rr]e-run/m);
  expect(world.github.open(HOME)).toBe(world.currentToken);
});

test('a workflow that lacks the line for the next token is told the line, and nothing is sent', async () => {
  await using world = await startWorld();
  const missing = { 'INPUT_THOUSANDEYES-TOKEN-NEXT': '<the line is missing>' };
  const { exitCode, stdout } = await run(world, {}, missing);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::.*`thousandeyes-token-next: \$\{\{ secrets\.TE_TOKEN_NEXT \}\}`/m);
  expect(world.requests).toEqual([]);
});

test("an App's token always expires soon, and that is no warning", async () => {
  await using world = await startWorld();
  const expiresAt = world.clock.now() + 60 * 60 * 1000;
  world.github.addCredential('ghs_of-an-app', { kind: 'app', expiresAt, owners: ['acme'] });
  const { stdout, exitCode, summary } = await run(world, { 'github-token': 'ghs_of-an-app', mode: 'check' });
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain('::warning::');
  expect(summary).not.toContain('credential itself expires');
});

test('a personal access token that expires within thirty days is a warning', async () => {
  await using world = await startWorld();
  world.github.addCredential('ghp_soon-to-expire', { kind: 'classic', expiresAt: world.clock.now() + 10 * day });
  const { stdout, exitCode, summary } = await run(world, { 'github-token': 'ghp_soon-to-expire', mode: 'check' });
  expect(summary).toMatch(/The GitHub credential itself expires on \d{4}-\d\d-\d\d \(10 days left\)\./);
  expect(stdout).toMatch(/^::warning::The GitHub credential expires on \d{4}-\d\d-\d\d/m);
  expect(exitCode).toBe(0);
});

test('a rate limit that cannot carry the writes stops it before a token is asked for', async () => {
  await using world = await startWorld();
  world.github.addCredential('ghp_of-few-requests', { kind: 'classic', limit: 12 });
  const { stdout, exitCode } = await run(world, { 'github-token': 'ghp_of-few-requests' });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::error::Planning.*limit is 12 an hour/m);
  expect(world.thousandeyes.issued).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const)(
  '%s before the token is asked for: nothing is issued',
  async (signal) => {
    await using world = await startWorld();
    const stop = world.on(({ request }) => {
      if (request.path.endsWith('/public-key')) process.emit(signal);
    });
    const { stdout, exitCode, outputs } = await run(world);
    stop();
    expect(stdout).toMatch(/^::error::Cancelled before a token was asked for/m);
    expect(exitCode).toBe(1);
    expect(outputs).toEqual({ rotated: 'false', results: '[]' });
    expect(world.thousandeyes.issued).toEqual([]);
  },
);

test('a cancel once the token is asked for: it is stored', async () => {
  await using world = await startWorld();
  const stop = world.on(({ request }) => {
    if (request.path.endsWith('/api-tokens')) process.emit('SIGINT');
  });
  const { exitCode, outputs } = await run(world);
  stop();
  expect(exitCode).toBe(0);
  expect(outputs.rotated).toBe('true');
  expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
});

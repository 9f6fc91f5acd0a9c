import { describe, expect, test } from '@jest/globals';
import { findLeaks } from '../../sandbox/leaks.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';
import { main } from '../../src/main.ts';
import { runnerFrom } from '../../src/runner.ts';
import { InProcessJob } from '../support/unit-stage.ts';
import { day } from '../support/unit-time.ts';

async function run(
  world: World,
  inputs: Record<string, string> = {},
  context: { repository?: string; event?: unknown } = {},
  env: Record<string, string> = {},
) {
  using job = new InProcessJob(world, inputs, context);
  const result = await job.stage((all) => main(runnerFrom(all)), env);
  return { ...result, left: job.folder.left(), results: JSON.parse(result.outputs.results ?? 'null') as unknown };
}

const summed = (world: World) => world.requests.map(({ server, method, path }) => `${server} ${method} ${path}`);

describe('rotate', () => {
  test('one target, end to end', async () => {
    await using world = await startWorld();
    const { stdout, exitCode, outputs, results, summary, left } = await run(world);
    const token = world.thousandeyes.issued[0] ?? '';
    expect(exitCode).toBe(0);
    expect(world.github.open(HOME)).toBe(token);
    expect(outputs.rotated).toBe('true');
    expect(outputs.token).toBeUndefined();
    expect(results).toEqual([{ target: HOME, secret: 'TE_TOKEN', status: 'updated' }]);
    expect(summary).toContain('### ✅ ThousandEyes token: The token was rotated in 1 target.');
    expect(left).toEqual([]);
    expect(findLeaks(stdout.replace(/^::add-mask::.*$/gm, '') + summary + JSON.stringify(outputs), token)).toEqual([]);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(`::add-mask::${world.currentToken}`);
    expect(lines[1]).toBe(`::add-mask::${world.githubToken}`);
    expect(lines).toContain(`::add-mask::${token}`);
  });

  test('with a variable, a new secret and the token as an output', async () => {
    await using world = await startWorld();
    world.github.addRepository('acme/edge');
    const { outputs, exitCode } = await run(world, {
      targets: `${HOME}\nacme/edge`,
      'create-missing': 'true',
      'expose-token': 'true',
      'expiry-variable': 'TE_EXPIRY',
    });
    expect(exitCode).toBe(0);
    expect(outputs.token).toBe(world.thousandeyes.issued[0]);
    expect(world.github.open('acme/edge')).toBe(world.thousandeyes.issued[0]);
    expect(Date.parse(world.github.variable(HOME, 'TE_EXPIRY') ?? '')).toBe(Date.parse(outputs['valid-until'] ?? ''));
  });

  test('a journal that can not be made: nothing is issued', async () => {
    await using world = await startWorld();
    const { exitCode, stdout } = await run(world, {}, {}, { RUNNER_TEMP: '/nowhere/at/all' });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('::error::Creating the journal in the folder RUNNER_TEMP');
    expect(world.thousandeyes.issued).toEqual([]);
  });

  test('no file for state: the path of the journal could not reach the post step, so nothing is issued', async () => {
    await using world = await startWorld();
    const { exitCode } = await run(world, {}, {}, { GITHUB_STATE: '' });
    expect(exitCode).toBe(1);
    expect(world.thousandeyes.issued).toEqual([]);
  });

  test('a token that is refused stops it', async () => {
    await using world = await startWorld();
    const { exitCode, stdout } = await run(world, { 'thousandeyes-token': 'te-of-nobody' });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('First start a fresh run');
  });
});

describe('inputs that are wrong', () => {
  test('are all told, and nothing is asked', async () => {
    await using world = await startWorld();
    const { stdout, exitCode, outputs, summary } = await run(world, {
      mode: 'x',
      'create-missing': 'yes',
      'github-token': '',
    });
    expect(exitCode).toBe(1);
    expect(stdout.match(/^::error::Input `/gm)).toHaveLength(3);
    expect(outputs).toEqual({ rotated: 'false', results: '[]' });
    expect(summary).toMatch(
      /^### ❌ ThousandEyes token: the inputs are wrong, so nothing was tried\n\n\*\*What to do\*\*\n\n- Input/,
    );
    expect(world.requests).toEqual([]);
  });
});

test('a runner that gives no inputs at all', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  const { stdout, exitCode } = await job.stage((env) => main({ ...runnerFrom(env), input: () => undefined }));
  expect(exitCode).toBe(1);
  expect(stdout.match(/^::error::/gm)).toHaveLength(2);
  expect(stdout).not.toContain('::add-mask::');
});

describe('check', () => {
  test('writes nothing', async () => {
    await using world = await startWorld();
    const { stdout, exitCode } = await run(world, { mode: 'check' });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('A rotation would ask for a new token and write it to 1 target.');
    expect(world.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });
});

describe('sync', () => {
  const inputs = { mode: 'sync', targets: `${HOME}\nacme/edge` };

  test('a run that was created after the home was written', async () => {
    await using world = await startWorld({ ageInDays: 3 });
    world.setup(['acme/edge'], { value: 'older' });
    const { exitCode, outputs } = await run(world, inputs);
    expect(exitCode).toBe(0);
    expect(outputs.rotated).toBe('false');
    expect(world.github.open('acme/edge')).toBe(world.currentToken);
    expect(summed(world)).toContain('github GET /repos/acme/network/actions/runs/4711');
  });

  test.each([
    ['is not found', { kind: 'status', status: 404 }],
    ['has no date', { kind: 'status', status: 200, body: { id: 4711 } }],
  ] as const)('a run that %s', async (_, fault) => {
    await using world = await startWorld({ ageInDays: 3 });
    world.setup(['acme/edge'], { value: 'older' });
    world.faults.add({ path: '/actions/runs/4711', fault });
    const { exitCode, stdout } = await run(world, inputs);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('::error::Reading when this run was created (run 4711 of acme/network): GitHub answered');
    expect(stdout).toContain('Give the credential the repository permission "Actions: read"');
    expect(world.github.open('acme/edge')).toBe('older');
  });
});

describe('patterns', () => {
  const targets = `${HOME}\nacme/tf-*`;

  async function withPattern(isPrivate: boolean, event?: unknown, failing = false) {
    await using world = await startWorld();
    world.github.addRepository(HOME, { private: isPrivate });
    world.setup(['acme/tf-secret']);
    if (failing)
      world.faults.add({
        method: 'PUT',
        path: 'tf-secret/actions/secrets/TE_TOKEN',
        fault: { kind: 'status', status: 403 },
      });
    return await run(world, { targets }, event === undefined ? {} : { event });
  }

  test('that find nothing fail', async () => {
    await using world = await startWorld();
    const { exitCode, stdout, results } = await run(world, { targets });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('::error::Expanding acme/tf-*');
    expect(results).toEqual([{ target: HOME, secret: 'TE_TOKEN', status: 'unchanged' }]);
  });

  test('in a private repository name what they found', async () => {
    const { stdout } = await withPattern(true);
    expect(stdout).toContain('Stored: acme/tf-secret');
  });

  test('an event that can not be read says nothing of that', async () => {
    await using world = await startWorld();
    world.github.addRepository(HOME, { private: true });
    world.setup(['acme/tf-secret']);
    const { stdout } = await run(world, { targets }, {}, { GITHUB_EVENT_PATH: import.meta.filename });
    expect(stdout).toContain('Stored: acme/tf-secret');
  });

  test.each([
    ['GitHub says so', undefined],
    ['the event says so', { repository: { private: false } }],
  ])('in a public repository, as %s, do not, whatever goes wrong', async (_, event) => {
    for (const failing of [false, true]) {
      const { stdout, summary, exitCode } = await withPattern(false, event, failing);
      expect(exitCode).toBe(failing ? 1 : 0);
      expect(stdout + summary).not.toContain('tf-secret');
      expect(stdout).toContain(failing ? 'Not stored: acme/tf-*' : 'Stored: acme/tf-*');
    }
  });
});

describe('the GitHub credential itself expires', () => {
  test("an App's always does, and that is no warning", async () => {
    await using world = await startWorld();
    const expiresAt = world.clock.now() + 60 * 60 * 1000;
    world.github.addCredential('ghs_of-an-app', { kind: 'app', expiresAt, owners: ['acme'] });
    const { stdout, exitCode, summary } = await run(world, { 'github-token': 'ghs_of-an-app', mode: 'check' });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('::warning::');
    expect(summary).not.toContain('credential itself expires');
  });

  test('within thirty days: a warning', async () => {
    await using world = await startWorld();
    world.github.addCredential('ghp_soon-to-expire', { kind: 'classic', expiresAt: world.clock.now() + 10 * day });
    const { stdout, exitCode, summary } = await run(world, { 'github-token': 'ghp_soon-to-expire', mode: 'check' });
    expect(summary).toMatch(/The GitHub credential itself expires on \d{4}-\d\d-\d\d\./);
    expect(stdout).toMatch(/^::warning::The GitHub credential expires on \d{4}-\d\d-\d\d\./m);
    expect(exitCode).toBe(0);
  });
});

test('a rate limit that can not carry the writes stops it before a token is asked for', async () => {
  await using world = await startWorld();
  world.github.addCredential('ghp_of-few-requests', { kind: 'classic', limit: 12 });
  const { stdout, exitCode } = await run(world, { 'github-token': 'ghp_of-few-requests' });
  expect(exitCode).toBe(1);
  // A test and its deletion, the home, the variable's two, and ten in reserve.
  expect(stdout).toContain("with 10 in reserve they need 15 requests, and the credential's limit is 12 an hour");
  expect(world.thousandeyes.issued).toEqual([]);
});

describe('a cancel', () => {
  test('before the token is asked for: nothing is issued', async () => {
    await using world = await startWorld();
    const stop = world.on(({ request }) => {
      if (request.path.endsWith('/public-key')) process.emit('SIGINT');
    });
    const { stdout, exitCode, outputs } = await run(world);
    stop();
    expect(stdout).toContain(
      '::error::Cancelled before a token was asked for: nothing was issued and nothing was changed.',
    );
    expect(exitCode).toBe(1);
    expect(outputs).toEqual({ rotated: 'false', results: '[]' });
    expect(world.thousandeyes.issued).toEqual([]);
  });

  test('once it is asked for: it is stored', async () => {
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
});

describe('what nobody expected', () => {
  test.each([
    ['an error', () => new TypeError('a bug\n::warning::x'), 'TypeError: a bug ::warning::x'],
    ['something else', () => 'a bug', 'a value that is no error: '],
  ])('is told in one line, and fails the step: %s', async (_, thrown, told) => {
    await using world = await startWorld({ ageInDays: 3 });
    world.setup(['acme/edge']);
    using job = new InProcessJob(world, { mode: 'sync', targets: `${HOME}\nacme/edge` });
    const { stdout, exitCode, outputs } = await job.stage((env) =>
      main({
        ...runnerFrom(env),
        get runId(): string {
          throw thrown();
        },
      }),
    );
    expect(exitCode).toBe(1);
    expect(outputs).toEqual({ rotated: 'false', results: '[]' });
    expect(stdout.split('\n').filter((line) => line.startsWith('::error::'))).toEqual([
      `::error::An error that should not happen (${told}). If a token was issued by then, the post step of this run finishes storing it. Please report this at the repository of the action.`,
    ]);
    expect(stdout).not.toMatch(/^::warning/m);
  });
});

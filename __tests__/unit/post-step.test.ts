import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';
import { main } from '../../src/main.ts';
import { postStep } from '../../src/post-step.ts';
import { runnerFrom } from '../../src/runner.ts';
import { deadPid } from '../support/unit-ports.ts';
import { InProcessJob } from '../support/unit-stage.ts';

const homePut = { method: 'PUT', path: '/acme/network/actions/secrets/TE_TOKEN' };
const forbidden = { kind: 'status', status: 403, body: { message: 'Forbidden' } } as const;

const withoutMasks = (stdout: string) => stdout.replace(/^::add-mask::.*\n/gm, '');

/** A main whose home (or another target) could not be written, and which is dead. */
async function brokenMain(world: World, inputs: Record<string, string> = {}, put = homePut) {
  const job = new InProcessJob(world, inputs);
  const fault = world.faults.add({ ...put, fault: forbidden });
  const result = await job.stage((env) => main(runnerFrom(env)));
  fault.remove();
  job.buryMain();
  return { job, result };
}

const post = (job: InProcessJob, path = job.journal ?? '', more: Record<string, string> = {}) =>
  job.stage((env) => postStep(runnerFrom(env), path), more);

describe('a home that could not be written', () => {
  test('is written by the post step, and then nothing is left over', async () => {
    await using world = await startWorld();
    world.setup(['acme/edge']);
    const { job, result } = await brokenMain(world, { targets: `${HOME}\nacme/edge` });
    using _ = job;
    expect(result.exitCode).toBe(1);
    expect(result.summary).toContain('#### Finish by hand: acme/network');
    expect(world.github.open(HOME)).toBe(world.currentToken);

    const { stdout, exitCode, summary } = await post(job);
    expect(exitCode).toBe(0);
    expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
    expect(world.github.open('acme/edge')).toBe(world.thousandeyes.issued[0]);
    expect(withoutMasks(stdout)).toBe(
      'The post step finished what the main step had left.\nStored: acme/network, acme/edge\n',
    );
    // The command is not needed any more.
    expect(summary).toBe(`### ✅ ThousandEyes token: The post step finished what the main step had left.

Nothing is left to finish by hand: the home is written.

**Stored by the post step**

- acme/network
- acme/edge

`);
    expect(existsSync(job.journal ?? '')).toBe(false);
  });

  test('that can not be written by the post step either is left to a person', async () => {
    await using world = await startWorld();
    const { job } = await brokenMain(world);
    using _ = job;
    world.faults.add({ ...homePut, fault: forbidden });
    const { stdout, exitCode, summary } = await post(job);
    expect(exitCode).toBe(1);
    expect(withoutMasks(stdout)).toMatch(
      /^The post step could not finish all that the main step had left\.\n::error::Writing acme\/network: GitHub answered 403 \(Forbidden\)\..*\n$/,
    );
    expect(summary).toMatch(
      /#### Finish by hand: acme\/network[\s\S]*gh api --method PUT[\s\S]*### ❌ ThousandEyes token: The post step could not finish all that the main step had left\.\n\n\*\*What to do\*\*\n\n- \*\*Writing acme\/network\*\*: .*\n\n$/,
    );
    expect(existsSync(job.journal ?? '')).toBe(true);
  });

  test('is reached by the API that the input names, with or without a slash at its end', async () => {
    await using world = await startWorld();
    const { job } = await brokenMain(world);
    using _ = job;
    const { exitCode } = await post(job, job.journal, {
      'INPUT_GITHUB-API-URL': `${world.github.url}//`,
      GITHUB_API_URL: 'http://127.0.0.1:1',
    });
    expect(exitCode).toBe(0);
    expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
  });

  test('is told in the log how to finish by hand, where there can be no summary', async () => {
    await using world = await startWorld();
    const { job } = await brokenMain(world);
    using _ = job;
    world.faults.add({ ...homePut, fault: forbidden });
    const { stdout, exitCode } = await job.stage((env) => postStep(runnerFrom(env), job.journal ?? ''), {
      GITHUB_STEP_SUMMARY: job.folder.temp,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^gh api --method PUT --hostname 127\.0\.0\.1:\d+ \/repos\/acme\/network\/actions\/secrets\/TE_TOKEN /m,
    );
  });

  test('names of a pattern stay unnamed', async () => {
    await using world = await startWorld();
    world.github.addRepository(HOME, { private: false });
    world.setup(['acme/tf-secret']);
    const { job } = await brokenMain(world, { targets: `${HOME}\nacme/tf-*` });
    using _ = job;
    world.faults.add({ method: 'PUT', path: 'tf-secret/actions/secrets/TE_TOKEN', fault: forbidden });
    const { stdout, exitCode, summary } = await post(job);
    expect(exitCode).toBe(1);
    expect(stdout + summary).not.toContain('tf-secret');
    expect(stdout).toMatch(/^::error::Writing acme\/tf-\*: GitHub answered 403/m);
    expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
  });

  test('other names stay as they are', async () => {
    await using world = await startWorld();
    world.setup(['acme/edge as OTHER']);
    const { job } = await brokenMain(world, { targets: `${HOME}\nacme/edge as OTHER` });
    using _ = job;
    world.faults.add({ method: 'PUT', path: 'edge/actions/secrets/OTHER', fault: forbidden });
    const { stdout } = await post(job);
    expect(stdout).toMatch(
      /^::error::Writing acme\/edge as OTHER: GitHub answered 403 \(Forbidden\)\. For the Actions secrets of acme\/edge, /m,
    );
  });
});

test('another that could not be written is written, and nothing was ever to be finished by hand', async () => {
  await using world = await startWorld();
  world.setup(['acme/edge']);
  const edgePut = { method: 'PUT', path: '/acme/edge/actions/secrets/TE_TOKEN' };
  const { job } = await brokenMain(world, { targets: `${HOME}\nacme/edge` }, edgePut);
  using _ = job;
  const { summary } = await post(job);
  expect(world.github.open('acme/edge')).toBe(world.thousandeyes.issued[0]);
  expect(summary).toBe(`### ✅ ThousandEyes token: The post step finished what the main step had left.

**Stored by the post step**

- acme/edge

`);
});

describe('nothing to do', () => {
  test('where there is no journal', async () => {
    await using world = await startWorld();
    using job = new InProcessJob(world);
    const { stdout, exitCode, summary } = await post(job, join(job.folder.temp, 'none'));
    expect(stdout).toBe(`::add-mask::${world.currentToken}\n::add-mask::${world.githubToken}\n`);
    expect({ exitCode, summary }).toEqual({ exitCode: 0, summary: '' });
    expect(world.requests).toEqual([]);
  });

  test('where nothing was asked for', async () => {
    await using world = await startWorld();
    using job = new InProcessJob(world);
    const path = join(job.folder.temp, 'journal');
    writeFileSync(
      path,
      `{"kind":"run","pid":${deadPid},"targets":[{"store":{"level":"repository","feature":"actions","owner":"acme","repository":"network"},"secret":"TE_TOKEN","shown":"acme/network","access":{}}]}\n`,
    );
    const { stdout, exitCode } = await post(job, path);
    expect(withoutMasks(stdout)).toBe('');
    expect(exitCode).toBe(0);
    expect(existsSync(path)).toBe(false);
  });
});

test('a warning of what was left over', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  const store = { level: 'repository', feature: 'actions', owner: 'acme', repository: 'network' };
  const path = join(job.folder.temp, 'journal');
  const lines = [
    { kind: 'run', pid: deadPid, targets: [{ store, secret: 'TE_TOKEN', shown: HOME, access: {} }] },
    { kind: 'testing', store },
  ];
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  world.faults.add({ method: 'DELETE', fault: forbidden });
  const { stdout, exitCode, summary } = await post(job, path);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^::warning::The secret ROTATION_WRITE_TEST of a write test could not be deleted/m);
  expect(summary).toContain('**Note**\n\n- The secret ROTATION_WRITE_TEST');
});

describe('what nobody expected', () => {
  test('is told in one line, and fails the step', async () => {
    await using world = await startWorld();
    using job = new InProcessJob(world);
    const path = join(job.folder.temp, 'journal');
    // A line that no version of this action writes.
    writeFileSync(path, '{"kind":"run","pid":"x","targets":[]}\n{"kind":"tested"}\n');
    const { stdout, exitCode } = await post(job, path).catch((error: unknown) => ({
      stdout: String(error),
      exitCode: -1,
    }));
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^::error::The post step met an error that should not happen \(Cannot read /m);
  });

  test.each([
    ['an error', () => new TypeError('a bug\n::warning::x'), 'a bug ::warning::x'],
    ['something else', () => undefined, ''],
  ])('is told in its own words: %s', async (_, thrown, told) => {
    await using world = await startWorld();
    using job = new InProcessJob(world, { 'github-api-url': '' });
    const { stdout, exitCode } = await job.stage((env) =>
      postStep(
        {
          ...runnerFrom(env),
          get githubUrl(): string {
            throw thrown();
          },
        },
        join(job.folder.temp, 'none'),
      ),
    );
    expect(exitCode).toBe(1);
    expect(withoutMasks(stdout)).toBe(
      `::error::The post step met an error that should not happen (${told}). If the job summary has a section "Finish by hand", run its command.\n`,
    );
  });
});

/** Processes as another user sees them, until it is disposed of. */
function seenByAnotherUser(): Disposable {
  const { kill } = process;
  process.kill = () => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  };
  return {
    [Symbol.dispose]: () => {
      process.kill = kill;
    },
  };
}

test.each([
  ['that still lives', () => undefined],
  ['of another user that still lives', seenByAnotherUser],
])('a main %s, and a cancel: the journal is closed, so that main never asks', async (_, look) => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  using _eyes = look();
  const store = { level: 'repository', feature: 'actions', owner: 'acme', repository: 'network' };
  const path = join(job.folder.temp, 'journal');
  const header = { kind: 'run', pid: process.pid, targets: [{ store, secret: 'TE_TOKEN', shown: HOME, access: {} }] };
  writeFileSync(path, `${JSON.stringify(header)}\n${JSON.stringify({ kind: 'asking', at: 1 })}\n`);
  const { stdout, exitCode } = await job.stage((env) => {
    const done = postStep(runnerFrom(env), path);
    process.emit('SIGINT');
    return done;
  });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('the main step still waits for the answer, and the post step can wait no longer');
  expect(readFileSync(path, 'utf8')).toContain('{"kind":"closed"}');
});

test('a runner that gives no inputs at all', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  const { stdout, exitCode } = await job.stage((env) =>
    postStep({ ...runnerFrom(env), input: () => undefined }, join(job.folder.temp, 'none')),
  );
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
});

test('the inputs may leave out where GitHub is, and the credential', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world, { 'github-api-url': '', 'github-token': '', 'thousandeyes-token': '' });
  const store = { level: 'repository', feature: 'actions', owner: 'acme', repository: 'network' };
  const path = join(job.folder.temp, 'journal');
  const lines = [
    { kind: 'run', pid: deadPid, targets: [{ store, secret: 'TE_TOKEN', shown: HOME, access: {} }] },
    { kind: 'asking', at: 1 },
    { kind: 'sealed', target: 0, body: { encrypted_value: 'c2VhbGVk', key_id: '1' } },
  ];
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { stdout, exitCode } = await post(job, path);
  expect(exitCode).toBe(1);
  expect(stdout).not.toContain('add-mask');
  expect(stdout).toMatch(/^::error::Writing acme\/network: GitHub answered 401/m);
});

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Gh } from '../../sandbox/gh/gh.ts';
import { moment } from '../../sandbox/http/moments.ts';
import { jobKeyFrom, journalPath } from '../../src/journal-files.ts';
import { resolved } from '../unit/support/fakes.ts';
import { LossBundle } from './support/bundle.ts';
import { LeftBehind, leftScene, textOf } from './support/left-behind.ts';
import { LossProcess } from './support/process.ts';
import { home, type Scene, startScene, writeTest } from './support/scene.ts';
import { nextRun } from './support/verdict.ts';

const writes = (scene: Scene) => scene.world.requests.filter(({ method }) => method === 'PUT' || method === 'DELETE');
const values = (scene: Scene) => scene.contents().map(({ value }) => value);
const unchanged = (scene: Scene) => Array(3).fill(scene.world.currentToken);
const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());

describe('the bundle', () => {
  test.concurrent('nothing to do: silent, asks nobody', async () => {
    await using scene = await startScene();
    using job = new LossBundle(scene);
    expect((await job.main()).failed).toBe(false);
    const asked = scene.world.requests.length;
    const post = await job.post();
    expect([post.exitCode, post.wrote.trim(), scene.world.requests.length - asked]).toEqual([0, '', 0]);
  });

  test.concurrent('main left nothing at all: post is not main again', async () => {
    await using scene = await startScene();
    using job = new LossBundle(scene);
    const post = await job.post({ state: {} });
    expect([post.exitCode, post.stdout, post.stderr, scene.world.requests]).toEqual([0, '', '', []]);
  });

  test.concurrent('what is sealed and not stored is written, the home first, without any state of the runner', async () => {
    await using scene = await startScene();
    const rule = { method: 'PUT', path: '/repos/acme/network/actions/secrets/TE_TOKEN' };
    scene.world.faults.add({ ...rule, times: 1, fault: { kind: 'hang', acted: false } });
    using job = new LossBundle(scene, { kill: moment('received', rule) });
    const main = await job.main();
    expect([main.signal, scene.isAtHome, [...new Set(main.files.map(({ mode }) => mode))]]).toEqual([
      'SIGKILL',
      false,
      [process.platform === 'win32' ? 0o666 : 0o600],
    ]);
    const before = writes(scene).length;
    const post = await job.post({ state: {} });
    expect([post.exitCode, scene.missing, post.files]).toEqual([0, [], []]);
    expect(writes(scene)[before]?.path).toBe(rule.path);
    expect(post.summary).toContain('The post step finished what the main step had left');
    for (const stage of [main, post]) scene.check(stage);
  });

  test.concurrent('what two uses of the action in a job have left is finished by the first post, and the second is silent', async () => {
    await using scene = await startScene();
    const rule = { method: 'PUT', path: '/repos/acme/network/actions/secrets/TE_TOKEN' };
    using job = new LossBundle(scene, { kill: moment('acted', rule) });
    const main = await job.main();
    expect([main.signal, main.files.length]).toEqual(['SIGKILL', 2]);
    const other = { journal: '/another/use.jsonl' };
    expect((await job.post({ state: other })).failed).toBe(false);
    const own = await job.post();
    expect([own.exitCode, own.said.trim()]).toEqual([0, '']);
  });

  test.concurrent('it notices by itself when main ends', async () => {
    await using scene = await startScene({ frozen: false });
    using process = new LossProcess(scene);
    const left = new LeftBehind(scene, process);
    const main = spawn(globalThis.process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const temp = mkdtempSync(join(tmpdir(), 'loss-temp-'));
    const telling = `const { kill } = process;
      process.kill = (...given) => { process.stderr.write('looked at main;'); return kill.apply(process, given); };`;
    const execArgv = ['--import', `data:text/javascript,${encodeURIComponent(telling)}`];
    using job = new LossBundle(scene, { execArgv, temp });
    const key = { GITHUB_RUN_ID: String(job.runId), GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'rotate' };
    const path = journalPath(temp, jobKeyFrom(key));
    writeFileSync(path, textOf([left.header({ pid: main.pid ?? 0 }), left.issued(), await left.sealed(0)]));
    writeFileSync(`${path}.asked`, '');
    try {
      const { promise: lookedTwice, resolve } = Promise.withResolvers<void>();
      let looks = '';
      const post = job.post({
        onSpawn: (child) =>
          child.stderr?.on('data', (text) => {
            looks += String(text);
            if (looks.split(';').length > 2) resolve();
          }),
      });
      await lookedTwice;
      expect(writes(scene)).toEqual([]);
      main.kill('SIGKILL');
      expect((await post).exitCode).toBe(1);
      // What main had not sealed is left to the next run.
      expect([scene.isAtHome, scene.isEverywhere]).toEqual([true, false]);
    } finally {
      main.kill('SIGKILL');
      rmSync(temp, { recursive: true });
    }
  });
});

test('two posts at once do no harm', async () => {
  await using given = await leftScene();
  const { scene, job, left } = given;
  const text = textOf(await left.whole());
  left.leave(text);
  using second = new LossProcess(scene);
  const again = new LeftBehind(scene, second);
  again.leave(text);
  const posts = await Promise.all([job.post(), second.post()]);
  expect(values(scene)).toEqual(Array(3).fill(left.token));
  for (const post of posts) scene.check(post);
  await nextRun(
    scene,
    { runId: job.runId, stages: posts, mayBeLost: false },
    (...more) => new LossProcess(...more),
    gh,
  );
});

test('main was killed while it asked', async () => {
  await using given = await leftScene();
  const { scene, job, left } = given;
  left.leave(textOf([left.header(), left.noted()]));
  const post = await job.post();
  expect([post.failed, writes(scene)]).toEqual([true, []]);
  expect(post.summary).toContain('may have been issued');
  expect(scene.next).toMatch(/^asked /);
});

test('a refused token is only parked', async () => {
  await using given = await leftScene();
  const { scene, job, left } = given;
  left.leave(textOf([...(await left.whole()), { kind: 'refused' }]));
  const post = await job.post();
  expect([post.failed, values(scene), scene.next]).toEqual([true, unchanged(scene), left.token]);
  expect(post.said).toContain('The old one stays in place');
});

test('what is stored already is not written again', async () => {
  await using given = await leftScene();
  const { scene, job, left } = given;
  const at = scene.world.clock.now();
  scene.world.github.rewrite(home, left.token);
  const stored = [0, 2].map((target) => ({ kind: 'stored', target, at }) as const);
  left.leave(textOf([...(await left.whole()), ...stored, { kind: 'confirmed', date: at - (at % 1000) }]));
  await job.post();
  expect(values(scene)).toEqual([left.token, left.token, scene.world.currentToken]);
});

test('a value that was sealed anew counts', async () => {
  await using given = await leftScene();
  const { scene, job, left } = given;
  const old = await left.sealed(0);
  scene.world.github.rotateKey(home);
  const [first] = left.header().targets;
  const header = left.header({ targets: first === undefined ? [] : [first] });
  left.leave(textOf([header, left.issued(), old, await left.sealed(0)]));
  const post = await job.post();
  expect([post.failed, scene.world.github.open(home)]).toEqual([false, left.token]);
});

test.each([
  '',
  '\n',
  '{"kind":"sealed","target":1,"body":{"encrypted_va',
  '{"kind":"stored","target":',
  'null',
  '[]',
  '7',
])('a last line that is torn or odd is passed over: %j', async (torn) => {
  await using given = await leftScene();
  const { scene, job, left } = given;
  left.leave(textOf(await left.whole()) + torn);
  expect([(await job.post()).failed, values(scene)]).toEqual([false, Array(3).fill(left.token)]);
});

test('a note and a write test that a main left before it asked go away, silently', async () => {
  await using given = await leftScene();
  const { scene, job, left } = given;
  scene.world.github.seed(home, { name: writeTest, value: 'x' });
  const { store } = resolved(home).target;
  const path = left.leave(textOf([left.header(), left.noted(), { kind: 'testing', store, secret: writeTest }]), false);
  const post = await job.post();
  expect([post.failed, post.said, existsSync(path)]).toEqual([false, '', false]);
  expect([scene.hasLeftover, scene.next]).toEqual([false, undefined]);
});

test.each([
  ['empty', ''],
  ['no JSON', 'what is this?\n\u0000\u0001'],
  ['other JSON', '{"kind":"something"}\n[1,2]\nnull\n'],
  ['a header of another shape', '{"kind":"run"}\n'],
  [
    'targets of another shape',
    '{"kind":"run","pid":2147483647,"targets":[{"store":7}]}\n{"kind":"sealed","target":0}\n',
  ],
  ['a sealed value of another shape', '{"kind":"run","pid":2147483647,"targets":[]}\n{"kind":"sealed","target":"0"}\n'],
])('a journal of junk (%s) writes nothing, and shows no stack trace', async (_, journal) => {
  await using given = await leftScene();
  const { scene, job, left } = given;
  left.leave(journal);
  const post = await job.post();
  expect([writes(scene), values(scene)]).toEqual([[], unchanged(scene)]);
  expect(post.said).not.toMatch(/\n\s+at /);
});

test('a github-token that is no good any more: says so, does not hammer, and the command still lets the next run finish', async () => {
  await using given = await leftScene();
  const { scene, job, left } = given;
  const path = left.leave(textOf(await left.whole()));
  const credential = scene.world.github.credential(scene.world.githubToken);
  credential.expiresAt = scene.world.clock.now();
  const post = await job.post();
  expect([post.failed, values(scene), existsSync(path)]).toEqual([true, unchanged(scene), true]);
  expect(writes(scene).length).toBeLessThanOrEqual(6);
  delete credential.expiresAt;
  const before = { runId: job.runId, stages: [post], mayBeLost: false };
  expect(await nextRun(scene, before, (...more) => new LossProcess(...more), gh)).toBe('finishes');
});

test.each([
  ['another', 'ghp_another'],
  ['an empty', ''],
])('%s github-token than main had: nothing is sent with it', async (_, credential) => {
  await using scene = await startScene({ frozen: true });
  using job = new LossProcess(scene, { with: { 'github-token': credential } });
  const left = new LeftBehind(scene, job);
  const path = left.leave(textOf(await left.whole()));
  const post = await job.post();
  expect([post.failed, scene.world.requests, existsSync(path)]).toEqual([true, [], true]);
});

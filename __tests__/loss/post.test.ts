import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { asksForToken } from '../../sandbox/http/traffic.ts';
import type { RunResult, StageResult } from '../../sandbox/runner/runner.ts';
import { closeJournal, createJournal, readJournal } from '../../src/rotation/journal.ts';
import { deadPid, FakeWorkflow } from '../unit/support/fakes.ts';
import { LossBundle } from './support/bundle.ts';
import { LeftBehind, Lines, textOf } from './support/left-behind.ts';
import { LossProcess } from './support/process.ts';
import { home, others, type Scene, startScene, writeTest } from './support/scene.ts';

const token = 'te-new-by-hand';
const writes = (scene: Scene) => scene.world.requests.filter(({ method }) => method === 'PUT' || method === 'DELETE');
const values = (scene: Scene) => scene.contents().map(({ value }) => value);

/** Runs the shipped post step on what a main left. */
async function postOf(
  scene: Scene,
  journal: string | undefined,
  inputs: Record<string, string> = {},
  isAsked = true,
): Promise<StageResult> {
  using left = new LeftBehind(journal, isAsked);
  const result: RunResult = await scene.world.run({ actionDir: left.folder, with: scene.inputs, postWith: inputs });
  if (result.post === undefined) throw new Error('there was no post');
  return result.post;
}

test('nothing to do: silent, quick, asks nobody', async () => {
  await using scene = await startScene();
  using step = new LossBundle(scene);
  expect((await step.main()).failed).toBe(false);
  const asked = scene.world.requests.length;
  const post = await step.post();
  expect([post.exitCode, post.wrote.trim(), scene.world.requests.length - asked]).toEqual([0, '', 0]);
});

test('main left no state at all: post is not main again', async () => {
  await using scene = await startScene();
  const post = await postOf(scene, undefined);
  expect([post.exitCode, post.stdout, post.stderr, scene.world.requests]).toEqual([0, '', '', []]);
});

test('what is sealed and not stored is written, the home first; a second post has nothing left to do', async () => {
  await using scene = await startScene();
  scene.world.faults.add({ method: 'PUT', path: /TE_TOKEN$/, times: 1, fault: { kind: 'hang', acted: false } });
  const kill = ({ phase, request }: { phase: string; request: { path: string; method: string } }) =>
    phase === 'received' && request.method === 'PUT' && request.path.endsWith('/TE_TOKEN');
  using step = new LossBundle(scene, { kill });
  const main = await step.main();
  expect([main.signal, scene.isAtHome, [...new Set(main.files.map(({ mode }) => mode))]]).toEqual([
    'SIGKILL',
    false,
    [process.platform === 'win32' ? 0o666 : 0o600],
  ]);
  const before = writes(scene).length;
  const post = await step.post();
  expect([post.exitCode, scene.isEverywhere, post.files]).toEqual([0, true, []]);
  expect(writes(scene)[before]?.path).toBe('/repos/acme/network/actions/secrets/TE_TOKEN');
  expect(post.log).toContain(`Stored: ${[home, ...others].join(', ')}`);
  expect(post.summary).toContain('The post step finished what the main step had left.');
  for (const stage of [main, post]) scene.check(stage);
  expect(scene.breaches).toEqual([]);
});

test('two posts at once do no harm', async () => {
  await using scene = await startScene();
  const lines = new Lines(scene);
  const journal = textOf([
    lines.header(),
    lines.issued(),
    ...(await Promise.all([0, 1, 2].map((n) => lines.sealed(n, token)))),
  ]);
  const posts = await Promise.all([postOf(scene, journal), postOf(scene, journal)]);
  expect(posts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  expect(values(scene)).toEqual([token, token, token]);
  const { visibility, selectedRepositoryIds } = scene.world.github.secret('orgs/acme') ?? {};
  expect([visibility, selectedRepositoryIds?.length]).toEqual(['selected', 2]);
});

test('main was killed while it asked', async () => {
  await using scene = await startScene();
  scene.world.faults.add({ method: 'POST', path: '/api-tokens', fault: { kind: 'hang', acted: true } });
  using step = new LossBundle(scene, {
    kill: ({ phase, request }) => phase === 'received' && asksForToken(request),
  });
  expect((await step.main()).signal).toBe('SIGKILL');
  const post = await step.post();
  expect(post.exitCode).toBe(1);
  for (const place of [post.summary, post.annotations[0]?.message, post.log])
    expect(place).toContain('a token may have been issued and lost');
  expect(post.said).toContain('start this workflow again: if it rotates, nothing was lost; if it gets 409');
  expect(values(scene)).toEqual(Array(3).fill(scene.world.currentToken));
});

test('a refused token is written nowhere', async () => {
  await using scene = await startScene();
  const lines = new Lines(scene);
  const journal = textOf([lines.header(), lines.issued(), await lines.sealed(0, token), { kind: 'refused' }]);
  const post = await postOf(scene, journal);
  expect([post.exitCode, writes(scene)]).toEqual([1, []]);
  expect(post.log).toContain('The old token stays in place');
});

test('what is stored already is not written again', async () => {
  await using scene = await startScene();
  const lines = new Lines(scene);
  const sealed = await Promise.all([0, 1, 2].map((number) => lines.sealed(number, token)));
  const stored = [0, 2].map((target) => ({ kind: 'stored', target, at: 1 }) as const);
  const confirmed = { kind: 'confirmed' } as const;
  const post = await postOf(scene, textOf([lines.header(), lines.issued(), ...sealed, ...stored, confirmed]));
  expect([post.exitCode, values(scene)]).toEqual([0, [scene.world.currentToken, token, scene.world.currentToken]]);
});

test('a value that was sealed anew counts', async () => {
  await using scene = await startScene();
  const lines = new Lines(scene);
  const old = await lines.sealed(0, token);
  scene.world.github.rotateKey(home);
  const journal = textOf([
    lines.header({ targets: lines.header().targets.slice(0, 1) }),
    lines.issued(),
    old,
    await lines.sealed(0, token),
  ]);
  expect([(await postOf(scene, journal)).exitCode, scene.world.github.open(home)]).toEqual([0, token]);
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
  await using scene = await startScene();
  const lines = new Lines(scene);
  const targets = lines.header().targets.slice(0, 1);
  const journal = textOf([lines.header({ targets }), lines.issued(), await lines.sealed(0, token)]) + torn;
  expect([(await postOf(scene, journal)).exitCode, scene.world.github.open(home)]).toEqual([0, token]);
});

test('a write test that is left over goes away, silently', async () => {
  await using scene = await startScene();
  scene.world.github.seed(home, { name: writeTest, value: 'x' });
  const lines = new Lines(scene);
  const { store } = lines.header().targets[0]?.target ?? {};
  if (store === undefined) throw new Error('no store');
  const post = await postOf(scene, textOf([lines.header(), { kind: 'testing', store, at: 1 }]), {}, false);
  expect([post.exitCode, post.stdout.replace(/^::add-mask::.*\n/gm, ''), post.summary, post.files]).toEqual([
    0,
    '',
    '',
    [],
  ]);
  expect(scene.hasLeftover).toBe(false);
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
])('a journal of junk (%s) writes nothing and shows no stack trace', async (_, journal) => {
  await using scene = await startScene();
  const post = await postOf(scene, journal);
  expect([post.stderr, writes(scene), values(scene)]).toEqual(['', [], Array(3).fill(scene.world.currentToken)]);
  expect(post.log).not.toMatch(/\n\s+at /);
});

test('a github-token that is no good any more: fails, says so, tries once, and the summary still finishes it', async () => {
  await using scene = await startScene();
  const lines = new Lines(scene);
  const journal = textOf([lines.header(), lines.issued(), await lines.sealed(0, token)]);
  const post = await postOf(scene, journal, { 'github-token': 'ghp_revoked' });
  expect([post.exitCode, writes(scene).length, values(scene)[0]]).toEqual([1, 1, scene.world.currentToken]);
  expect(post.log).toContain('The value of `github-token` is wrong, expired or revoked');
  expect(post.summary).toContain('Finish by hand: acme/network');
  // The journal and the mark that the token was asked for.
  expect(post.files).toHaveLength(2);
});

test('a main that still lives is waited for, and what it does meanwhile counts', async () => {
  await using scene = await startScene({ frozen: true });
  using step = new LossProcess(scene);
  const lines = new Lines(scene);
  const path = step.leave(textOf([lines.header()]));
  const startedAt = step.clock.now();
  const sealed = await lines.sealed(0, token);
  let lives = true;
  step.isAlive = () => lives;
  void step.clock.sleep(5000).then(() => {
    appendFileSync(path, textOf([lines.issued(), sealed]));
    lives = false;
  });
  const post = await step.post();
  expect(scene.world.github.open(home)).toBe(token);
  expect(post.said).toContain('Finishing 2 targets');
  expect(step.clock.now() - startedAt).toBeLessThan(6000);
});

test('it gives up on a main that lives on, and such a main never asks', async () => {
  await using scene = await startScene({ frozen: true });
  using step = new LossProcess(scene);
  const path = step.leave(textOf([new Lines(scene).header()]), false);
  step.isAlive = (pid) => pid === deadPid;
  const startedAt = step.clock.now();
  const post = await step.post();
  const waited = step.clock.now() - startedAt;
  expect([post.failed, waited >= 120_000, waited <= 285_000]).toEqual([false, true, true]);
  expect(existsSync(`${path}.unclaimed`)).toBe(false);
});

test('it gives up on a main that still waits for its answer, and says so', async () => {
  await using scene = await startScene({ frozen: true });
  using step = new LossProcess(scene);
  const lines = new Lines(scene);
  const path = step.leave(textOf([lines.header()]));
  step.isAlive = () => true;
  const post = await step.post();
  expect([post.failed, readJournal(path)?.asked]).toEqual([true, true]);
  expect(post.said).toContain('the main step still waits for the answer');
});

test.each([
  ['main claims first', ['claim', 'close'], [true, false]],
  ['post closes first', ['close', 'claim'], [true, false]],
] as const)('of main and post exactly one comes first: %s', (_, order, expected) => {
  const folder = mkdtempSync(join(tmpdir(), 'loss-claim-'));
  try {
    const log = new FakeWorkflow();
    const leaveState = (name: string, value: string) => log.state(name, value);
    const journal = createJournal(folder, { kind: 'run', pid: 1, targets: [] }, { log, leaveState });
    if (!journal.ok) throw new Error(journal.error);
    const path = log.states.journal ?? '';
    const actions = { claim: () => journal.value.claim(), close: () => closeJournal(path) };
    expect(order.map((name) => actions[name]())).toEqual(expected);
    expect(readJournal(path)?.asked).toBe(order[0] === 'claim');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the bundle notices by itself when main ends', async () => {
  await using scene = await startScene();
  const lines = new Lines(scene);
  const main = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const [target] = lines.header().targets;
  if (target === undefined) throw new Error('no target');
  const testing = { kind: 'testing', store: target.target.store, at: 1 } as const;
  using left = new LeftBehind(textOf([lines.header({ pid: main.pid ?? 0 }), testing]), false);
  const telling = `const { kill } = process;
    process.kill = (...given) => { process.stderr.write('looked at main;'); return kill.apply(process, given); };`;
  const execArgv = ['--import', `data:text/javascript,${encodeURIComponent(telling)}`];
  const step = scene.world.step({ actionDir: left.folder, with: scene.inputs, execArgv });
  try {
    await step.main();
    const { promise: lookedTwice, resolve } = Promise.withResolvers<void>();
    let looks = '';
    const post = step.post({
      onSpawn: (child) =>
        child.stderr?.on('data', (text) => {
          looks += String(text);
          if (looks.split(';').length > 2) resolve();
        }),
    });
    await lookedTwice;
    expect(writes(scene)).toEqual([]);
    main.kill('SIGKILL');
    expect((await post).exitCode).toBe(0);
    expect(writes(scene).map(({ method }) => method)).toEqual(['DELETE']);
  } finally {
    main.kill('SIGKILL');
    step.dispose();
  }
});

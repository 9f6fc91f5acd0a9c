import { afterAll, expect, test } from '@jest/globals';
import { Gh } from '../../sandbox/gh/gh.ts';
import { LossProcess } from './support/process.ts';
import { home, nextName, others, type Scene, startScene } from './support/scene.ts';
import { nextRun } from './support/verdict.ts';

const homePath = '/repos/acme/network/actions/secrets/TE_TOKEN';
const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());

const finishedBy = (scene: Scene, job: LossProcess, stages: Awaited<ReturnType<LossProcess['main']>>[]) =>
  nextRun(scene, { runId: job.runId, stages, mayBeLost: false }, (...given) => new LossProcess(...given), gh);

test.each([
  ['before it is issued', { method: 'POST', path: '/api-tokens' }],
  ['before it is stored', { method: 'GET', path: '/users/current', nth: 2 }],
])('a repository that is taken from a selection stays out of it (%s)', async (_, rule) => {
  await using scene = await startScene({ frozen: true });
  const { github } = scene.world;
  scene.world.meanwhile(rule, () => github.select(others[1], ['network']));
  using job = new LossProcess(scene);
  const main = await job.main();
  expect([main.failed, scene.missing]).toEqual([false, []]);
  expect(github.secret(others[1])?.selectedRepositoryIds).toHaveLength(1);
});

test('a selected repository that is deleted meanwhile costs nothing', async () => {
  await using scene = await startScene({ frozen: true });
  const { github } = scene.world;
  scene.world.meanwhile({ path: '/api-tokens' }, () => github.repositories.remove('acme/edge'));
  using job = new LossProcess(scene);
  expect([(await job.main()).failed, scene.missing]).toEqual([false, []]);
});

test('a write that was answered but not stored is told, and the next run writes it', async () => {
  await using scene = await startScene({ frozen: true });
  scene.world.faults.add({ method: 'PUT', path: homePath, times: 1, fault: { kind: 'swallow' } });
  using job = new LossProcess(scene);
  const startedAt = scene.clock.now();
  const main = await job.main();
  expect([main.failed, scene.isAtHome, scene.next]).toEqual([true, false, scene.issued]);
  // As long as GitHub may show an old date.
  expect(scene.clock.now() - startedAt).toBe(90_000);
  expect(main.said).toContain('did not move');
  const post = await job.post();
  expect(post.said).toBe('');
  // By the word of what answered, others were written.
  scene.breaches.length = 0;
  expect(await finishedBy(scene, job, [main, post])).toBe('finishes');
  scene.breaches.length = 0;
});

test('a home that someone writes meanwhile is left alone, and the next run finishes', async () => {
  await using scene = await startScene({ frozen: true });
  const { github, currentToken } = scene.world;
  scene.world.meanwhile({ path: '/api-tokens' }, () => github.rewrite(home, currentToken));
  using job = new LossProcess(scene);
  const main = await job.main();
  expect([main.failed, github.open(home), scene.next]).toEqual([true, currentToken, scene.issued]);
  expect(main.said).toContain('someone else wrote it');
  const post = await job.post();
  expect([post.said, github.open(home)]).toEqual(['', currentToken]);
  expect(await finishedBy(scene, job, [main, post])).toBe('finishes');
});

test('a secret that is deleted meanwhile is created anew, and told', async () => {
  await using scene = await startScene({ frozen: true });
  const { github } = scene.world;
  scene.world.meanwhile({ path: '/api-tokens' }, () => github.deleteSecret(others[0]));
  using job = new LossProcess(scene);
  const main = await job.main();
  expect([main.failed, scene.missing]).toEqual([false, []]);
  expect(main.said).toContain('was deleted while this ran');
});

test('beside the note of a run whose token may be on its way, an older token is not spread', async () => {
  await using scene = await startScene({ frozen: true, start: 'first' });
  const { thousandeyes, github, clock, currentToken } = scene.world;
  using asking = new LossProcess(scene);
  thousandeyes.create();
  const note = `asked ${new Date(clock.now()).toISOString()} https://github.com/acme/network/actions/runs/${asking.runId}`;
  github.seed(home, { name: nextName, value: note });
  scene.world.later('1 minute');
  using job = new LossProcess(scene);
  const main = await job.main();
  expect([main.failed, scene.next]).toEqual([true, note]);
  const written = scene.world.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/TE_TOKEN'));
  expect([written, github.open(home)]).toEqual([[], currentToken]);
});

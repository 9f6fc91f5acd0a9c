import { expect, test } from '@jest/globals';
import { dripped, rawAnswers } from '../../sandbox/http/raw-answers.ts';
import { LossBundle } from './support/bundle.ts';
import { LossProcess } from './support/process.ts';
import { type NewJob, startScene } from './support/scene.ts';

const answers = Object.entries({ ...rawAnswers, dripped: dripped(7, 2) });
const runs: Readonly<Record<string, { newJob: NewJob; frozen: boolean }>> = {
  'in process': { newJob: (scene) => new LossProcess(scene), frozen: true },
  bundle: { newJob: (scene) => new LossBundle(scene), frozen: false },
};
const shipped = ['garbageFirst', 'gzipUnasked', 'bodyWithoutEnd', 'dripped'];
const cells = answers.flatMap(([name, fault]) =>
  (shipped.includes(name) ? ['in process', 'bundle'] : ['in process']).map((run) => ({ name, fault, run })),
);

// The one answer that can't be had again, in every framing that a proxy or a server makes of it.
test.concurrent.each(cells)('the token is read out of $name ($run)', async ({ fault, run }) => {
  const { newJob, frozen } = runs[run] ?? {};
  if (newJob === undefined) throw new Error(`no such run: ${run}`);
  await using scene = await startScene({ ...(frozen === undefined ? {} : { frozen }) });
  scene.world.faults.add({ method: 'POST', path: '/api-tokens', times: 1, fault });
  using job = newJob(scene);
  const main = await job.main();
  expect([main.failed, scene.missing]).toEqual([false, []]);
  scene.check(main);
  expect((await job.post()).said.trim()).toBe('');
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Gh } from '../../sandbox/gh/gh.ts';
import { moment } from '../../sandbox/http/moments.ts';
import { FillableDisk } from '../../sandbox/runner/fillable-disk.ts';
import { LossBundle } from './support/bundle.ts';
import { expectStored, fullDisks } from './support/disk.ts';
import { home, startScene } from './support/scene.ts';
import { nextRun } from './support/verdict.ts';

const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());
beforeAll(() => {
  // Without it the table below is empty, and jest would say so; macOS and Windows have no such disk.
  if (process.platform === 'linux') expect(FillableDisk.ways).not.toEqual([]);
});

// Every moment is in __tests__/thorough/.
const telling = fullDisks.filter(({ name }) => ['the token was answered', 'the others are written'].includes(name));
test.concurrent.each(telling)('full ($way) when $name: everything is stored all the same', (disk) =>
  expectStored(disk),
);

// One moment is enough where the log alone holds it: the run is cancelled, or it would try for ten minutes, and has no post.
const early = fullDisks.filter(({ name }) => name === 'the token was answered');
test.concurrent.each(early)(
  'full ($way) when $name, and neither the home nor _NEXT can be written: the log says how it is finished',
  async ({ way, fill }) => {
    await using scene = await startScene();
    using disk = new FillableDisk({ way });
    const fault = { kind: 'status', status: 403, body: { message: 'Resource not accessible' } } as const;
    const path = /\/repos\/.*\/TE_TOKEN(?:_NEXT)?$/;
    const refusing = scene.world.faults.add({ method: 'PUT', path, where: () => scene.issued !== undefined, fault });
    const cancel = { at: moment('received', { method: 'PUT', path: /\/repos\/.*\/TE_TOKEN$/ }) };
    using job = new LossBundle(scene, { disk, fill: fill(), cancel });
    const main = await job.main();
    expect([main.signal, main.failed, main.summary]).toEqual([null, true, '']);
    scene.check(main);
    refusing.remove();
    const before = { runId: job.runId, stages: [main], mayBeLost: false };
    expect(await nextRun(scene, before, (...given) => new LossBundle(...given), gh)).toBe('finishes');
  },
);

test.concurrent.each(['output', 'state', 'summary'] as const)(
  'the file for %s that can not be written loses nothing',
  async (file) => {
    await using scene = await startScene();
    using job = new LossBundle(scene, { commandFiles: { [file]: '/dev/full' } });
    const main = await job.main();
    // Post finds the journal without the state, so nothing depends on that.
    expect([main.exitCode, scene.missing, scene.world.github.open(home) === scene.issued]).toEqual([0, [], true]);
    scene.check(main);
    expect((await job.post()).wrote.trim()).toBe('');
  },
);

test.concurrent.each([[''], [null]])(
  'RUNNER_TEMP %j: nothing is asked for, and no file is left in the workspace',
  async (temp) => {
    await using scene = await startScene();
    using job = new LossBundle(scene, { temp });
    const main = await job.main();
    expect([main.exitCode, scene.issued, main.strays, scene.next]).toEqual([1, undefined, [], undefined]);
    expect(main.log).toContain('RUNNER_TEMP');
  },
);

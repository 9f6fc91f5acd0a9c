import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Gh } from '../../sandbox/gh/gh.ts';
import { moment } from '../../sandbox/http/moments.ts';
import { FillableDisk } from '../../sandbox/runner/fillable-disk.ts';
import { LossBundle } from './support/bundle.ts';
import { home, startScene } from './support/scene.ts';
import { judge } from './support/verdict.ts';

const homePath = '/repos/acme/network/actions/secrets/TE_TOKEN';
/** From the claim on, at every request and every answer. */
const moments = {
  'the token is asked for': moment('received', { path: '/api-tokens' }),
  'the token was answered': moment('acted', { path: '/api-tokens' }),
  'the new token is checked': moment('received', { path: '/users/current', nth: 2 }),
  'the home is written': moment('received', { method: 'PUT', path: homePath }),
  'the home was written': moment('acted', { method: 'PUT', path: homePath }),
  'the others are written': moment('acted', { method: 'PUT', path: '/orgs/acme/actions/secrets/TE_TOKEN' }),
};
const cells = FillableDisk.ways.flatMap((way) => Object.entries(moments).map(([name, fill]) => ({ way, name, fill })));
const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());
beforeAll(() => {
  // Without it the table below is empty, and jest would say so; macOS and Windows have no such disk.
  if (process.platform === 'linux') expect(FillableDisk.ways).not.toEqual([]);
});

describe.each(cells)('full ($way) when $name', ({ way, fill }) => {
  test('everything is stored all the same', async () => {
    await using scene = await startScene();
    using disk = new FillableDisk({ way });
    using step = new LossBundle(scene, { disk, fill });
    const main = await step.main();
    expect([scene.isEverywhere, main.signal]).toEqual([true, null]);
    expect(main.log).toContain('The token was rotated in 3 targets.');
    expect(main.log).not.toContain('should not happen');
    const post = await step.post();
    expect([post.signal, scene.isEverywhere]).toEqual([null, true]);
    scene.check(main);
    scene.check(post);
  });

  test('a home that can not be written can be finished by what the log says', async () => {
    await using scene = await startScene();
    using disk = new FillableDisk({ way });
    const fault = { kind: 'status', status: 403, body: { message: 'Resource not accessible' } } as const;
    const refusing = scene.world.faults.add({ method: 'PUT', path: homePath, fault });
    using step = new LossBundle(scene, { disk, fill });
    const main = await step.main();
    const post = await step.post();
    scene.check(main);
    scene.check(post);
    const logged = [main, post].map((stage) => ({ ...stage, summary: fenced(`${stage.summary}\n${stage.log}`) }));
    const repair = { endFaults: () => refusing.remove(), sync: () => step.sync() };
    expect(await judge(scene, logged, gh, repair)).toBe(
      scene.issued === undefined ? 'nothing issued' : 'finished by hand',
    );
  });
});

/** The log has the section without the fence's line breaks between other lines; the command stands alone on its line. */
function fenced(text: string): string {
  const command = /^gh api --method PUT .*$/m.exec(text)?.[0];
  return command === undefined ? text : `\`\`\`sh\n${command}\n\`\`\``;
}

test.each(['output', 'state', 'summary'] as const)(
  'the file for %s that can not be written loses nothing',
  async (file) => {
    await using scene = await startScene();
    using step = new LossBundle(scene, { commandFiles: { [file]: '/dev/full' } });
    const main = await step.main();
    // Without state there is no journal for the post step, so nothing is asked for.
    const isIssued = file !== 'state';
    expect([scene.isEverywhere, main.exitCode, scene.world.github.open(home) === scene.issued]).toEqual([
      isIssued,
      isIssued ? 0 : 1,
      isIssued,
    ]);
    scene.check(main);
  },
);

test.each([[''], [null]])(
  'RUNNER_TEMP %j: nothing is asked for, and no file is left in the workspace',
  async (temp) => {
    await using scene = await startScene();
    using step = new LossBundle(scene, { temp });
    const main = await step.main();
    expect([main.exitCode, scene.issued, main.strays]).toEqual([1, undefined, []]);
    expect(main.log).toContain('RUNNER_TEMP');
  },
);

import { expect } from '@jest/globals';
import { moment } from '../../../sandbox/http/moments.ts';
import { FillableDisk } from '../../../sandbox/runner/fillable-disk.ts';
import { LossBundle } from './bundle.ts';
import { startScene } from './scene.ts';

const homePath = '/repos/acme/network/actions/secrets/TE_TOKEN';

/** From the claim on, at every request and every answer. */
const moments = {
  'the token is asked for': () => moment('received', { path: '/api-tokens' }),
  'the token was answered': () => moment('acted', { path: '/api-tokens' }),
  'the new token is checked': () => moment('received', { path: '/users/current', nth: 2 }),
  'the home is written': () => moment('received', { method: 'PUT', path: homePath }),
  'the home was written': () => moment('acted', { method: 'PUT', path: homePath }),
  'the others are written': () => moment('acted', { method: 'PUT', path: '/orgs/acme/actions/secrets/TE_TOKEN' }),
};

/** A way of being full, and when. */
export interface FullDisk {
  readonly way: (typeof FillableDisk.ways)[number];
  readonly name: string;
  readonly fill: () => ReturnType<typeof moment>;
}

/** Empty where the system has no such disk. */
export const fullDisks: readonly FullDisk[] = FillableDisk.ways.flatMap((way) =>
  Object.entries(moments).map(([name, fill]) => ({ way, name, fill })),
);

/** On a disk that fills up, everything is stored all the same. */
export async function expectStored({ way, fill }: FullDisk): Promise<void> {
  await using scene = await startScene();
  using disk = new FillableDisk({ way });
  using job = new LossBundle(scene, { disk, fill: fill() });
  const main = await job.main();
  expect([main.signal, scene.missing]).toEqual([null, []]);
  expect(main.log).toContain('The token was rotated in 3 targets.');
  expect(main.log).not.toContain('should not happen');
  const post = await job.post();
  expect([post.signal, scene.missing]).toEqual([null, []]);
  scene.check(main);
  scene.check(post);
}

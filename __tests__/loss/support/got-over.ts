import { expect } from '@jest/globals';
import { LossBundle } from './bundle.ts';
import type { FaultColumn } from './faults.ts';
import { rowsOf } from './requests.ts';
import { startScene } from './scene.ts';

/** The two requests whose lost answer leaves something. */
export const telling = rowsOf().filter(({ name }) => ['ask for the token', 'write the secret (home)'].includes(name));

/** The bundle gets over one fault at every request, all in one run; but over a lost answer that leaves something. */
export async function expectGotOver(column: FaultColumn): Promise<void> {
  await using scene = await startScene();
  const armed = rowsOf('later')
    .filter((row) => !telling.includes(row) || ['closed on receipt once', '500 once'].includes(column.name))
    .map(({ name, start: _, ...match }) => {
      // Once at the first of them: the others come later than they would.
      const fault = column.fault ?? { kind: 'refuse' as const };
      return { name, handle: scene.world.faults.add({ ...match, times: 1, fault }) };
    });
  using job = new LossBundle(scene);
  const main = await job.main();
  expect([main.exitCode, scene.missing]).toEqual([0, []]);
  expect(armed.filter(({ handle }) => handle.fired === 0).map(({ name }) => name)).toEqual([]);
  expect((await job.post()).wrote.trim()).toBe('');
}

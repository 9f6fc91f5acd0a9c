import { expect, test } from '@jest/globals';
import { HOME, startWorld } from '../../sandbox/world.ts';
import { InProcessJob } from './support/in-process-job.ts';

const targets = `${HOME}\nacme/tf-*`;

/** A rotation of what a pattern finds; everything that anyone may read of it. */
async function rotated({ isPrivate, failing = false }: { isPrivate: boolean; failing?: boolean }) {
  await using world = await startWorld();
  world.github.addRepository(HOME, { private: isPrivate });
  world.setup(['acme/tf-secret']);
  if (failing)
    world.faults.add({
      method: 'PUT',
      path: 'tf-secret/actions/secrets/TE_TOKEN',
      fault: {
        kind: 'status',
        status: 403,
        body: { message: 'Resource not accessible: ACME/TF-SECRET and acme%2Ftf-secret' },
      },
    });
  using job = new InProcessJob(world, { targets });
  const { stdout, summary, outputs, exitCode } = await job.main();
  return { exitCode, stdout, all: [stdout, summary, JSON.stringify(outputs)].join('\n') };
}

test('a pattern that finds nothing fails', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world, { targets });
  const { exitCode, stdout, outputs } = await job.main();
  expect(exitCode).toBe(1);
  expect(stdout).toContain('::error::Expanding acme/tf-*');
  expect(JSON.parse(outputs.results ?? '')).toEqual([{ target: HOME, secret: 'TE_TOKEN', status: 'unchanged' }]);
});

test('what a pattern finds is named where the running repository is private', async () => {
  expect((await rotated({ isPrivate: true })).stdout).toContain('Stored: acme/tf-secret');
});

test.each([false, true])(
  'what a pattern finds is not named in a public repository, whatever goes wrong: %s',
  async (failing) => {
    const { exitCode, stdout, all } = await rotated({ isPrivate: false, failing });
    expect(exitCode).toBe(failing ? 1 : 0);
    expect(all).not.toMatch(/tf-secret/i);
    expect(stdout).toContain(failing ? 'Not stored: acme/tf-*' : 'Stored: acme/tf-*');
  },
);

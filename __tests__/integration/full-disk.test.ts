import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { HOME, startWorld } from '../../sandbox/world.ts';
import { InProcessJob } from './support/in-process-job.ts';

/** A path that takes nothing: on Linux a full disk, elsewhere a folder. */
const full = process.platform === 'linux' ? '/dev/full' : tmpdir();

const homePut = { method: 'PUT', path: '/acme/network/actions/secrets/TE_TOKEN' };

test('outputs and a summary that cannot be written stop nothing: all is stored, and each is told', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world, { 'expose-token': 'true' });
  const { exitCode, stdout } = await job.main({ GITHUB_OUTPUT: full, GITHUB_STEP_SUMMARY: full });
  expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
  // The output `token` was asked for.
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::warning::The output `rotated` could not be written\.$/m);
  expect(stdout).toMatch(/^::warning::The job summary could not be written\.$/m);
  expect(stdout).toMatch(/^::error::Setting the output `token`/m);
  expect(stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain(world.thousandeyes.issued[0]);
});

test('a home that cannot be written on a full disk: the command is in the log, and the post step finishes it', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  const fault = world.faults.add({ ...homePut, fault: { kind: 'status', status: 403 } });
  const main = await job.main({ GITHUB_OUTPUT: full, GITHUB_STEP_SUMMARY: full });
  expect(main.exitCode).toBe(1);
  expect(main.stdout).toMatch(/^gh api --method PUT .*TE_TOKEN -f .*encrypted_value=/m);
  fault.remove();
  job.buryMain();
  const post = await job.post({ GITHUB_STEP_SUMMARY: full });
  expect(post.exitCode).toBe(0);
  expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
});

test('state that cannot be written: nothing is issued, because the post step could not find the journal', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  const { exitCode } = await job.main({ GITHUB_STATE: full });
  expect(exitCode).toBe(1);
  expect(world.thousandeyes.issued).toEqual([]);
  expect(job.folder.left()).toEqual([]);
});

import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { HOME, startWorld } from '../../sandbox/world.ts';
import { InProcessJob } from './support/in-process-job.ts';
import { issuedJournal } from './support/issued-journal.ts';

/** A path that takes nothing: on Linux a full disk, elsewhere a folder. */
const full = process.platform === 'linux' ? '/dev/full' : tmpdir();

test('outputs and a summary that cannot be written stop nothing: all is stored, and each is told', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world, { 'expose-token': 'true' });
  const { exitCode, stdout } = await job.main({ GITHUB_OUTPUT: full, GITHUB_STEP_SUMMARY: full });
  expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
  // The output `token` was asked for.
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^::warning::The output `rotated` could not be written: .*GITHUB_OUTPUT.*$/m);
  expect(stdout).toMatch(/^::warning::The job summary could not be written: .*GITHUB_STEP_SUMMARY.*$/m);
  expect(stdout).toMatch(/^::error::Setting the output `token`/m);
  expect(stdout.replace(/^::add-mask::.*$/gm, '')).not.toContain(world.thousandeyes.issued[0]);
});

test('state that cannot be written: post finds the journal by its name', async () => {
  await using world = await startWorld();
  using job = new InProcessJob(world);
  expect((await job.main({ GITHUB_STATE: full })).exitCode).toBe(0);
  expect(world.github.open(HOME)).toBe(world.thousandeyes.issued[0]);
  expect(job.folder.left()).toEqual([]);
});

test('a post step without a summary and without state finishes all the same', async () => {
  await using world = await startWorld();
  const { token, lines } = await issuedJournal(world);
  using job = new InProcessJob(world);
  job.leave(lines, { isOwn: false });
  const post = await job.post({ GITHUB_STEP_SUMMARY: full });
  expect(post.exitCode).toBe(0);
  expect(post.stdout).toMatch(/^::warning::The job summary could not be written: .*GITHUB_STEP_SUMMARY/m);
  expect(world.github.open(HOME)).toBe(token);
});

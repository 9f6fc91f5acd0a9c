import { afterAll, expect, test } from '@jest/globals';
import { Gh } from '../../sandbox/gh/gh.ts';
import { LossBundle } from '../loss/support/bundle.ts';
import { deathsOf, dies, type Lead, type Runs, type Sequel } from '../loss/support/death.ts';
import { playAll } from '../loss/support/matrix.ts';
import { LossProcess } from '../loss/support/process.ts';

// Death at every arrow of a first rotation and of a later one, and with the bundle.
const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());
const inProcess: Runs = { newJob: (scene, options) => new LossProcess(scene, options), frozen: true, gh };
const bundle: Runs = { newJob: (scene, options) => new LossBundle(scene, options), frozen: false, gh };
const sequels: readonly Sequel[] = ['gone', 'post', 'beside'];
const cells = [
  ...deathsOf('later').map((death) => ({ death, runs: inProcess, kind: 'in process' })),
  ...deathsOf('first').map((death) => ({ death, runs: inProcess, kind: 'in process' })),
  ...deathsOf('later').map((death) => ({ death, runs: bundle, kind: 'bundle' })),
].flatMap(({ death, runs, kind }) =>
  sequels.map((sequel) => ({ name: `${death.name}: ${sequel} (${kind})`, death, sequel, runs })),
);
const leads: readonly Lead[] = [1, 2, 4, 6, 8, 11, 14, 18].flatMap((requests) => [
  { first: 'post', requests },
  { first: 'next run', requests },
]);
const kept = [
  'park the token',
  'check the new token',
  'write the secret (home)',
  'note it in the record',
  'delete what is parked',
];
const besides = [...deathsOf('first'), ...deathsOf('later')]
  .filter(({ row }) => kept.includes(row.name))
  .flatMap((death) =>
    leads.map((lead) => ({
      name: `${death.name}: ${lead.first} first, by ${lead.requests} requests`,
      death,
      sequel: 'beside' as const,
      runs: inProcess,
      lead,
    })),
  );
const all = [...cells.map((cell) => ({ ...cell, lead: undefined })), ...besides];
const reportOf = playAll(all, 4, ({ death, sequel, runs, lead }) => dies(death, sequel, runs, lead));

test.each(all)('$name', async (cell) => {
  expect((await reportOf(cell)).breaches).toEqual([]);
});

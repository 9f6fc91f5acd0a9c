import { afterAll, expect, test } from '@jest/globals';
import { Gh } from '../../sandbox/gh/gh.ts';
import { LossBundle } from './support/bundle.ts';
import { deathsOf, dies, type Runs, type Sequel } from './support/death.ts';
import { playAll } from './support/matrix.ts';
import { LossProcess } from './support/process.ts';

// Death at every arrow: `npm run matrix` prints it. All of a first rotation, and more moments, are in __tests__/thorough/.
const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());
const inProcess: Runs = { newJob: (scene, options) => new LossProcess(scene, options), frozen: true, gh };
const bundle: Runs = { newJob: (scene, options) => new LossBundle(scene, options), frozen: false, gh };

const deaths = [...deathsOf('later'), ...deathsOf('first').filter(({ row }) => row.start === 'first')];
const placeOf = (name: string) => deaths.findIndex(({ row }) => row.name === name);
const [firstWrite, asking] = [placeOf('write the note'), placeOf('ask for the token')];
/** Before the note is written there is nothing that a post step could do, and before the token is asked for nothing to lose to it. */
function sequelsOf(index: number): readonly Sequel[] {
  if (index < firstWrite) return ['gone'];
  return index < asking ? ['gone', 'post'] : ['gone', 'post', 'beside'];
}
const cells = deaths.flatMap((death, index) =>
  sequelsOf(index).map((sequel) => ({ name: `${death.name}: ${sequel}`, death, sequel, runs: inProcess })),
);
// With the bundle: where something is changed that the next run must find.
const lasting = ['ask for the token', 'park the token', 'write the secret (home)', 'note it in the record'];
const shipped = deathsOf('later')
  .filter(({ row, phase }) => lasting.includes(row.name) && phase === 'acted')
  .map((death) => ({ name: `${death.name}: gone (bundle)`, death, sequel: 'gone' as const, runs: bundle }));
// A run that finds the home written, and not yet noted, while post goes on.
const leads = [4, 6].map((requests) => ({ first: 'post' as const, requests }));
const later = deathsOf('later')
  .filter(({ row, phase }) => row.name === 'park the token' && phase === 'received')
  .flatMap((death) => leads.map((lead) => ({ name: `${death.name}: ${lead.requests} requests later`, death, lead })));
const all = [
  ...[...shipped, ...cells].map((cell) => ({ ...cell, lead: undefined })),
  ...later.map((cell) => ({ ...cell, sequel: 'beside' as const, runs: inProcess })),
];

const reportOf = playAll(all, 4, ({ death, sequel, runs, lead }) => dies(death, sequel, runs, lead));

test.each(all)('$name', async (cell) => {
  const { breaches } = await reportOf(cell);
  expect(breaches).toEqual([]);
});

test('a token can be lost only between its issue and its parking, and with post only before it is in the journal', async () => {
  const reports = await Promise.all(cells.map(async (cell) => ({ cell, next: (await reportOf(cell)).next })));
  const lost = reports.filter(({ next }) => next === 'says that it is lost').map(({ cell }) => cell);
  const namesOf = (sequels: readonly Sequel[]) =>
    new Set(lost.filter(({ sequel }) => sequels.includes(sequel)).map(({ death }) => death.name));
  const asked = 'ask for the token, after it acted (later)';
  expect(namesOf(['post', 'beside'])).toEqual(new Set([asked]));
  expect(namesOf(['gone'])).toEqual(new Set([asked, 'park the token, before it acted (later)']));
});

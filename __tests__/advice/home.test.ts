import { expect, test } from '@jest/globals';
import { DAY, MINUTE } from '../../sandbox/clocks/clock.ts';
import { startWorld } from '../../sandbox/world.ts';
import { ask, foreignToken, others, putHome, rotatedLongAgo } from './situations/situation.ts';
import { Estate } from './support/estate.ts';

/** On a clock that nobody waits for: what takes minutes at the home. */

async function startEstate(): Promise<Estate> {
  const world = await startWorld({ scale: 0 });
  const estate = new Estate(world, ['acme/network', ...others]);
  world.setup(others.slice(0, 1));
  world.setup(others.slice(1), { visibility: 'all' });
  return estate;
}

test.each([400, 403, 404, 409, 415, 422, 500])(
  'the home answers %i for some minutes: it is tried on, and all is well',
  async (status) => {
    await using estate = await startEstate();
    await rotatedLongAgo(estate);
    const fault = estate.world.faults.add({ ...putHome, times: 8, fault: { kind: 'status', status } });
    const page = await estate.run();
    expect(fault.fired).toBe(8);
    expect([page.failed, page.outputs.rotated]).toEqual([false, 'true']);
    expect(estate.faults).toEqual([]);
  },
);

test.each([400, 403, 404, 409, 415])(
  '%i to the end: ten minutes, no other target is written, and the next run finishes',
  async (status) => {
    await using estate = await startEstate();
    await rotatedLongAgo(estate);
    const { now, world } = estate;
    const before = world.github.open('acme/edge');
    world.faults.add({ ...putHome, fault: { kind: 'status', status } });
    const page = await estate.run();
    expect(page.failed).toBe(true);
    expect(estate.now - now).toBeGreaterThan(10 * MINUTE);
    expect(estate.now - now).toBeLessThan(40 * MINUTE);
    expect(world.github.open('acme/edge')).toBe(before);
    world.faults.clear();
    expect((await estate.run()).failed).toBe(false);
    expect(estate.faults).toEqual([]);
    expect(world.thousandeyes.issued).toHaveLength(2);
  },
);

test('a 401 is tried five times at most: repeated bad logins lock people out', async () => {
  await using estate = await startEstate();
  await rotatedLongAgo(estate);
  const fault = estate.world.faults.add({ ...putHome, fault: { kind: 'status', status: 401 } });
  const page = await estate.run();
  expect(page.failed).toBe(true);
  expect(fault.fired).toBeGreaterThan(1);
  // Main, and post once more.
  expect(fault.fired).toBeLessThanOrEqual(10);
});

test('someone else writes the home while it is tried again: it is left as it is, and so is the new token', async () => {
  await using estate = await startEstate();
  await rotatedLongAgo(estate);
  const { world } = estate;
  const own = foreignToken(estate);
  world.faults.add({ ...putHome, fault: { kind: 'status', status: 404 } });
  const stop = world.meanwhile({ ...putHome, nth: 2, phase: 'answered' }, () => {
    world.later('1 s');
    world.github.rewrite(estate.home, own);
    world.faults.clear();
  });
  const page = await estate.run();
  stop();
  expect(page.failed).toBe(true);
  expect(page.summary).toMatch(/someone else wrote it/);
  expect(world.github.open(estate.home)).toBe(own);
  expect(world.github.open(estate.home, 'TE_TOKEN_NEXT')).toBe(world.thousandeyes.issued.at(-1));
});

test('it moved, and an attempt of this run got no clear answer: taken for ours, and the next run makes sure', async () => {
  await using estate = await startEstate();
  await rotatedLongAgo(estate);
  const { world } = estate;
  world.faults.add({ ...putHome, times: 1, fault: { kind: 'status', status: 502, act: true } });
  const page = await estate.run();
  expect([page.failed, page.outputs.rotated]).toEqual([false, 'true']);
  expect(page.summary).toMatch(/TE_TOKEN_NEXT is left/);
  const again = await estate.run();
  expect(again.failed).toBe(false);
  expect(estate.faults).toEqual([]);
});

test('a token beside the home that is refused is asked about for ten minutes, and never thrown away while it may live', async () => {
  await using estate = await startEstate();
  const { world } = estate;
  world.thousandeyes.spread = { ms: 3 * DAY };
  const first = await estate.run();
  expect(first.failed).toBe(true);
  const [issued] = world.thousandeyes.issued;
  const { now } = estate;
  const second = await estate.run();
  expect(second.failed).toBe(true);
  expect(estate.now - now).toBeGreaterThan(10 * MINUTE);
  expect(world.github.open(estate.home, 'TE_TOKEN_NEXT')).toBe(issued);
  expect(world.github.open(estate.home)).toBe(world.currentToken);
  world.later('3 days');
  const third = await estate.run();
  expect([third.failed, third.outputs.rotated]).toEqual([false, 'true']);
  expect(world.github.open(estate.home)).toBe(issued);
  expect(estate.faults).toEqual([]);
});

test('one that outlived the token before it, which works all the same, is deleted with a warning', async () => {
  await using estate = await startEstate();
  await rotatedLongAgo(estate);
  const { world } = estate;
  await estate.run({ dies: { ...ask, phase: 'received' } });
  world.github.rewrite(estate.home, 'te-refused', 'TE_TOKEN_NEXT');
  const early = await estate.run();
  expect(early.failed).toBe(true);
  expect(world.github.open(estate.home, 'TE_TOKEN_NEXT')).toBe('te-refused');
  world.later('15 days');
  const late = await estate.run();
  expect([late.failed, late.outputs.rotated]).toEqual([false, 'true']);
  expect(late.summary).toMatch(/It was deleted/);
  expect(estate.faults).toEqual([]);
});

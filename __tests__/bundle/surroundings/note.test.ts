import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { moment } from '../../../sandbox/http/moments.ts';
import { HOME, startWorld, type World } from '../../../sandbox/world.ts';
import { said } from './support/said.ts';

/** What becomes of `TE_TOKEN_NEXT` where things go wrong around the moment of asking. */

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const note = { method: 'PUT', path: 'TE_TOKEN_NEXT' } as const;
const lists = () => world.github.secretNames(HOME);

test('killed while the note is written: the post step takes it back, because nothing was asked for', async () => {
  const run = await world.workflow().run({ kill: moment('acted', note) });
  expect(run.post?.exitCode).toBe(0);
  expect([lists(), world.thousandeyes.issued]).toEqual([['TE_TOKEN'], []]);
});

test('cancelled while the note is written, and no answer comes: the post step takes it back', async () => {
  world.faults.add({ ...note, times: 1, fault: { kind: 'hang', acted: true } });
  const run = await world.workflow().run({ cancel: { at: moment('acted', note) } });
  expect([run.exitCode, run.post?.exitCode, run.post?.log]).toEqual([1, 0, '']);
  expect([lists(), world.thousandeyes.issued]).toEqual([['TE_TOKEN'], []]);
});

test('a note that cannot be deleted after a 409 is left to the post step', async () => {
  world.thousandeyes.create();
  const gone = world.faults.add({ method: 'DELETE', path: 'TE_TOKEN_NEXT', fault: { kind: 'status', status: 403 } });
  const step = world.workflow().queue().step();
  try {
    const main = await step.main();
    expect(said(main)).toContain('409');
    expect(main.log).not.toContain('The journal could not be written');
    gone.remove();
    expect((await step.post()).exitCode).toBe(0);
  } finally {
    step.dispose();
  }
  expect(lists()).toEqual(['TE_TOKEN']);
});

test('a parked token that is not shown at first is finished with, and nothing is written over it', async () => {
  await world.workflow().run(world.killedAt({ method: 'PUT', path: 'secrets/TE_TOKEN', phase: 'received' }));
  const [parked] = world.thousandeyes.issued;
  expect(world.github.open(HOME, 'TE_TOKEN_NEXT')).toBe(parked);
  const absent = { kind: 'status', status: 404, body: { message: 'Not Found' } } as const;
  world.faults.add({ method: 'GET', path: 'TE_TOKEN_NEXT', times: 1, fault: absent });
  const run = await world.workflow().run();
  expect([said(run), run.outputs.rotated, world.github.open(HOME)]).toEqual(['', 'true', parked]);
});

test.each([-3, -60])('a GitHub whose dates run behind its clock by %i s: a rotation is green', async (seconds) => {
  world.github.datesSkew = seconds * 1000;
  const first = await world.workflow().run();
  expect([said(first), first.exitCode, lists()]).toEqual(['', 0, ['TE_TOKEN']]);
  world.later('20 days');
  const second = await world.workflow().run();
  expect([said(second), second.exitCode, second.outputs.rotated]).toEqual(['', 0, 'true']);
});

test('and a token that was issued and lost there is told as lost', async () => {
  world.github.datesSkew = -60_000;
  await world.workflow().run(world.killedAt({ method: 'POST', path: '/api-tokens' }));
  const run = await world.workflow().run();
  expect(said(run)).toContain('issued and lost');
});

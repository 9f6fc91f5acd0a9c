import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Fault } from '../../../sandbox/http/faults.ts';
import { HOME, startWorld, type World } from '../../../sandbox/world.ts';
import { said } from './support/said.ts';

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const absent: Fault = { kind: 'status', status: 404, body: { message: 'Not Found' } };
const record = 'variables/TE_TOKEN_ROTATION';

// GitHub shows variables late: one that was read as absent is there when it is created (409).
test.each(['rehearse', 'rotate'])('a record that is not shown is not lost: %s', async (mode) => {
  await world.workflow().run();
  const before = world.variable().value;
  world.faults.add({ method: 'GET', path: record, times: 1, fault: absent });
  const run = await world.workflow({ with: { mode } }).run();
  expect(world.variable().value).toBe(before);
  if (mode === 'rotate') expect(said(run)).toContain('another run was faster');
});

test('a record that is shown late for longer than the run lasts: the rotation is noted all the same', async () => {
  world.variable().showLate(60_000);
  world.faults.add({ server: 'thousandeyes', path: 'current', nth: 2, times: 1, fault: { kind: 'delay', ms: 5500 } });
  const run = await world.workflow().run();
  expect([said(run), run.exitCode]).toEqual(['', 0]);
  expect(world.variable().json).toMatchObject({ previous: expect.any(String), validUntil: expect.any(String) });
  expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
});

test('a record that someone deleted while a token was issued is written anew', async () => {
  world.meanwhile({ method: 'POST', path: '/api-tokens' }, () => world.variable().delete());
  world.faults.add({ server: 'thousandeyes', path: 'current', nth: 2, times: 1, fault: { kind: 'delay', ms: 5500 } });
  const run = await world.workflow().run();
  expect([said(run), run.exitCode]).toEqual(['', 0]);
  expect(world.variable().json).toMatchObject({ home: expect.any(String) });
});

test('a record that names no token, in either way, is none', async () => {
  world.variable().seed({ v: 1, token: null, since: null });
  const run = await world.workflow().run();
  expect([said(run), run.exitCode]).toEqual(['', 0]);
});

test('a token that works longer than its record says: its overlap is one of 14 days, and nothing is asked in it', async () => {
  await world.workflow().run();
  world.later('20 days');
  const over = new Date(world.clock.now() - 86_400_000).toISOString();
  world.variable().seed({ ...world.variable().json, validUntil: over });
  await world.workflow().run();
  world.later('2 days');
  const asked = world.requests.length;
  const run = await world.workflow().run();
  expect([said(run), run.exitCode, run.outputs.rotated]).toEqual(['', 0, 'false']);
  expect(world.requests.slice(asked).filter(({ method }) => method !== 'GET')).toEqual([]);
});

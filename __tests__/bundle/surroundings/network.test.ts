import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../../sandbox/http/faults.ts';
import { HOME, startWorld, type World } from '../../../sandbox/world.ts';
import { flakyNames, slowHandshake } from './support/preload.ts';
import { said } from './support/said.ts';

/** What networks and servers do in passing. */

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const issued = () => world.thousandeyes.issued[0];

/** Both servers by a name, which the step's process resolves as a test wants it. */
const byName = () => {
  const at = (url: string) => url.replace('127.0.0.1', 'localhost');
  return { 'github-api-url': at(world.github.url), 'thousandeyes-api-url': at(world.thousandeyes.url) };
};

const expectRotated = async (options: Parameters<World['run']>[0]) => {
  const run = await world.workflow().run(options);
  expect([said(run), run.exitCode]).toEqual(['', 0]);
  expect(world.github.open(HOME)).toBe(issued());
  return run;
};

test('a host with an address that has no route, behind a slow handshake, is reached', async () => {
  await expectRotated({ with: byName(), execArgv: slowHandshake(600) });
});

describe('names that do not resolve for a moment', () => {
  test.each(['ENOTFOUND', 'EAI_AGAIN'])('from the start on: %s', async (code) => {
    await expectRotated({ with: byName(), execArgv: flakyNames(code, 0, 2500) });
  });

  test('seconds after they did, while the home is to be written', async () => {
    world.faults.add({ server: 'thousandeyes', path: 'current', nth: 2, times: 1, fault: { kind: 'delay', ms: 700 } });
    world.faults.add({ method: 'PUT', path: 'secrets/TE_TOKEN', times: 1, fault: { kind: 'reset-before' } });
    await expectRotated({ with: byName(), execArgv: flakyNames('ENOTFOUND', 900, 3500) });
  });
});

describe('one passing refusal', () => {
  const refusal = (status: number): Fault => ({ kind: 'status', status, body: { message: 'Bad credentials' } });

  test('a 401 to the request for a token', async () => {
    world.faults.add({ method: 'POST', path: '/api-tokens', times: 1, fault: refusal(401) });
    await expectRotated({});
  });

  test('a 401 to the check of the token in hand', async () => {
    world.faults.add({ method: 'GET', path: '/users/current', times: 1, fault: refusal(401) });
    await expectRotated({});
  });

  test.each([401, 403, 404])('a %i to a read of what was read before', async (status) => {
    world.faults.add({ method: 'GET', path: 'secrets/TE_TOKEN', nth: 2, times: 1, fault: refusal(status) });
    const run = await expectRotated({});
    expect(said(run, 'warning')).toBe('');
  });

  test('one that stays is final', async () => {
    world.faults.add({ method: 'POST', path: '/api-tokens', times: 2, fault: refusal(401) });
    const run = await world.workflow().run();
    expect([run.exitCode, world.thousandeyes.issued]).toEqual([1, []]);
    expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
  });
});

// A run on a schedule comes back by itself.
test.each([
  ['github', 'check'],
  ['github', 'rotate'],
  ['thousandeyes', 'check'],
] as const)(
  '%s tells to wait for an hour before anything is issued: %s ends, and says when to come back',
  async (server, mode) => {
    world.faults.add({ server, fault: { kind: 'status', status: 429, headers: { 'retry-after': '3600' } } });
    const run = await world.workflow({ with: { mode } }).run();
    expect(run.exitCode).toBe(1);
    expect(run.durationMs).toBeLessThan(10_000);
    const [, day, minute] = /after (\d{4}-\d\d-\d\d) (\d\d:\d\d) UTC/.exec(said(run)) ?? [];
    const hours = (Date.parse(`${day}T${minute}Z`) - world.clock.now()) / 3_600_000;
    expect(hours).toBeCloseTo(1, 1);
  },
);

import { describe, expect, test } from '@jest/globals';
import { commandIn, Gh } from '../../sandbox/gh/gh.ts';
import type { TrafficEvent } from '../../sandbox/http/traffic.ts';
import type { RunOptions } from '../../sandbox/runner/runner.ts';
import { LossBundle } from './support/bundle.ts';
import { LossProcess } from './support/process.ts';
import { home, others, type Scene, startScene } from './support/scene.ts';

const received = (method: string, end: string) => (event: TrafficEvent) =>
  event.phase === 'received' && event.request.method === method && event.request.path.endsWith(end);
const homePath = '/repos/acme/network/actions/secrets/TE_TOKEN';
const hang = { kind: 'hang', acted: true } as const;
/** Long enough for a signal to arrive, and nothing waits for longer. */
const late = { kind: 'delay', ms: 150 } as const;

/** The runner's own sequence: SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL. */
const cancelAt = (at: (event: TrafficEvent) => boolean): RunOptions => ({ cancel: { at } });

function expectNothingIssued(scene: Scene): void {
  expect(scene.world.thousandeyes.issued).toEqual([]);
  expect(scene.contents().map(({ value }) => value)).toEqual(Array(3).fill(scene.world.currentToken));
  expect(scene.hasLeftover).toBe(false);
}

describe('before the token is asked for, the run stops at once', () => {
  const stages = {
    'reading the home': { method: 'GET', path: homePath },
    'checking the current token': { method: 'GET', path: '/users/current' },
    'writing the test': { method: 'PUT', path: '/repos/acme/network/actions/secrets/ROTATION_WRITE_TEST' },
    'writing the test elsewhere': { method: 'PUT', path: '/orgs/acme/actions/secrets/ROTATION_WRITE_TEST' },
  };
  test.each(Object.entries(stages))('%s', async (_, { method, path }) => {
    await using scene = await startScene();
    scene.world.faults.add({ method, path, fault: hang });
    using step = new LossBundle(scene, cancelAt(received(method, path)));
    const main = await step.main();
    expect([main.exitCode, main.signal]).toEqual([1, null]);
    expect(main.said).toContain('Cancelled before a token was asked for');
    expect(main.durationMs).toBeLessThan(7000);
    scene.check(main);
    const post = await step.post();
    expect([post.exitCode, post.wrote.trim(), post.files, scene.breaches]).toEqual([0, '', [], []]);
    expectNothingIssued(scene);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s alone', async (signal) => {
    await using scene = await startScene();
    scene.world.faults.add({ method: 'GET', path: homePath, fault: hang });
    const main = await signalled(scene, received('GET', homePath), [signal]);
    expect(main.durationMs).toBeLessThan(7000);
    expect([main.exitCode, main.signal]).toEqual([1, null]);
    expectNothingIssued(scene);
  });
});

describe('after the token is asked for, the run stores it', () => {
  const stages = {
    asking: { method: 'POST', path: '/api-tokens', nth: 1 },
    'checking the new token': { method: 'GET', path: '/users/current', nth: 2 },
    'writing the home': { method: 'PUT', path: homePath, nth: 1 },
    'writing another target': { method: 'PUT', path: '/orgs/acme/actions/secrets/TE_TOKEN', nth: 1 },
    'writing the variable': { method: 'PATCH', path: '/TE_EXPIRY', nth: 1 },
  };
  test.each(Object.entries(stages))('%s', async (_, { method, path, nth }) => {
    await using scene = await startScene();
    scene.world.faults.add({ method, path, nth, fault: late });
    let seen = 0;
    const arrives = received(method, path);
    using step = new LossBundle(
      scene,
      cancelAt((event) => arrives(event) && ++seen === nth),
    );
    const main = await step.main();
    expect([main.exitCode, main.signal]).toEqual([0, null]);
    expect(main.log).toContain('Cancelled, but the token is asked for by now: this step stores it');
    expect(main.log).toContain('The token was rotated in 3 targets.');
    expect(scene.isEverywhere).toBe(true);
    scene.check(main);
    const post = await step.post();
    expect([post.exitCode, post.wrote.trim(), scene.breaches]).toEqual([0, '', []]);
  });

  test('signals that come again and again change nothing', async () => {
    await using scene = await startScene();
    scene.world.faults.add({ method: 'POST', fault: late });
    const main = await signalled(scene, received('POST', '/api-tokens'), ['SIGINT', 'SIGINT', 'SIGTERM', 'SIGINT']);
    expect([main.exitCode, main.signal, scene.isEverywhere]).toEqual([0, null, true]);
    expect(main.log.match(/Cancelled/g)).toHaveLength(1);
  });

  test('SIGTERM alone', async () => {
    await using scene = await startScene();
    scene.world.faults.add({ method: 'PUT', path: homePath, fault: late });
    const main = await signalled(scene, received('PUT', homePath), ['SIGTERM']);
    expect([main.exitCode, main.signal, scene.isEverywhere]).toEqual([0, null, true]);
  });
});

describe('what can not be stored in time is left to the post step', () => {
  // Both wait for the runner's real eight seconds, side by side.
  test.concurrent('the home hangs', async () => {
    await using scene = await startScene();
    const hanging = scene.world.faults.add({ method: 'PUT', path: homePath, fault: { kind: 'hang', acted: false } });
    using step = new LossBundle(scene, cancelAt(received('PUT', homePath)));
    const main = await step.main();
    expect([main.exitCode, main.signal]).toEqual([1, null]);
    expect(main.summary).toContain('Finish by hand: acme/network');
    expect(commandIn(main.summary)).toContain(homePath.slice(1));
    expect(scene.contents().map(({ value }) => value)).toEqual(Array(3).fill(scene.world.currentToken));
    scene.check(main);
    hanging.remove();
    const post = await step.post();
    expect([post.exitCode, scene.isEverywhere]).toEqual([0, true]);
    expect(post.log).toContain(`Stored: ${[home, ...others].join(', ')}`);
    scene.check(post);
    expect(scene.breaches).toEqual([]);
  }, 30_000);

  test.concurrent('another target hangs', async () => {
    await using scene = await startScene();
    const path = '/orgs/acme/actions/secrets/TE_TOKEN';
    const hanging = scene.world.faults.add({ method: 'PUT', path, fault: { kind: 'hang', acted: false } });
    using step = new LossBundle(scene, cancelAt(received('PUT', path)));
    const main = await step.main();
    expect([main.exitCode, main.signal, scene.isAtHome]).toEqual([1, null, true]);
    expect(main.said).toContain('mode: sync');
    hanging.remove();
    const post = await step.post();
    expect([post.exitCode, scene.isEverywhere]).toEqual([0, true]);
    scene.check(main);
    scene.check(post);
    expect(scene.breaches).toEqual([]);
  }, 30_000);
});

describe('on a clock of its own', () => {
  test('the command in the summary of a cancelled run finishes it', async () => {
    await using scene = await startScene({ frozen: true });
    using step = new LossProcess(scene);
    using gh = new Gh();
    const hanging = scene.world.faults.add({ method: 'PUT', path: homePath, fault: { kind: 'hang', acted: false } });
    const startedAt = step.clock.now();
    const main = await step.main((cancel) => scene.world.on((event) => received('PUT', homePath)(event) && cancel()));
    expect([main.failed, step.clock.now() - startedAt]).toEqual([true, 8000]);
    hanging.remove();
    await gh.shell(commandIn(main.summary) ?? '', scene.world.githubToken);
    expect((await step.sync()).failed).toBe(false);
    expect([scene.isEverywhere, scene.breaches]).toEqual([true, []]);
  });

  test.each([1, 4])('a token that still spreads is kept aside, sealed (cancelled at check %d)', async (check) => {
    await using scene = await startScene({ frozen: true });
    using step = new LossProcess(scene);
    scene.world.thousandeyes.spread = { ms: 20_000 };
    let checks = 0;
    const isNew = ({ phase, request }: TrafficEvent) =>
      phase === 'answered' && request.path.endsWith('/users/current') && request.status === 401;
    const startedAt = step.clock.now();
    const main = await step.main((cancel) => scene.world.on((event) => isNew(event) && ++checks === check && cancel()));
    expect([main.failed, scene.isAtHome]).toEqual([true, false]);
    expect(main.summary).toContain('Kept aside');
    // The first check and its pauses, and at most the eight seconds of a cancel.
    expect(step.clock.now() - startedAt).toBeLessThan(20_000);
  });

  test('a token that is refused for as long as it may take to spread stays out', async () => {
    await using scene = await startScene({ frozen: true });
    using step = new LossProcess(scene);
    scene.world.thousandeyes.spread = { attempts: Number.POSITIVE_INFINITY };
    const main = await step.main();
    expect(main.said).toContain('does not work');
    expect((await step.post()).said).toBe('');
    expect(scene.contents().map(({ value }) => value)).toEqual(Array(3).fill(scene.world.currentToken));
  });
});

/** Runs main and sends it these signals, one a turn of the event loop, at the first event that fits. */
async function signalled(scene: Scene, at: (event: TrafficEvent) => boolean, signals: readonly NodeJS.Signals[]) {
  const { promise: fits, resolve } = Promise.withResolvers<void>();
  scene.world.on((event) => at(event) && resolve());
  const onSpawn: RunOptions['onSpawn'] = (child) =>
    void fits.then(async () => {
      for (const signal of signals) {
        child.kill(signal);
        await new Promise(setImmediate);
      }
    });
  using step = new LossBundle(scene, { onSpawn });
  return await step.main();
}

import { afterAll, describe, expect, test } from '@jest/globals';
import { commandIn, Gh } from '../../sandbox/gh/gh.ts';
import { moment } from '../../sandbox/http/moments.ts';
import type { TrafficEvent } from '../../sandbox/http/traffic.ts';
import type { RunOptions, StageResult } from '../../sandbox/runner/runner.ts';
import { LossBundle } from './support/bundle.ts';
import { LossProcess } from './support/process.ts';
import { type NewJob, nextName, type Scene, startScene, writeTest } from './support/scene.ts';
import { nextRun } from './support/verdict.ts';

const secrets = '/repos/acme/network/actions/secrets';
const homePath = `${secrets}/TE_TOKEN`;
const otherPath = '/orgs/acme/actions/secrets/TE_TOKEN';
const never = { kind: 'hang', acted: false } as const;
/** Long enough for a signal to arrive, and nothing waits for longer. */
const late = { kind: 'delay', ms: 150 } as const;
const gh = new Gh();
afterAll(() => gh[Symbol.dispose]());
const inProcess: NewJob = (...given) => new LossProcess(...given);

/** The runner's own sequence: SIGINT, 7.5 s later SIGTERM, 2.5 s later SIGKILL; and when main had its last words, in ms after it. */
function cancelledAt(at: (event: TrafficEvent) => boolean): RunOptions & { lastWords: (main: StageResult) => number } {
  let [spawned, cancelled] = [0, 0];
  return {
    onSpawn: () => {
      spawned = performance.now();
    },
    cancel: {
      at: (event) => {
        const isNow = at(event);
        if (isNow) cancelled = performance.now();
        return isNow;
      },
    },
    lastWords: ({ chunks }) => spawned + (chunks.at(-1)?.at ?? 0) - cancelled,
  };
}

function expectNothingIssued(scene: Scene): void {
  expect(scene.world.thousandeyes.issued).toEqual([]);
  expect(scene.contents().map(({ value }) => value)).toEqual(Array(3).fill(scene.world.currentToken));
  expect([scene.hasLeftover, scene.next]).toEqual([false, undefined]);
}

describe('before the token is asked for, the run stops at once', () => {
  const stages = {
    'reading the home': { method: 'GET', path: homePath, fault: never },
    'checking the current token': { method: 'GET', path: '/users/current', fault: never },
    'writing the note': { method: 'PUT', path: `${secrets}/${nextName}`, fault: late },
    'writing the test elsewhere': { method: 'PUT', path: `/orgs/acme/actions/secrets/${writeTest}`, fault: late },
    'proving the record': { method: 'PATCH', path: '/TE_TOKEN_ROTATION', fault: never },
  };
  test.concurrent.each(Object.entries(stages))('%s', async (_, { method, path, fault }) => {
    await using scene = await startScene();
    scene.world.faults.add({ method, path, fault });
    const { lastWords, ...options } = cancelledAt(moment('received', { method, path }));
    using job = new LossBundle(scene, options);
    const main = await job.main();
    expect([main.exitCode, main.signal]).toEqual([1, null]);
    expect(main.said).toContain('Cancelled before a token was asked for');
    expect(lastWords(main)).toBeLessThan(7000);
    scene.check(main);
    const post = await job.post();
    expect([post.exitCode, post.wrote.trim(), post.files]).toEqual([0, '', []]);
    expectNothingIssued(scene);
  });

  test.concurrent.each(['SIGTERM', 'SIGINT'] as const)('%s alone', async (signal) => {
    await using scene = await startScene();
    scene.world.faults.add({ method: 'GET', path: homePath, fault: never });
    const main = await signalled(scene, moment('received', { method: 'GET', path: homePath }), [signal]);
    expect([main.exitCode, main.signal]).toEqual([1, null]);
    expectNothingIssued(scene);
  });
});

describe('after the token is asked for, the run stores it', () => {
  const stages = {
    asking: { method: 'POST', path: '/api-tokens', nth: 1 },
    'parking it': { method: 'PUT', path: `${secrets}/${nextName}`, nth: 2 },
    'checking the new token': { method: 'GET', path: '/users/current', nth: 2 },
    'writing the home': { method: 'PUT', path: homePath, nth: 1 },
    'writing another target': { method: 'PUT', path: otherPath, nth: 1 },
    'writing the record': { method: 'PATCH', path: '/TE_TOKEN_ROTATION', nth: 2 },
    'deleting what is parked': { method: 'DELETE', path: `${secrets}/${nextName}`, nth: 1 },
  };
  test.concurrent.each(Object.entries(stages))('%s', async (_, rule) => {
    await using scene = await startScene();
    scene.world.faults.add({ ...rule, times: 1, fault: late });
    const { lastWords, ...options } = cancelledAt(moment('received', rule));
    using job = new LossBundle(scene, options);
    const main = await job.main();
    expect([main.exitCode, main.signal, scene.missing]).toEqual([0, null, []]);
    expect(main.log).toContain('Cancelled, but the token is asked for by now');
    expect(main.log).toContain('The token was rotated in 3 targets.');
    expect(lastWords(main)).toBeLessThan(7000);
    scene.check(main);
    const post = await job.post();
    expect([post.exitCode, post.wrote.trim()]).toEqual([0, '']);
  });

  test.concurrent('signals that come again and again change nothing', async () => {
    await using scene = await startScene();
    scene.world.faults.add({ method: 'POST', fault: late });
    const asking = moment('received', { method: 'POST', path: '/api-tokens' });
    const main = await signalled(scene, asking, ['SIGINT', 'SIGINT', 'SIGTERM', 'SIGINT']);
    expect([main.exitCode, main.signal, scene.missing]).toEqual([0, null, []]);
    expect(main.log.match(/Cancelled/g)).toHaveLength(1);
  });
});

describe('what can not be stored in time is left to the post step', () => {
  // Each waits for the runner's real seconds, side by side.
  test.concurrent('the home hangs', async () => {
    await using scene = await startScene();
    const hanging = scene.world.faults.add({ method: 'PUT', path: homePath, fault: never });
    const { lastWords, ...options } = cancelledAt(moment('received', { method: 'PUT', path: homePath }));
    using job = new LossBundle(scene, options);
    const main = await job.main();
    expect([main.exitCode, main.signal, scene.isAtHome, scene.next]).toEqual([1, null, false, scene.issued]);
    expect(lastWords(main)).toBeLessThan(7000);
    scene.check(main);
    hanging.remove();
    const post = await job.post();
    expect([post.exitCode, scene.isEverywhere]).toEqual([0, true]);
    scene.check(post);
    const before = { runId: job.runId, stages: [main, post], mayBeLost: false };
    await nextRun(scene, before, (...given) => new LossBundle(...given), gh);
  }, 40_000);

  test.concurrent('another target hangs', async () => {
    await using scene = await startScene();
    const hanging = scene.world.faults.add({ method: 'PUT', path: otherPath, fault: never });
    using job = new LossBundle(scene, cancelledAt(moment('received', { method: 'PUT', path: otherPath })));
    const main = await job.main();
    expect([main.exitCode, main.signal, scene.isAtHome]).toEqual([1, null, true]);
    hanging.remove();
    const post = await job.post();
    expect([post.exitCode, scene.missing]).toEqual([0, []]);
    scene.check(main);
    scene.check(post);
  }, 40_000);

  // GitHub's background steps: post starts 7.5 s after the cancel, whatever main does, and finds no state of it.
  test.concurrent('which starts while main still lives, and without its state', async () => {
    await using scene = await startScene();
    const at = moment('received', { method: 'PUT', path: homePath });
    const hanging = scene.world.faults.add({ method: 'PUT', path: homePath, fault: never });
    const { promise: thaw, resolve: thawNow } = Promise.withResolvers<void>();
    const { promise: isThere, resolve } = Promise.withResolvers<void>();
    scene.world.on((event) => at(event) && resolve());
    // A main that can't even end: only so it lives for longer than its last words take.
    using job = new LossBundle(scene, { freeze: { at: isThere, until: thaw } });
    const main = job.main();
    await isThere;
    hanging.remove();
    const post = job.post({
      state: {},
      onSpawn: (child) => child.stdout?.once('data', () => setTimeout(thawNow, 1000)),
    });
    const [mainEnd, postEnd] = await Promise.all([main, post]);
    for (const stage of [mainEnd, postEnd]) scene.check(stage);
    expect([postEnd.signal, mainEnd.signal]).toEqual([null, null]);
    const before = { runId: job.runId, stages: [mainEnd, postEnd], mayBeLost: false };
    await nextRun(scene, before, (...given) => new LossBundle(...given), gh);
  }, 60_000);
});

describe('on a clock of its own', () => {
  test('where nothing could be parked, either, the command in the summary lets the next run finish', async () => {
    await using scene = await startScene({ frozen: true });
    using job = new LossProcess(scene);
    const where = () => scene.issued !== undefined;
    const hanging = scene.world.faults.add({ method: 'PUT', path: /\/TE_TOKEN(?:_NEXT)?$/, where, fault: never });
    const isWriting = moment('received', { method: 'PUT', path: homePath });
    const startedAt = scene.clock.now();
    let cancelledAt = startedAt;
    const main = await job.main((cancel) =>
      scene.world.on((event) => {
        if (!isWriting(event)) return;
        cancelledAt = scene.clock.now();
        cancel();
      }),
    );
    expect([main.failed, scene.clock.now() - cancelledAt]).toEqual([true, 6500]);
    expect(commandIn(main.summary)).toContain(`${homePath.slice(1)}_NEXT`);
    hanging.remove();
    expect(await nextRun(scene, { runId: job.runId, stages: [main], mayBeLost: false }, inProcess, gh)).toBe(
      'finishes',
    );
  });

  test.each([1, 4])(
    'a token that still spreads is parked, and the next run finishes (cancelled at check %d)',
    async (check) => {
      await using scene = await startScene({ frozen: true });
      using job = new LossProcess(scene);
      scene.world.thousandeyes.spread = { ms: 20_000 };
      let checks = 0;
      const isNew = ({ phase, request }: TrafficEvent) =>
        phase === 'answered' && request.path.endsWith('/users/current') && request.status === 401;
      const startedAt = scene.clock.now();
      const main = await job.main((cancel) =>
        scene.world.on((event) => isNew(event) && ++checks === check && cancel()),
      );
      expect([main.failed, scene.isAtHome, scene.next]).toEqual([true, false, scene.issued]);
      // The first check and its pauses, and at most what a cancel leaves.
      expect(scene.clock.now() - startedAt).toBeLessThan(20_000);
      const post = await job.post();
      expect([post.said, scene.isAtHome]).toEqual(['', false]);
      expect(await nextRun(scene, { runId: job.runId, stages: [main, post], mayBeLost: false }, inProcess, gh)).toBe(
        'finishes',
      );
    },
  );

  test('a token that is refused for as long as it may take to spread stays out of every target', async () => {
    await using scene = await startScene({ frozen: true });
    using job = new LossProcess(scene);
    scene.world.thousandeyes.spread = { attempts: Number.POSITIVE_INFINITY };
    const main = await job.main();
    expect([main.failed, scene.next]).toEqual([true, scene.issued]);
    expect((await job.post()).said).toBe('');
    expect(scene.contents().map(({ value }) => value)).toEqual(Array(3).fill(scene.world.currentToken));
    using next = new LossProcess(scene);
    const second = await next.main();
    expect([second.failed, scene.next]).toEqual([true, scene.issued]);
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
  using job = new LossBundle(scene, { onSpawn });
  return await job.main();
}

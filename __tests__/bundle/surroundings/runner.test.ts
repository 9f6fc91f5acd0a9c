import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { moment } from '../../../sandbox/http/moments.ts';
import type { Step } from '../../../sandbox/runner/runner.ts';
import { HOME, startWorld, type World, type WorldWorkflowOptions } from '../../../sandbox/world.ts';
import { forbidsRemoving, forbidsWriting } from './support/preload.ts';
import { said } from './support/said.ts';

/** What runners do to a step. */

let world: World;
let folder: string;
const steps = new Set<Step>();

beforeEach(async () => {
  world = await startWorld();
  folder = mkdtempSync(join(tmpdir(), 'holes-'));
});

afterEach(async () => {
  for (const step of steps) step.dispose();
  steps.clear();
  rmSync(folder, { recursive: true });
  await world.close();
});

const homePut = { method: 'PUT', path: 'secrets/TE_TOKEN' } as const;
const issued = () => world.thousandeyes.issued[0];
const writesOfHome = () => world.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/TE_TOKEN'));

function stepOf(options: WorldWorkflowOptions = {}): Step {
  const step = world.workflow(options).queue().step();
  steps.add(step);
  return step;
}

/** A step whose main is killed when the home is about to be written: nothing is stored yet. */
async function killedAtHome(options: WorldWorkflowOptions = {}): Promise<Step> {
  const fault = world.faults.add({ ...homePut, fault: { kind: 'hang', acted: false } });
  const step = stepOf({ ...options, kill: moment('received', homePut) });
  await step.main();
  fault.remove();
  expect(world.github.open(HOME)).toBe(world.currentToken);
  return step;
}

const expectFinished = () => {
  expect(world.github.open(HOME)).toBe(issued());
  expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
};

describe('background steps: the post step starts before what main saved is read', () => {
  test('it finds the journal by itself, and finishes', async () => {
    const step = await killedAtHome();
    const post = await step.post({ state: {} });
    expect([said(post), post.exitCode]).toEqual(['', 0]);
    expectFinished();
  });

  test('it waits for a main that lives and writes on, and the home is written once', async () => {
    world.faults.add({ ...homePut, times: 1, fault: { kind: 'delay', ms: 1500 } });
    const step = stepOf();
    const isAtHome = Promise.withResolvers<void>();
    world.meanwhile(homePut, isAtHome.resolve);
    const main = step.main();
    await isAtHome.promise;
    const post = await step.post({ state: {} });
    expect([(await main).exitCode, post.exitCode, said(post)]).toEqual([0, 0, '']);
    expect(post.log).toContain('main step still runs');
    expect(writesOfHome()).toHaveLength(1);
    expectFinished();
  });

  test('the last words of a cancelled main come before 7 s', async () => {
    const fault = world.faults.add({ ...homePut, fault: { kind: 'hang', acted: false } });
    let cancelledAt = 0;
    world.meanwhile(homePut, () => {
      cancelledAt = performance.now();
    });
    const step = stepOf({ cancel: { at: moment('received', homePut) } });
    const main = await step.main();
    expect(performance.now() - cancelledAt).toBeLessThan(7400);
    expect(main.exitCode).toBe(1);
    fault.remove();
    expect((await step.post({ state: {} })).exitCode).toBe(0);
    expectFinished();
  });
});

describe("state or inputs of another step's", () => {
  test('another state: the journal of this run is found and finished', async () => {
    const step = await killedAtHome();
    const post = await step.post({ state: { journal: join(folder, 'of-another.jsonl'), finished: 'true' } });
    expect([said(post), post.exitCode]).toEqual(['', 0]);
    expectFinished();
  });

  test.each([
    ['an empty one', '', 'an empty `github-token`'],
    ['another one', 'ghp_of-another-step', 'another `github-token`'],
  ])('a credential that is not the one of main, %s: it is told, and nothing is sent', async (_, value, words) => {
    const step = await killedAtHome();
    const before = world.requests.length;
    const post = await step.post({ with: { 'github-token': value } });
    expect(post.exitCode).toBe(1);
    expect(said(post)).toContain(words);
    expect(world.requests.slice(before)).toEqual([]);
    expect((await world.workflow().run()).outputs.rotated).toBe('true');
    expectFinished();
  });

  test('two uses in one job: one post step finishes what both left, and the other one is silent', async () => {
    const sameJob = { temp: folder, context: { runId: 77 } };
    const first = await killedAtHome(sameJob);
    const second = stepOf({ ...sameJob, with: { mode: 'check' } });
    await second.main();
    const post = await second.post({ state: { journal: join(folder, 'its-own.jsonl') } });
    expect([said(post), post.exitCode]).toEqual(['', 0]);
    expectFinished();
    const own = await first.post({ state: { journal: join(folder, readdirSync(folder)[0] ?? '') } });
    expect([own.exitCode, own.log]).toEqual([0, '']);
  });
});

describe('a container whose user may not write what the runner made', () => {
  test('RUNNER_TEMP: nothing is issued, and it is named', async () => {
    const run = await world.workflow().run({ execArgv: forbidsWriting(/rotate-thousandeyes-token-/) });
    expect(run.exitCode).toBe(1);
    expect(said(run)).toMatch(/RUNNER_TEMP \(EACCES\).*container.*user/);
    expect(said(run)).not.toContain('space');
    expect(world.thousandeyes.issued).toEqual([]);
  });

  test('the command files: all is stored, and each is named', async () => {
    const run = await world.workflow().run({ execArgv: forbidsWriting(/\d-(?:output|summary)$/) });
    expect(run.exitCode).toBe(0);
    expect(said(run, 'warning')).toMatch(/`rotated`.*GITHUB_OUTPUT \(EACCES\).*container.*user/);
    expect(said(run, 'warning')).toMatch(/summary.*GITHUB_STEP_SUMMARY \(EACCES\)/);
    expectFinished();
  });
});

describe('settings of the runner', () => {
  test.each([
    ['NODE_OPTIONS', '--jitless', /NODE_OPTIONS/],
    ['NODE_TLS_REJECT_UNAUTHORIZED', '0', /NODE_TLS_REJECT_UNAUTHORIZED is 0/],
  ])('%s=%s: it is named, and nothing is sent', async (name, value, words) => {
    const run = await world.workflow().run({ env: { [name]: value } });
    expect(run.exitCode).toBe(1);
    expect(said(run)).toMatch(words);
    expect(world.requests).toEqual([]);
  });

  test.each(['null', '7', '{"a":', ''])('an event file that holds %j is none', async (content) => {
    world.github.addRepository(HOME, { private: true });
    world.setup(['acme/terraform-a']);
    const event = join(folder, 'event.json');
    writeFileSync(event, content);
    const run = await world
      .workflow({ with: { targets: `${HOME}\nacme/terraform-*` } })
      .run({ env: { GITHUB_EVENT_PATH: event } });
    expect([said(run), run.exitCode]).toEqual(['', 0]);
    expect(world.github.open('acme/terraform-a')).toBe(issued());
  });

  test('a journal that cannot be removed says itself that it is finished', async () => {
    const run = await world.workflow().run({ execArgv: forbidsRemoving(/rotate-thousandeyes-token-/) });
    expect([run.exitCode, run.files.length > 0]).toEqual([0, true]);
    expect([run.post?.exitCode, run.post?.log]).toEqual([0, '']);
  });
});

test('the process dies and the machine lives: the next run finishes, and needs nothing of RUNNER_TEMP', async () => {
  await killedAtHome({ temp: folder });
  const run = await world.workflow().run({ temp: folder });
  expect([said(run), run.exitCode, run.outputs.rotated]).toEqual(['', 0, 'true']);
  expectFinished();
});

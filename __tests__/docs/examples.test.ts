import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { DAY, timestamp } from '../../sandbox/clocks/clock.ts';
import { splitLine } from '../../sandbox/github/stores/target-line.ts';
import { expression } from '../../sandbox/runner/expressions.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';
import { filesBelow, read } from './support/markdown.ts';
import { addApp, jobIn, permissionsIn } from './support/play.ts';
import { quickStart, teamsWithoutEnvironments } from './support/reader.ts';
import { isGuard, isOurs, type Workflow } from './support/workflows.ts';

const matrix = { account: 'emea' };
const found = ['acme/terraform-core', 'acme/terraform-edge'];
const examples = filesBelow('examples', '.yml').map((path) => ({ path, workflow: parse(read(path)) as Workflow }));
const stepsIn = (workflow: Workflow) => Object.values(workflow.jobs).flatMap(({ steps }) => steps);
const rotating = examples.filter(({ workflow }) => stepsIn(workflow).some(isOurs));
const guarded = examples.filter(({ workflow }) => stepsIn(workflow).some(isGuard));

test('each example rotates the token or guards it', () => {
  expect(rotating.length).toBeGreaterThanOrEqual(11);
  expect(guarded.map(({ path }) => path)).toEqual(['examples/use-token.yml']);
  expect(examples.filter((one) => !rotating.includes(one) && !guarded.includes(one))).toEqual([]);
});

test.each(rotating)('$path: rotates only when it is due, in runs that wait for each other', ({ workflow }) => {
  const job = Object.values(workflow.jobs).find(({ steps }) => steps.some(isOurs));
  expect(workflow.concurrency ?? job?.concurrency).toMatch(/^rotate-thousandeyes-token/);
  const given = job?.steps.find(isOurs)?.with ?? {};
  expect(given).toMatchObject({
    'thousandeyes-token-next': expression('secrets.TE_TOKEN_NEXT'),
    'rotate-when-days-left': 180,
  });
});

/** Each rotates in the sandbox, with the permissions that its App's step, or the README's link to a new token, asks for. */
test.concurrent.each(rotating)('$path: what its credential may do is enough', async ({ path, workflow }) => {
  const enterprise = path.includes('enterprise');
  await using world = await startWorld({ enterprise });
  const job = jobIn(workflow, { appToken: credentialFor(path, workflow, world), matrix });
  const lines = (job.with.targets ?? HOME).trim().split('\n');
  const [home = ''] = lines;
  const others = lines
    .slice(1)
    .flatMap((line) => (line.includes('*') ? found.map((name) => line.replace('acme/terraform-*', name)) : [line]));
  world.setup([home, ...others]);

  const url = job.with['github-api-url'];
  expect(url === undefined ? undefined : new URL(url).pathname).toBe(enterprise ? '/api/v3' : undefined);
  const result = await world.workflow({ ...job, with: { ...job.with, 'github-api-url': world.github.url } }).run();
  expect(result).toMatchObject({ exitCode: 0, outputs: { rotated: 'true' }, post: { exitCode: 0 } });
  for (const line of [home, ...others]) {
    const { store, name } = splitLine(line);
    expect({ line, value: world.github.open(store, name) }).toEqual({ line, value: world.thousandeyes.issued[0] });
  }
  expect(world.variable('TE_TOKEN_ROTATION', home).json?.targets).toHaveLength(1 + others.length);
});

test.each(guarded)('$path: its guard is silent, warns and fails in time', async ({ workflow }) => {
  await using world = await startWorld();
  const [job] = Object.values(workflow.jobs);
  const given = Object.entries(job?.steps.find(isGuard)?.with ?? {}).map(([name, value]) => [name, String(value)]);
  const environment = job?.environment ?? '';
  const guard = (days: number) => {
    const now = world.clock.now();
    const validUntil = timestamp(now + days * DAY);
    const record = { v: 1, token: 'sha256:0123456789abcdef', since: timestamp(now), validUntil };
    world.variable('TE_TOKEN_ROTATION', `${HOME}/environments/${environment}`).seed(record);
    return world.guard({ environment, with: Object.fromEntries(given) });
  };
  expect(await guard(300)).toMatchObject({ exitCode: 0, log: '' });
  expect(await guard(60)).toMatchObject({ exitCode: 0, log: expect.stringMatching(/^Warning: /) });
  expect(await guard(20)).toMatchObject({ exitCode: 1, log: expect.stringMatching(/^Error: /) });
});

test('each example fits on one screen, and shares no more with the next one than what every workflow needs', () => {
  const texts = examples.map(({ path }) => ({ path, lines: read(path).trimEnd().split('\n') }));
  expect(texts.filter(({ lines }) => lines.length > 46).map(({ path }) => path)).toEqual([]);
  for (const { path, lines } of texts)
    for (const other of texts.filter((each) => each.path !== path)) {
      const equal = lines.filter((line) => other.lines.includes(line)).length;
      expect({ path, other: other.path, isTooMuch: equal >= 40 }).toEqual({
        path,
        other: other.path,
        isTooMuch: false,
      });
    }
});

/** Makes what the step of the App yields; or stores the fine-grained token that the workflow reads. */
function credentialFor(path: string, workflow: Workflow, world: World): string | undefined {
  const permissions = permissionsIn(workflow);
  if (permissions !== undefined)
    return addApp(world, permissions, path.includes('without') ? teamsWithoutEnvironments.granted : permissions);
  const value = `github_pat_${'1a2B'.repeat(20)}`;
  world.github.addCredential(value, { kind: 'fine-grained', permissions: quickStart.granted });
  world.github.seed(HOME, { name: 'ROTATION_GITHUB_TOKEN', value, createdAt: world.clock.now() });
  return undefined;
}

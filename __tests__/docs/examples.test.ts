import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { DAY, timestamp } from '../../sandbox/clocks/clock.ts';
import { splitLine } from '../../sandbox/github/stores/target-line.ts';
import { runAction } from '../../sandbox/runner/runner.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';
import { filesBelow, project, read } from './support/markdown.ts';
import { addApp, evaluate, inputsIn, permissionsIn } from './support/play.ts';
import { quickStart } from './support/reader.ts';
import { isGuard, isOurs, type Workflow } from './support/workflows.ts';

const matrix = { account: 'emea' };
const found = ['acme/terraform-core', 'acme/terraform-edge'];
const examples = filesBelow('examples', '.yml').map((path) => ({ path, workflow: parse(read(path)) as Workflow }));
const stepsIn = (workflow: Workflow) => Object.values(workflow.jobs).flatMap(({ steps }) => steps);
const rotating = examples.filter(({ workflow }) => stepsIn(workflow).some(isOurs));
const guarded = examples.filter(({ workflow }) => stepsIn(workflow).some(isGuard));

test('each example rotates the token or guards it', () => {
  expect(rotating.length).toBeGreaterThanOrEqual(10);
  expect(guarded.map(({ path }) => path)).toEqual(['examples/use-token.yml']);
  expect(examples.filter((one) => !rotating.includes(one) && !guarded.includes(one))).toEqual([]);
});

/** Each rotates in the sandbox, with the permissions that its App's step, or the README's link to a new token, asks for. */
test.each(rotating)('$path: what its credential may do is enough', async ({ path, workflow }) => {
  const enterprise = path.includes('enterprise');
  await using world = await startWorld({ enterprise });
  const { environment } = Object.values(workflow.jobs)[0] ?? {};
  const home =
    environment === undefined ? HOME : `${HOME}/environments/${evaluate(environment, { 'matrix.account': 'emea' })}`;
  world.setup([home]);
  const githubToken = credentialFor(workflow, world);
  const inputs = inputsIn(workflow, world, { home, githubToken, matrix });
  const lines = (inputs.targets ?? HOME).trim().split('\n');
  expect(lines[0]).toBe(home);
  const others = lines
    .slice(1)
    .flatMap((line) => (line.includes('*') ? found.map((name) => line.replace('acme/terraform-*', name)) : [line]));
  world.setup(others);

  const url = inputs['github-api-url'];
  expect(url === undefined ? undefined : new URL(url).pathname).toBe(enterprise ? '/api/v3' : undefined);
  const result = await world.run({ with: { ...inputs, 'github-api-url': world.github.url } });
  expect(result).toMatchObject({ exitCode: 0, outputs: { rotated: 'true' }, post: { exitCode: 0 } });
  for (const line of [home, ...others]) {
    const { store, name } = splitLine(line);
    expect({ line, value: world.github.open(store, name) }).toEqual({ line, value: world.thousandeyes.issued[0] });
  }
  expect(JSON.parse(result.outputs.results ?? '')).toHaveLength(1 + others.length);
});

test.each(guarded)('$path: its guard is silent, warns and fails in time', async ({ workflow }) => {
  const step = stepsIn(workflow).find(isGuard);
  const guard = (days: number) => {
    const date = timestamp(Date.now() + days * DAY);
    const given = Object.entries(step?.with ?? {}).map(([name, value]) => [
      name,
      evaluate(String(value), { 'vars.TE_TOKEN_VALID_UNTIL': date }),
    ]);
    return runAction({ actionDir: join(project, 'guard'), with: Object.fromEntries(given) });
  };
  expect(await guard(300)).toMatchObject({ exitCode: 0, log: '' });
  expect(await guard(60)).toMatchObject({ exitCode: 0, log: expect.stringMatching(/^Warning: /) });
  expect(await guard(20)).toMatchObject({ exitCode: 1, log: expect.stringMatching(/^Error: /) });
});

test('each example fits on one screen, and shares no more with the next one than what every workflow needs', () => {
  const texts = examples.map(({ path }) => ({ path, lines: read(path).trimEnd().split('\n') }));
  expect(texts.filter(({ lines }) => lines.length > 45).map(({ path }) => path)).toEqual([]);
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

function credentialFor(workflow: Workflow, world: World): string {
  const permissions = permissionsIn(workflow);
  if (permissions !== undefined) return addApp(world, permissions);
  const token = `github_pat_${'1a2B'.repeat(20)}`;
  world.github.addCredential(token, { kind: 'fine-grained', permissions: quickStart.granted });
  return token;
}

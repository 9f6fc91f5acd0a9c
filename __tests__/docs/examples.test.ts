import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { splitLine } from '../../sandbox/target-line.ts';
import { HOME, startWorld } from '../../sandbox/world.ts';
import { filesBelow, read } from './markdown.ts';
import { addApp, evaluate, inputsIn } from './play.ts';
import type { Workflow } from './workflows.ts';

const matrix = { account: 'emea' };
const found = ['acme/terraform-core', 'acme/terraform-edge'];

/** Each example rotates in the sandbox, with an App that has the permissions which its own step asks for. */
test.each(filesBelow('examples', '.yml').map((path) => [path]))('%s: what the App may do is enough', async (path) => {
  const workflow = parse(read(path)) as Workflow;
  const enterprise = path.includes('enterprise');
  await using world = await startWorld({ enterprise });
  const { environment = '' } = Object.values(workflow.jobs)[0] ?? {};
  const home = `${HOME}/environments/${evaluate(environment, { 'matrix.account': matrix.account })}`;
  world.setup([home]);
  const played = inputsIn(workflow, world, { home, matrix });
  const lines = (played.with.targets ?? '').trim().split('\n');
  expect(lines[0]).toBe(home);
  const others = lines
    .slice(1)
    .flatMap((line) => (line.includes('*') ? found.map((name) => line.replace('acme/terraform-*', name)) : [line]));
  world.setup(others);

  const url = played.with['github-api-url'];
  expect(url === undefined ? undefined : new URL(url).pathname).toBe(enterprise ? '/api/v3' : undefined);
  const token = addApp(world, played.permissions);
  const result = await world.run({
    with: { ...played.with, 'github-token': token, 'github-api-url': world.github.url },
  });
  expect(result).toMatchObject({ exitCode: 0, outputs: { rotated: 'true' }, post: { exitCode: 0 } });
  for (const line of [home, ...others]) {
    const { store, name } = splitLine(line);
    expect({ line, value: world.github.open(store, name) }).toEqual({ line, value: world.thousandeyes.issued[0] });
  }
  expect(JSON.parse(result.outputs.results ?? '')).toHaveLength(1 + others.length);
});

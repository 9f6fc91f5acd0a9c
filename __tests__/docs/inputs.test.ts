import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { startWorld } from '../../sandbox/world.ts';
import { inputsFrom } from '../../src/action/inputs.ts';
import { codeIn, project, read, table } from './support/markdown.ts';

type Input = { required: boolean; default?: string };

const action = parse(read('action.yml')) as { inputs: Record<string, Input>; outputs: Record<string, unknown> };
const context = { repository: 'acme/network', githubUrl: 'https://api.github.com' };
const tokens: Record<string, string> = { 'thousandeyes-token': 'te-token', 'github-token': 'ghp_token' };

test('the code reads the inputs that action.yml declares, and no others', () => {
  const asked = new Set<string>();
  const ask = (name: string) => {
    asked.add(name);
    return tokens[name];
  };
  expect(inputsFrom(ask, context)).toMatchObject({ ok: true });
  expect([...asked].sort()).toEqual(Object.keys(action.inputs).sort());
});

test('the defaults of action.yml mean what the code takes for granted', () => {
  const expressions: Record<string, string> = {
    '${{ github.repository }}': context.repository,
    '${{ github.api_url }}': context.githubUrl,
  };
  const given = (name: string) => {
    const value = action.inputs[name]?.default;
    return tokens[name] ?? (value === undefined ? undefined : (expressions[value] ?? value));
  };
  expect(inputsFrom(given, context)).toEqual(inputsFrom((name) => tokens[name], context));
});

test('what is required has no default, and the rest has one', () => {
  for (const [name, input] of Object.entries(action.inputs)) {
    expect({ name, required: input.required }).toEqual({ name, required: name in tokens });
    expect({ name, given: input.default !== undefined }).toEqual({ name, given: !input.required });
  }
});

test("the README's tables name inputs and outputs with their defaults", () => {
  const readme = read('README.md');
  const inputs = table(readme, '| name | description | required | default |').map(
    ([name = '', , required = '', value = '']) => [codeIn(name)[0], codeIn(required)[0], codeIn(value)[0]],
  );
  const declared = Object.entries(action.inputs).map(([name, input]) => [
    name,
    String(input.required),
    input.default || '""',
  ]);
  expect(inputs).toEqual(declared);
  const outputs = table(readme, '| name | description |').map(([name = '']) => codeIn(name)[0]);
  expect(outputs).toEqual(Object.keys(action.outputs));
});

test("the README's tables are what `npm run docs` would write", () => {
  const check = () =>
    execFileSync(process.execPath, ['scripts/docs.ts', '--check'], { cwd: project, encoding: 'utf8' });
  expect(check()).toBe('');
});

test('a run sets every output that action.yml declares, and no other', async () => {
  await using world = await startWorld();
  const result = await world.run({ with: { 'expose-token': true } });
  expect(Object.keys(result.outputs).sort()).toEqual(Object.keys(action.outputs).sort());
});

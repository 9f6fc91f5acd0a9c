import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { expression } from '../../sandbox/runner/expressions.ts';
import { startWorld } from '../../sandbox/world.ts';
import { inputsFrom } from '../../src/action/inputs.ts';
import { codeIn, project, read, table } from './support/markdown.ts';

type Input = { required: boolean; default?: string };

const action = parse(read('action.yml')) as { inputs: Record<string, Input>; outputs: Record<string, unknown> };
const context = { repository: 'acme/network', githubUrl: 'https://api.github.com', variables: {} };
const next = 'thousandeyes-token-next';
/** What a workflow has to give. */
const given: Record<string, string> = { 'thousandeyes-token': 'te-token', [next]: '', 'github-token': 'ghp_token' };

test('the code reads the inputs that action.yml declares, and no others', () => {
  const asked = new Set<string>();
  const ask = (name: string) => {
    asked.add(name);
    return given[name];
  };
  expect(inputsFrom({ ...context, input: ask })).toMatchObject({ ok: true });
  expect([...asked].sort()).toEqual(Object.keys(action.inputs).sort());
});

/** As the runner does where a workflow lacks a line. */
function withDefaults(lines: Record<string, string>): (name: string) => string | undefined {
  const expressions: Record<string, string> = {
    '${{ github.repository }}': context.repository,
    '${{ github.api_url }}': context.githubUrl,
  };
  return (name) => {
    const value = action.inputs[name]?.default;
    return lines[name] ?? (value === undefined ? undefined : (expressions[value] ?? value));
  };
}

test('the defaults of action.yml mean what the code takes for granted', () => {
  expect(inputsFrom({ ...context, input: withDefaults(given) })).toEqual(
    inputsFrom({ ...context, input: (name) => given[name] }),
  );
});

test('a workflow that lacks the line for the next token is told so, and one whose secret is not there is not', () => {
  const { [next]: _, ...others } = given;
  expect(inputsFrom({ ...context, input: withDefaults(others) })).toEqual({
    ok: false,
    error: [expect.stringContaining(`\`${next}: ${expression('secrets.TE_TOKEN_NEXT')}\``)],
  });
  expect(inputsFrom({ ...context, input: withDefaults(given) })).toMatchObject({ ok: true });
});

test('what is required has no default but one that no secret has, and the rest has one', () => {
  for (const [name, input] of Object.entries(action.inputs)) {
    expect({ name, required: input.required }).toEqual({ name, required: name in given });
    expect({ name, given: input.default !== undefined }).toEqual({ name, given: !input.required || name === next });
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

import { expect, test } from '@jest/globals';
import { type Inputs, inputsFrom } from '../../../src/action/inputs.ts';
import { run } from '../../../src/action/run.ts';
import type { Dependencies } from '../../../src/rotation/dependencies.ts';
import { nothingChanged } from '../../../src/rotation/outcome.ts';
import { gitHubAnswer } from '../support/fakes.ts';
import { currentToken, newToken, parkedToken, type SceneOptions, sceneOf, usualRecord } from '../support/scene.ts';
import { day, now } from '../support/time.ts';

function inputsOf(given: Record<string, string> = {}): Inputs {
  const all: Record<string, string> = {
    'thousandeyes-token': currentToken.reveal(),
    'thousandeyes-token-next': '',
    'github-token': 'ghp_of-the-run',
    ...given,
  };
  const inputs = inputsFrom({
    input: (name) => all[name],
    repository: 'acme/network',
    githubUrl: 'https://api.github.com',
    variables: {},
  });
  if (!inputs.ok) throw new Error(inputs.error.join('\n'));
  return inputs.value;
}

async function ran(inputs: Record<string, string> = {}, options: SceneOptions = {}, more: Partial<Dependencies> = {}) {
  const scene = sceneOf(options);
  await run(inputsOf(inputs), { ...scene.dependencies, ...more });
  const { outcome, steps, log } = scene;
  return { outcome, steps, log };
}

test.each(['rotate', 'sync', 'check', 'rehearse'] as const)('mode: %s is run and reported once', async (mode) => {
  const { outcome, steps } = await ran({ mode });
  expect(outcome).toMatchObject({ mode, problems: [] });
  expect(steps.includes('POST /api-tokens')).toBe(mode === 'rotate');
  expect(steps.includes('PUT acme/network as TE_TOKEN_NEXT')).toBe(mode === 'rotate' || mode === 'rehearse');
});

test('what the inputs say reaches the rotation', async () => {
  const { outcome, steps, log } = await ran(
    {
      targets: 'acme/network\nacme/edge as OTHER',
      'create-missing': 'true',
      'expose-token': 'true',
      'rotate-when-days-left': '430',
    },
    { secrets: { 'acme/edge as OTHER': gitHubAnswer(404) } },
  );
  expect(outcome.problems).toEqual([]);
  expect(steps).toContain('PUT acme/edge as OTHER');
  expect(log.outputs.token).toBe(newToken.reveal());
  const early = await ran({ 'rotate-when-days-left': '429' });
  expect(early.steps).not.toContain('POST /api-tokens');
  expect(early.outcome).toMatchObject({ problems: [], rotated: false });
});

test('what an earlier run left reaches the rotation', async () => {
  const { outcome, steps } = await ran(
    { 'thousandeyes-token-next': parkedToken.reveal() },
    { secrets: { 'acme/network as TE_TOKEN_NEXT': { updatedAt: now - day } }, record: usualRecord() },
  );
  expect(outcome).toMatchObject({ rotated: true, problems: [] });
  expect(steps).not.toContain('POST /api-tokens');
});

test('the current token and the addresses of the inputs are used', async () => {
  const seen: string[] = [];
  const { dependencies } = sceneOf();
  const check: Dependencies['thousandEyes']['checkCurrent'] = async (token) => {
    seen.push(token.reveal());
    return { kind: 'down', mayPass: false, detail: 'the host name te.acme.example could not be resolved' };
  };
  const { outcome } = await ran(
    {
      'thousandeyes-api-url': 'https://te.acme.example/v7',
      'github-api-url': 'https://ghes.acme.example/api/v3',
      targets: 'acme/gone',
    },
    { secrets: { 'acme/gone': gitHubAnswer(404) } },
    { thousandEyes: { ...dependencies.thousandEyes, checkCurrent: check } },
  );
  expect(seen).toEqual([currentToken.reveal()]);
  const told = outcome.problems.flatMap(({ steps }) => steps).join('\n');
  expect(told).toContain('https://te.acme.example/v7');
  expect(told).toContain('gh secret set TE_TOKEN --repo ghes.acme.example/acme/gone');
});

test('a credential of one owner is told where the targets have several', async () => {
  const { outcome } = await ran(
    { 'github-token': 'ghs_of-the-run', targets: 'acme/network\nocto-org/edge' },
    { repositories: { 'octo-org/edge': gitHubAnswer(404) } },
  );
  expect(outcome.problems[0]?.steps.join(' ')).toContain('covers only one owner');
});

test('a pattern that cannot be expanded stops the run, with every target named as unchanged', async () => {
  const { outcome, steps } = await ran({ mode: 'check', targets: 'acme/network\nacme/tf-*' });
  expect(outcome).toMatchObject({
    mode: 'check',
    headline: nothingChanged(outcome.problems),
    rotated: false,
    problems: [{ attempt: 'Listing the repositories of acme for acme/tf-*' }],
    leftForPost: false,
  });
  expect(outcome.results.map(({ resolved, status }) => [resolved.name, status])).toEqual([
    ['acme/network', 'unchanged'],
  ]);
  expect(steps).toEqual([]);
});

test('a GitHub credential that expires within thirty days is a warning beside all others', async () => {
  const expiresAt = now + 10 * day;
  const { outcome } = await ran(
    { mode: 'check' },
    { expiresAt, check: { kind: 'unclear', detail: 'ThousandEyes answered 302' } },
  );
  expect(outcome.credentialExpiresAt).toBe(expiresAt);
  expect(outcome.warnings).toEqual([
    expect.stringContaining('ThousandEyes answered 302'),
    expect.stringContaining('2026-12-03 (10 days left)'),
  ]);
});

test("the end of an App's token is no news", async () => {
  const { outcome } = await ran({ mode: 'check', 'github-token': 'ghs_of-the-run' }, { expiresAt: now + day });
  expect(outcome).toMatchObject({ warnings: [], credentialExpiresAt: undefined });
});

test('what GitHub says it will end is a warning, also where the run stopped', async () => {
  const github = { allowance: undefined, expiresAt: undefined, deprecations: ['GitHub ends this version.'], now };
  expect((await ran({ mode: 'check' }, {}, { github })).outcome.warnings).toEqual(['GitHub ends this version.']);
  expect((await ran({ targets: 'acme/network\nacme/tf-*' }, {}, { github })).outcome.warnings).toEqual([
    'GitHub ends this version.',
  ]);
});

test('a run without a home fails', async () => {
  await expect(run({ ...inputsOf(), lines: [] }, sceneOf().dependencies)).rejects.toThrow('there is no home');
});

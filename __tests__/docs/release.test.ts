import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { machineSettings } from '../../sandbox/runner/machine.ts';
import { codeBlocks, filesBelow, project, read } from './support/markdown.ts';
import { runScript, type Step, type Workflow } from './support/workflows.ts';

const release = parse(read('.github/workflows/release.yml')) as Workflow;
const steps = Object.values(release.jobs).flatMap((job) => job.steps);
const named = (start: string): Step => steps.find(({ name }) => name?.startsWith(start)) ?? {};
const blocks = codeBlocks(read('SECURITY.md')).map(({ text }) => text);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program on the PATH that notes how it is called, prints this, and fails where an argument is the given one. */
function program(name: string, prints = '', failsAt = 'never'): void {
  const lines = [
    '#!/bin/sh',
    `echo "$*" >> "${join(folder, name)}.calls"`,
    `for given in "$@"; do [ "$given" = '${failsAt}' ] && exit 1; done`,
    `printf '%s\\n' '${prints}'`,
  ];
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  chmodSync(join(folder, name), 0o755);
}

const calls = (name: string) =>
  readFileSync(join(folder, `${name}.calls`), 'utf8')
    .trim()
    .split('\n');

function run(script: string, env: Record<string, string> = {}): Promise<{ code: number; output: string }> {
  const machine = machineSettings();
  return runScript(script, { ...machine, PATH: [folder, machine.PATH].join(delimiter), ...env });
}

/** Every file of which something runs: the definitions of actions, and the bundle. */
function filesThatRun(): string[] {
  const definitions = globSync(['action.yml', '*/action.yml'], { cwd: project, exclude: ['node_modules'] });
  return [...definitions, ...filesBelow('dist', '')].map((path) => path.replaceAll('\\', '/')).sort();
}

test('every file that runs is attested, and has its sum in the release', () => {
  const attested = String(named('Attest every file').with?.['subject-path']).trim().split('\n');
  expect(named('Draft the release').run).toContain(`sha256sum ${attested.join(' ')} > SHA256SUMS`);
  const covered = attested.flatMap((pattern) => globSync(pattern, { cwd: project }));
  expect(covered.map((path) => path.replaceAll('\\', '/')).sort()).toEqual(filesThatRun());
});

test('SECURITY.md verifies every file that runs', async () => {
  program('gh');
  const { code, output } = await run(`cd ${JSON.stringify(project)}\n${blocks[0]}`);
  expect({ code, output: output.trim() }).toEqual({ code: 0, output: '' });
  const verified = calls('gh').map((call) => /^attestation verify (\S+) /.exec(call)?.[1]);
  expect(verified).toEqual(expect.arrayContaining(filesThatRun()));
});

test('SECURITY.md stops at a file that is not attested', async () => {
  program('gh', '', 'dist/main.js');
  expect((await run(`cd ${JSON.stringify(project)}\n${blocks[0]}`)).code).toBe(1);
  expect(calls('gh').at(-1)).toContain('dist/main.js');
});

test('SECURITY.md verifies the release, and the sums that the workflow put into it', () => {
  const lines = (blocks[1] ?? '').trim().split('\n');
  const commands = lines.map((line) => line.split(' ').slice(0, 3).join(' '));
  expect(commands).toEqual([
    'gh release verify',
    'gh release download',
    'gh release verify-asset',
    'sha256sum --check --strict',
  ]);
  const repositories = lines.flatMap((line) => /--repo (\S+)/.exec(line)?.[1] ?? []);
  expect(new Set(repositories)).toEqual(new Set(['octo-org/rotate-thousandeyes-token']));
});

test('nothing is drafted before CI and the real GitHub passed, or published before it is drafted', () => {
  const { draft, publish, passed } = release.jobs;
  expect(draft?.needs).toEqual(['passed', 'verify']);
  expect([publish?.needs, publish?.environment]).toEqual(['draft', 'release']);
  expect(passed).toMatchObject({ strategy: { matrix: { workflow: ['ci.yml', 'github.yml'] } } });
  for (const name of ['ci.yml', 'github.yml']) expect(read(`.github/workflows/${name}`)).not.toContain('workflow_call');
});

test.each([
  ['completed success', 0],
  ['completed failure', 1],
  ['completed cancelled', 1],
  ['completed skipped', 1],
  ['in_progress null', 1],
  ['null null', 1],
])('a workflow whose newest run is "%s": %d', async (state, code) => {
  program('gh', state);
  program('sleep');
  const { code: ended, output } = await run(named('The newest run').run ?? '', { RUNS: 'runs' });
  expect([ended, output.includes('::error::')]).toEqual([code, code === 1]);
  if (!state.startsWith('completed')) expect(calls('sleep')).toHaveLength(240);
});

test.each([
  ['true', 0],
  ['false', 1],
])('immutable: %s, so publishing ends with %d', async (immutable, code) => {
  program('gh', immutable);
  const { code: ended } = await run(named('It can no longer').run ?? '', { GH_REPO: 'octo-org/x', TAG: 'v1.0.0' });
  expect(ended).toBe(code);
  const { steps: published = [] } = release.jobs.publish ?? {};
  const order = published.map(({ name, run: script }) => name ?? script);
  expect(order).toEqual([
    'gh release edit "$TAG" --draft=false --latest',
    'It can no longer be changed',
    'Move the tag of the major version',
  ]);
});

test('the tag of the major version is moved, or made', async () => {
  const move = named('Move the tag').run ?? '';
  const env = { GH_REPO: 'octo-org/x', GITHUB_SHA: 'abc', TAG: 'v2.2.3' };
  program('gh');
  expect((await run(move, env)).code).toBe(0);
  expect(calls('gh')).toEqual(['api --method PATCH repos/octo-org/x/git/refs/tags/v2 -f sha=abc -F force=true']);
  program('gh', '', 'PATCH');
  expect((await run(move, env)).code).toBe(0);
  expect(calls('gh').at(-1)).toBe('api --method POST repos/octo-org/x/git/refs -f ref=refs/tags/v2 -f sha=abc');
});

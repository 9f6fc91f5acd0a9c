import { basename } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { findingsIn, findingsInAction } from './support/language-service.ts';
import { filesBelow, read, table } from './support/markdown.ts';
import {
  isGuard,
  isOurs,
  type Source,
  type Step,
  stepsOf,
  type Workflow,
  workflowFiles,
  workflowsInDocuments,
} from './support/workflows.ts';

type Action = { inputs: Record<string, { required?: boolean }>; outputs: Record<string, unknown> };

const action = parse(read('action.yml')) as Action;
const guard = parse(read('guard/action.yml')) as Action;
/** The project's own actions: how a step that uses one is known, and what it takes. */
const own = [
  { is: isOurs, action },
  { is: isGuard, action: guard },
];
const isOwn = (step: Step) => own.some(({ is }) => is(step));
const files = workflowFiles();
const all = [...files, ...workflowsInDocuments()];
const named = all.map((source): [string, Source] => [source.name, source]);
const namedFiles = files.map((source): [string, Source] => [source.name, source]);

test('there is something to check', () => {
  const names = files.map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('examples/')).length).toBeGreaterThanOrEqual(11);
  expect(names).toContain('.github/workflows/release.yml');
  expect(all.length - files.length).toBeGreaterThanOrEqual(3);
});

test.each(named)("%s has nothing that GitHub's own parser and language service find", async (_, { text }) => {
  expect(await findingsIn(text)).toEqual([]);
});

test.each([
  ['an unknown context', `run: echo \${{ nope.x }}`, "Unrecognized named-value: 'nope'"],
  ['an unknown step', `run: echo \${{ steps.x.outputs.y }}`, 'Context access might be invalid: x'],
  ['an action without a version', 'uses: actions/checkout', 'Expected format {owner}/{repo}[/path]@{ref}'],
  ['an unknown key', 'rum: x', "Unexpected value 'rum'"],
])("GitHub's own language service finds %s", async (_, step, message) => {
  const text = `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - ${step}\n`;
  expect(await findingsIn(text)).toContainEqual(expect.stringContaining(message));
});

test.each(['action.yml', 'guard/action.yml'])(
  "%s has nothing that GitHub's own language service finds",
  async (path) => {
    const text = read(path);
    expect(await findingsInAction(text)).toEqual([]);
    expect(await findingsInAction(text.replace(/using: node\d+/, 'using: node8'))).not.toEqual([]);
  },
);

test.each(named)('%s puts no expression into a script, where its value would be run', (_, source) => {
  expect(stepsOf(source).filter(({ run }) => run?.includes('${{'))).toEqual([]);
});

test.each(named)('%s gives each action what its action.yml knows, and all that it requires', (_, source) => {
  for (const { is, action: known } of own) {
    const required = Object.keys(known.inputs).filter((name) => known.inputs[name]?.required);
    for (const step of stepsOf(source).filter(is)) {
      const given = Object.keys(step.with ?? {});
      expect(given.filter((name) => !(name in known.inputs))).toEqual([]);
      expect(required.filter((name) => !given.includes(name))).toEqual([]);
    }
  }
});

test.each(named)('%s reads only outputs that the actions have', (_, source) => {
  for (const { is, action: known } of own) {
    const ids = stepsOf(source)
      .filter(is)
      .flatMap(({ id }) => id ?? []);
    for (const id of ids) {
      const readOutputs = [...source.text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, 'g'))];
      expect(readOutputs.map(([, output = '']) => output).filter((output) => !(output in known.outputs))).toEqual([]);
    }
  }
});

test.each(namedFiles)('%s gives its token nothing at the top, and pins what it uses', (_, source) => {
  expect((parse(source.text) as Workflow).permissions).toEqual({});
  for (const step of stepsOf(source)) {
    if (step.uses === undefined || isOwn(step)) continue;
    expect(step.uses).toMatch(/@[0-9a-f]{40}$/);
    expect(source.text).toMatch(new RegExp(`uses: ${step.uses} # v\\d+\\.\\d+\\.\\d+\n`));
  }
});

test.each(namedFiles)('%s leaves no credential in its checkout', (_, source) => {
  const checkouts = stepsOf(source).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
  for (const step of checkouts) expect(step.with).toMatchObject({ 'persist-credentials': false });
});

test.each(namedFiles.filter(([name]) => name.startsWith('examples/')))(
  '%s runs on a schedule and by hand',
  (_, source) => {
    const workflow = parse(source.text) as Workflow;
    expect(Object.keys(workflow.on)).toEqual(['schedule', 'workflow_dispatch']);
  },
);

test.each(named)('%s rotates one at a time, and from the environment whose secret is the home', (name, source) => {
  const workflow = parse(source.text) as Workflow;
  for (const job of Object.values(workflow.jobs).filter(({ steps }) => steps.some(isOurs))) {
    // Snippets of a step have no place for it, and these two play with tokens of their own.
    const isSnippet = name.includes(':') && !source.text.startsWith('name:');
    if (isSnippet || ['.github/workflows/ci.yml', '.github/workflows/github.yml'].includes(name)) continue;
    const group = job.concurrency ?? workflow.concurrency;
    expect({ name, group }).toEqual({ name, group: expect.anything() });
    // A group alone cancels nothing that runs.
    expect(typeof group === 'object' ? group : {}).not.toMatchObject({ 'cancel-in-progress': true });
    const homes = job.steps.filter(isOurs).map((step) => String(step.with?.targets).split('\n')[0]);
    if (job.environment !== undefined)
      expect(homes).toContain(`\${{ github.repository }}/environments/${job.environment}`);
  }
});

// GitHub's form has the first option chosen, and "run this workflow again" means a rotation.
test('whoever chooses no mode rotates, and everyone can choose to rehearse', () => {
  const inputs = files.map(({ text }) => (parse(text) as Workflow).on.workflow_dispatch?.inputs?.mode?.options);
  const choices = inputs.filter((options) => options !== undefined);
  expect(choices.length).toBeGreaterThan(5);
  for (const options of choices) expect(options).toEqual(['rotate', 'rehearse', 'sync', 'check']);
});

test('the same action is pinned to the same commit everywhere', () => {
  const commits = new Map<string, Set<string>>();
  for (const { uses = '' } of all.flatMap(stepsOf).filter((step) => !isOwn(step))) {
    const [name = '', commit = ''] = uses.split('@');
    if (/^[0-9a-f]{40}$/.test(commit)) commits.set(name, (commits.get(name) ?? new Set()).add(commit));
  }
  expect([...commits].filter(([, set]) => set.size > 1)).toEqual([]);
  expect(commits.size).toBeGreaterThan(5);
});

describe('the page about the workflows', () => {
  const page = read('.github/workflows/README.md');
  const own = filesBelow('.github/workflows', '.yml');

  test('names each of them', () => {
    const rows = table(page, '| workflow | when | what |').map(([link = '']) => /\((.+)\)/.exec(link)?.[1]);
    expect(rows).toEqual(own.map((path) => basename(path)));
  });

  test('names every variable, secret and environment that they read', () => {
    const texts = own.map(read);
    const asked = texts.flatMap((text) =>
      [...text.matchAll(/(?<![-.\w])(?:vars|secrets)\.(\w+)/g)].map(([, name]) => name),
    );
    const environments = own.flatMap((path) => {
      const { jobs } = parse(read(path)) as Workflow;
      return Object.values(jobs).flatMap(({ environment }) => environment ?? []);
    });
    expect(asked.length).toBeGreaterThan(5);
    expect([...asked, ...environments].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

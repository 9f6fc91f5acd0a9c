import { expect, test } from '@jest/globals';
import { recoveryHeading } from '../../../src/action/summary.ts';
import type { JournalLine } from '../../../src/rotation/journal/journal-record.ts';
import { FakeWorkflow, gitHubAnswer, target } from '../support/fakes.ts';
import { headerFor, postAfter, sealedFor } from '../support/post-run.ts';
import { parkedToken } from '../support/scene.ts';
import { tokens } from '../support/step-run.ts';

const lines = ['acme/network', 'acme/edge'];
const forbidden = { writes: { 'acme/network': 403 } };
const nothingKept = { writes: { 'acme/network': 403, 'acme/network as TE_TOKEN_NEXT': 403 } };
const command = 'gh api --method PUT repos/acme/network/actions/secrets/TE_TOKEN_NEXT ';

test('post: every credential is masked before anything else is done', async () => {
  const workflow = new FakeWorkflow();
  const masksThen: string[] = [];
  const inputs = { ...tokens, 'thousandeyes-token-next': parkedToken.reveal() };
  await postAfter([sealedFor(lines)], { workflow, inputs, onConnect: () => masksThen.push(...workflow.masks) });
  expect(masksThen).toEqual([tokens['thousandeyes-token'], tokens['github-token'], parkedToken.reveal()]);
});

test('post: what main had left is finished, noted, told and closed, and its journal is gone', async () => {
  const { log, closed, steps, noted, isLeft } = await postAfter([sealedFor(lines)]);
  expect(steps).toEqual([
    'PUT acme/network',
    'PUT acme/edge',
    'PATCH TE_TOKEN_ROTATION',
    'DELETE acme/network as TE_TOKEN_NEXT',
  ]);
  expect(noted).toHaveLength(1);
  expect(log.summaries.at(-1)).toContain('### ✅ ThousandEyes token: The post step finished');
  expect(log.summaries.at(-1)).toContain('- ✅ updated: acme/network\n- ✅ updated: acme/edge');
  expect(log).toMatchObject({ hasFailed: false, outputs: {} });
  expect({ closed, isLeft }).toEqual({ closed: 1, isLeft: [false] });
});

test('post: a home that fails leaves the token beside it, and the next run is asked for', async () => {
  const { log, sent, isLeft } = await postAfter([sealedFor(lines)], forbidden);
  expect(sent.at(-1)).toMatchObject({ line: 'acme/network as TE_TOKEN_NEXT', sealed: { value: 'sealed 0' } });
  expect(log.summaries.at(-1)).toMatch(/^### ❌ [\s\S]*Run this workflow again by 2026-12-07 19:00 UTC/);
  expect(log.summaries.at(-1)).not.toContain(command);
  expect({ hasFailed: log.hasFailed, isLeft }).toEqual({ hasFailed: true, isLeft: [true] });
});

test('post: the command is in the summary before the home is given up, and stays where nothing could be kept', async () => {
  const { log } = await postAfter([sealedFor(lines)], nothingKept);
  expect(log.summaries).toHaveLength(2);
  for (const summary of log.summaries) expect(summary).toContain(command);
  expect(log.summaries.at(-1)).toMatch(/^### ❌/);
  expect(log.lines.join('\n')).not.toContain(command);
});

test('post: the command is in the log, once, where there can be no summary', async () => {
  const workflow = new FakeWorkflow();
  workflow.broken.add('summary');
  const { log } = await postAfter([sealedFor(lines)], { ...nothingKept, workflow });
  expect(log.lines.filter((line) => line.startsWith(command))).toHaveLength(1);
  expect(log.lines).toContain(`#### ${recoveryHeading}`);
});

test('post: where nothing is left over, nothing is said', async () => {
  const own = sealedFor(lines);
  for (const left of [
    [[headerFor(lines), { kind: 'not issued' as const }]],
    [[...own, { kind: 'finished' as const }]],
  ]) {
    const { log, closed, sent } = await postAfter(left);
    expect(log).toMatchObject({ lines: [], summaries: [], outputs: {}, hasFailed: false });
    expect({ closed, sent }).toEqual({ closed: 1, sent: [] });
  }
});

test('post: a write test that is left over is a warning, and no failure', async () => {
  const { store } = target('acme/edge');
  const left = [
    headerFor(lines),
    { kind: 'testing', store, secret: 'ROTATION_WRITE_TEST' },
    { kind: 'not issued' },
  ] as const;
  const { log } = await postAfter([left], { deletes: { 'test acme/edge': gitHubAnswer(403) } });
  expect(log.lines).toEqual([
    expect.any(String),
    expect.stringMatching(/^warning: .*ROTATION_WRITE_TEST.*could not be deleted/),
  ]);
  expect(log.hasFailed).toBe(false);
});

test('post: a journal that is gone, where main did not say that it had finished, fails and asks for a fresh look', async () => {
  const { log, sent } = await postAfter([], { own: 'gone' });
  expect(log.lines.join('\n')).toMatch(/error: .*it is gone.*\n1\. Run this workflow again/);
  expect({ sent, hasFailed: log.hasFailed }).toEqual({ sent: [], hasFailed: true });
});

test('post: every journal of this run is finished, whoever left it and whoever is told of it', async () => {
  const journals = [sealedFor(['acme/network']), sealedFor(['acme/edge as OTHER'])];
  const secrets = { 'acme/network as TE_TOKEN_NEXT': {}, 'acme/edge as OTHER_NEXT': {} };
  for (const own of [undefined, 0, 1]) {
    const { steps, isLeft } = await postAfter(journals, { secrets, ...(own === undefined ? {} : { own }) });
    expect(steps).toEqual(expect.arrayContaining(['PUT acme/network', 'PUT acme/edge as OTHER']));
    expect(isLeft).toEqual([false, false]);
  }
});

test.each([
  ['empty', ''],
  ['another one', 'ghp_of-another-step'],
])('post: a credential that is %s sends nothing, and that is said', async (_, credential) => {
  const inputs = { ...tokens, 'github-token': credential };
  for (const own of [undefined, 0]) {
    const { log, steps, isLeft } = await postAfter([sealedFor(lines)], {
      inputs,
      ...(own === undefined ? {} : { own }),
    });
    expect(steps).toEqual([]);
    expect(log.lines.join('\n')).toContain(credential === '' ? 'an empty `github-token`' : 'another `github-token`');
    expect({ hasFailed: log.hasFailed, isLeft }).toEqual({ hasFailed: true, isLeft: [true] });
  }
});

test("post: another use's journal is left to that one's post step, without a word", async () => {
  const journals = [sealedFor(['acme/network']), sealedFor(['acme/edge as OTHER'], 'ghp_of-another-step')];
  const { log, steps, isLeft } = await postAfter(journals, { own: 0 });
  expect(steps).not.toContain('PUT acme/edge as OTHER');
  expect({ hasFailed: log.hasFailed, isLeft }).toEqual({ hasFailed: false, isLeft: [false, true] });
});

test("post: GitHub's address is the input's, without a slash at its end, else the environment's", async () => {
  const variables = { GITHUB_API_URL: 'https://ghes.acme.example/api/v3' };
  const given = await postAfter([sealedFor(lines)], {
    variables,
    inputs: { ...tokens, 'github-api-url': 'https://api.acme.ghe.com//' },
  });
  expect(given.settings).toMatchObject([{ githubUrl: 'https://api.acme.ghe.com' }]);
  expect(given.settings[0]?.githubToken.reveal()).toBe(tokens['github-token']);
  const left = await postAfter([sealedFor(lines, undefined, variables.GITHUB_API_URL)], {
    ...nothingKept,
    variables,
    inputs: { ...tokens, 'github-api-url': '' },
  });
  expect(left.settings).toMatchObject([{ githubUrl: 'https://ghes.acme.example/api/v3' }]);
  expect(left.log.summaries.at(-1)).toContain('gh api --method PUT --hostname ghes.acme.example repos/');
});

test.each(['https://elsewhere.example', 'http://192.0.2.2', 'no address'])(
  'post: an API that main was not given gets nothing: %s',
  async (url) => {
    const { log, steps, isLeft } = await postAfter([sealedFor(lines)], {
      inputs: { ...tokens, 'github-api-url': url },
    });
    expect({ steps, isLeft, hasFailed: log.hasFailed }).toEqual({ steps: [], isLeft: [true], hasFailed: true });
    expect(log.lines.join('\n')).toContain('another `github-token` or `github-api-url`');
  },
);

test("post: a journal of its own main that cannot be read is told, another one's is not", async () => {
  const broken = [{ kind: 'broken' }] as unknown as JournalLine[];
  const own = await postAfter([broken], { own: 0 });
  expect(own.log.hasFailed).toBe(true);
  expect(own.log.lines.join('\n')).toContain('gone or broken');
  const another = await postAfter([broken, sealedFor(lines)], { own: 1 });
  expect(another.log.hasFailed).toBe(false);
});

test('post: a credential of one owner is told where the targets have several', async () => {
  const app = { ...tokens, 'github-token': 'ghs_of-the-post-step' };
  const journal = sealedFor(['acme/network', 'octo-org/edge'], app['github-token']);
  const { log } = await postAfter([journal], { inputs: app, writes: { 'octo-org/edge': 404 } });
  expect(log.lines.join('\n')).toContain('covers only one owner');
});

test('post: a runner that gives no inputs at all', async () => {
  const { log, steps } = await postAfter([sealedFor(lines)], { inputs: {} });
  expect(log).toMatchObject({ masks: ['', ''], hasFailed: true });
  expect(steps).toEqual([]);
});

test.each([
  ['an error', new TypeError('a bug\n::warning::x'), '(a bug ::warning::x)'],
  ['something else', 'a bug', '()'],
])('post: what nobody expected is told in one line, and fails the step: %s', async (_, thrown, told) => {
  const { log } = await postAfter([sealedFor(lines)], {
    onConnect: () => {
      throw thrown;
    },
  });
  expect(log.lines).toEqual([expect.stringContaining(`should not happen ${told}`)]);
  expect(log.hasFailed).toBe(true);
});

test('post: an error in the middle ends every connection', async () => {
  const workflow = new FakeWorkflow();
  workflow.info = () => {
    throw new Error('a bug');
  };
  const { log, closed } = await postAfter([sealedFor(lines)], { workflow });
  expect({ closed, hasFailed: log.hasFailed }).toEqual({ closed: 1, hasFailed: true });
});

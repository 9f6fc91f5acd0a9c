import { expect, test } from '@jest/globals';
import { type PostSettings, postStep } from '../../../src/action/post-step.ts';
import type { JournalRecord } from '../../../src/rotation/journal-record.ts';
import { FakeWorkflow, gitHubAnswer, target } from '../support/fakes.ts';
import { begun, bodyFor, sealedOnly } from '../support/left-journal.ts';
import { type SceneOptions, sceneOf } from '../support/scene.ts';
import { environmentWith, tokens } from '../support/step-run.ts';

interface Options extends SceneOptions {
  readonly inputs?: Record<string, string>;
  readonly variables?: Record<string, string>;
  readonly workflow?: FakeWorkflow;
  readonly onConnect?: () => void;
}

async function post(
  record: JournalRecord | undefined,
  { inputs = tokens, variables, workflow, onConnect, ...options }: Options = {},
) {
  const scene = sceneOf(options);
  const log = workflow ?? scene.log;
  const { steps } = scene;
  const settings: PostSettings[] = [];
  let closed = 0;
  const journal = {
    read: () => record,
    close: () => true,
    remove: () => void steps.push('journal removed'),
    isAlive: () => false,
  };
  await postStep(environmentWith(inputs, variables), log, journal, (given, announce) => {
    settings.push(given);
    onConnect?.();
    return {
      needs: { ...scene.dependencies, log, announce },
      close: () => {
        closed++;
      },
    };
  });
  return { log, steps, settings, closed };
}

const forbidden = { writes: { 'acme/network': 403 } };
const command = 'gh api --method PUT repos/acme/network/actions/secrets/TE_TOKEN ';

test('post: both credentials are masked before anything else is done', async () => {
  const log = new FakeWorkflow();
  const masksThen: string[] = [];
  await post(sealedOnly, { workflow: log, onConnect: () => masksThen.push(...log.masks) });
  expect(masksThen).toEqual(Object.values(tokens));
});

test('post: what main had left is finished, told and closed, and the command is not needed any more', async () => {
  const { log, closed, steps } = await post(sealedOnly);
  expect(log.lines).toEqual([
    'The post step finished what the main step had left.',
    'Stored: acme/network, acme/edge, orgs/acme',
  ]);
  expect(log.summaries.at(-1)).toBe(`### ✅ ThousandEyes token: The post step finished what the main step had left.

Nothing is left to finish by hand: the home is written.

**Stored by the post step**

- acme/network
- acme/edge
- orgs/acme

`);
  expect(log.hasFailed).toBe(false);
  expect(closed).toBe(1);
  expect(steps.at(-1)).toBe('journal removed');
});

test('post: the command is in the summary before the home is tried, and stays there where that fails', async () => {
  const { log } = await post(sealedOnly, forbidden);
  expect(log.summaries).toHaveLength(2);
  expect(log.summaries[0]).toContain(command);
  expect(log.summaries[1]).toMatch(
    /^### ❌ ThousandEyes token: The post step could not finish all[\s\S]*#### Finish by hand: acme\/network[\s\S]*gh api --method PUT[\s\S]*\*\*What to do\*\*\n\n- \*\*Writing acme\/network\*\*: /,
  );
  expect(log.lines.join('\n')).not.toContain(command);
  expect(log.lines.at(-1)).toMatch(/^error: Writing acme\/network: GitHub answered 403/);
  expect(log.hasFailed).toBe(true);
});

test('post: the command is in the log, once, where there can be no summary', async () => {
  const workflow = new FakeWorkflow();
  workflow.broken.add('summary');
  const { log } = await post(sealedOnly, { ...forbidden, workflow });
  expect(log.lines.filter((line) => line.startsWith(command))).toHaveLength(1);
  expect(log.hasFailed).toBe(true);
});

test('post: the command is in the log where the summary could be written at first, and is empty now', async () => {
  class FullInBetween extends FakeWorkflow {
    override summary(markdown: string): boolean {
      return this.summaries.length === 0 && super.summary(markdown);
    }
  }
  const { log } = await post(sealedOnly, { ...forbidden, workflow: new FullInBetween() });
  expect(log.summaries).toHaveLength(1);
  expect(log.lines.filter((line) => line.startsWith(command))).toHaveLength(1);
  const done = await post(sealedOnly, { workflow: new FullInBetween() });
  expect(done.log.lines.join('\n')).not.toContain(command);
});

test('post: what is kept aside is in the summary, or in the log where there is none', async () => {
  const kept = command.replace('TE_TOKEN', 'TE_TOKEN_KEPT');
  const refused = { ...sealedOnly, refused: true };
  const { log, steps } = await post(refused);
  expect(log.summaries.at(-1)).toContain(kept);
  expect(log.summaries.at(-1)).not.toContain('Finish by hand');
  expect(log.hasFailed).toBe(true);
  expect(steps).toEqual([]);
  const workflow = new FakeWorkflow();
  workflow.broken.add('summary');
  expect((await post(refused, { workflow })).log.lines.filter((line) => line.startsWith(kept))).toHaveLength(1);
});

test('post: where nothing is left over, nothing is said', async () => {
  const { log, closed, steps } = await post(begun);
  expect(log).toMatchObject({ lines: [], summaries: [], outputs: {}, hasFailed: false });
  expect(closed).toBe(1);
  expect(steps).toEqual(['journal removed']);
});

test('post: a write test that is left over is a warning, and no failure', async () => {
  const testing = [target('acme/network').store];
  const { log } = await post({ ...begun, testing }, { deletes: { 'acme/network': gitHubAnswer(403) } });
  expect(log.lines).toEqual([
    'Nothing was issued.',
    expect.stringMatching(/^warning: The secret ROTATION_WRITE_TEST of a write test could not be deleted/),
  ]);
  expect(log.summaries).toEqual([expect.stringContaining('**Note**\n\n- The secret ROTATION_WRITE_TEST')]);
  expect(log.hasFailed).toBe(false);
});

test('post: a journal that is gone, where main did not say that it had finished, fails and says how to tell', async () => {
  const { log, settings } = await post(undefined);
  expect(settings).toEqual([]);
  expect(log.lines).toEqual([
    expect.stringMatching(
      /^error: The journal of this run is gone from RUNNER_TEMP.*may have been issued and lost\. To tell, start this workflow again/,
    ),
  ]);
  expect(log.summaries).toEqual([expect.stringMatching(/^### ❌ ThousandEyes token: the journal of this run is gone/)]);
  expect(log.hasFailed).toBe(true);
});

test("post: GitHub's address is the input's, without a slash at its end, else the environment's", async () => {
  const variables = { GITHUB_API_URL: 'https://ghes.acme.example/api/v3' };
  const given = await post(sealedOnly, {
    variables,
    inputs: { ...tokens, 'github-api-url': 'https://api.acme.ghe.com//' },
  });
  expect(given.settings).toMatchObject([{ githubUrl: 'https://api.acme.ghe.com' }]);
  expect(given.settings[0]?.githubToken.reveal()).toBe(tokens['github-token']);
  const left = await post(sealedOnly, { ...forbidden, variables, inputs: { ...tokens, 'github-api-url': '' } });
  expect(left.settings).toMatchObject([{ githubUrl: 'https://ghes.acme.example/api/v3' }]);
  expect(left.log.summaries.at(-1)).toContain('gh api --method PUT --hostname ghes.acme.example repos/');
});

test('post: a credential of one owner is told where the targets have several', async () => {
  const [home] = begun.header.targets;
  const other = { ...home, ...begun.header.targets[1], target: target('octo-org/edge') };
  const header = { ...begun.header, targets: home === undefined ? [] : [home, { ...home, ...other }] };
  const { log } = await post(
    { ...sealedOnly, header, sealed: new Map([[0, bodyFor(0)]]) },
    { writes: { 'acme/network': 404 }, inputs: { ...tokens, 'github-token': 'ghs_of-the-post-step' } },
  );
  expect(log.lines.at(-1)).toContain('The targets have several owners');
});

test('post: a runner that gives no inputs at all', async () => {
  const { log } = await post(begun, { inputs: {} });
  expect(log).toMatchObject({ masks: ['', ''], lines: [], hasFailed: false });
});

test.each([
  ['an error', new TypeError('a bug\n::warning::x'), '(a bug ::warning::x)'],
  ['something else', 'a bug', '()'],
])('post: what nobody expected is told in one line, and fails the step: %s', async (_, thrown, told) => {
  const { log } = await post(sealedOnly, {
    onConnect: () => {
      throw thrown;
    },
  });
  expect(log.lines).toEqual([
    expect.stringContaining(`error: The post step met an error that should not happen ${told}. If the job summary has`),
  ]);
  expect(log.hasFailed).toBe(true);
});

test('post: an error in the middle ends every connection', async () => {
  const workflow = new FakeWorkflow();
  workflow.summary = () => {
    throw new Error('a bug');
  };
  const { log, closed } = await post(sealedOnly, { workflow });
  expect(closed).toBe(1);
  expect(log.hasFailed).toBe(true);
});

import { expect, test } from '@jest/globals';
import { mainStep } from '../../../src/action/main-step.ts';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { FakeWorkflow } from '../support/fakes.ts';
import { newToken, parkedToken } from '../support/scene.ts';
import { environmentWith, mainStepIn, tokens } from '../support/step-run.ts';

test('main: a rotation is done, told and closed', async () => {
  const { log, closed, steps } = await mainStepIn();
  expect(log.outputs).toMatchObject({ rotated: 'true', results: expect.stringContaining('"updated"') });
  expect(log.summaries.at(-1)).toContain('### ✅ ThousandEyes token: The token was rotated in 1 target.');
  expect(log.hasFailed).toBe(false);
  expect(closed).toBe(1);
  expect(steps).toContain('PUT acme/network');
});

test('main: every credential is masked before anything else is said, and before anything is asked', async () => {
  const log = new FakeWorkflow();
  const masked: number[] = [];
  const change = () => {
    masked.push(log.masks.length, log.lines.length);
    return {};
  };
  const given = [tokens['thousandeyes-token'], tokens['github-token']];
  await mainStepIn({ workflow: log, change });
  expect(masked).toEqual([2, 0]);
  expect(log.masks).toEqual([...given, newToken.reveal()]);
  log.masks.length = 0;
  await mainStepIn({ workflow: log, change, inputs: { 'thousandeyes-token-next': parkedToken.reveal() } });
  expect(log.masks.slice(0, 3)).toEqual([...given, parkedToken.reveal()]);
});

test('main: the note of an earlier run is no credential, and is not masked', async () => {
  const note = 'asked 2026-11-01T00:00:00Z https://github.com/acme/network/actions/runs/1';
  const { log } = await mainStepIn({ inputs: { 'thousandeyes-token-next': note } });
  expect(log.masks).not.toContain(note);
});

test('main: wrong inputs are all told, masked before, and nothing is connected', async () => {
  const log = new FakeWorkflow();
  let isConnected = false;
  const inputs = {
    ...tokens,
    'github-token': 'Bearer ghp_with-a-word',
    mode: 'x',
    'create-missing': 'yes',
    targets: 'acme/a, acme/b',
  };
  await mainStep(environmentWith(inputs), log, () => {
    isConnected = true;
    throw new Error('not to be called');
  });
  expect(isConnected).toBe(false);
  expect(log.masks).toEqual([tokens['thousandeyes-token'], 'Bearer ghp_with-a-word']);
  expect(log.lines).toEqual(
    ['`github-token`', '`mode`', '`targets`', '`create-missing`'].map((name) =>
      expect.stringContaining(`error: Input ${name}`),
    ),
  );
  expect(log.outputs).toEqual({ rotated: 'false', results: '[]' });
  expect(log.summaries).toEqual([
    expect.stringMatching(/^### ❌ ThousandEyes token: [^\n]+\n\n\*\*To correct\*\*\n\n- Input `github-token`/),
  ]);
  expect(log.hasFailed).toBe(true);
});

test('main: a runner that gives no inputs at all', async () => {
  const log = new FakeWorkflow();
  await mainStep(environmentWith({}), log, () => {
    throw new Error('not to be called');
  });
  expect(log.lines).toEqual([
    expect.stringContaining('`thousandeyes-token` is empty'),
    expect.stringContaining('`github-token` is empty'),
    expect.stringContaining('`thousandeyes-token-next` is missing'),
  ]);
  expect(log.masks).toEqual(['', '']);
});

test('main: a cancel before the token is asked for says that nothing was issued', async () => {
  const { log, closed } = await mainStepIn({
    change: ({ dependencies: { firstReads } }) => ({
      firstReads: { ...firstReads, publicKey: () => Promise.reject(new Cancelled('cancelled')) },
    }),
  });
  expect(log.lines.at(-1)).toMatch(/^error: Cancelled before a token was asked for/);
  expect(log.outputs).toEqual({ rotated: 'false', results: '[]' });
  expect(log.hasFailed).toBe(true);
  expect(closed).toBe(1);
});

test.each([
  ['an error', new TypeError('a bug\n::warning::x'), 'TypeError: a bug ::warning::x'],
  [
    'an error with a token in it',
    new Error(`a bug with ${tokens['github-token']}`),
    'Error: not shown, because it repeats part of a credential',
  ],
  ['something else', 'a bug', 'a value that is no error'],
])('main: what nobody expected is told in one line, and fails the step: %s', async (_, thrown, told) => {
  const { log, closed } = await mainStepIn({
    change: ({ dependencies: { firstReads } }) => ({
      firstReads: { ...firstReads, publicKey: () => Promise.reject(thrown) },
    }),
  });
  expect(log.lines).toEqual([expect.stringContaining(`should not happen (${told})`)]);
  expect(log.outputs).toEqual({ rotated: 'false', results: '[]' });
  expect(log.hasFailed).toBe(true);
  expect(closed).toBe(1);
});

test('main: an error of the wiring itself is told, too', async () => {
  const { log, closed } = await mainStepIn({
    change: () => {
      throw new Error('a bug');
    },
  });
  expect(log.lines).toEqual([expect.stringContaining('should not happen (Error: a bug)')]);
  expect({ closed, hasFailed: log.hasFailed }).toEqual({ closed: 0, hasFailed: true });
});

test('main: an error after everything is stored leaves the journal to the post step', async () => {
  const { log, scene } = await mainStepIn({
    change: () => ({
      report: () => {
        throw new Error('a bug');
      },
    }),
  });
  expect(scene.steps).toContain('PUT acme/network');
  expect(log.hasFailed).toBe(true);
  expect(scene.journal.isFinished).toBe(false);
});

test('main: an error behind the report leaves every output as it is set', async () => {
  const { log } = await mainStepIn({
    change: ({ dependencies: { createJournal } }) => ({
      createJournal: (header) => {
        const created = createJournal(header);
        if (created.ok)
          created.value.finish = () => {
            throw new Error('a bug');
          };
        return created;
      },
    }),
  });
  expect(log.outputs).toMatchObject({ rotated: 'true', results: expect.stringContaining('acme/network') });
  expect(log.hasFailed).toBe(true);
});

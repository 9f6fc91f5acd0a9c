import { expect, test } from '@jest/globals';
import { runAction, Step } from '../../sandbox/runner/runner.ts';
import { FakeAction } from './support/fake-action.ts';

/** What the runner gives to a stage, right or wrong. */

const NEXT = `say(E['INPUT_THOUSANDEYES-TOKEN-NEXT']);`;

test.each([
  [{}, 'the line is missing\n'],
  [{ 'thousandeyes-token-next': '' }, '\n'],
])('a default stands for a line that is absent, never for an empty one: %j', async (given, stdout) => {
  using action = new FakeAction(NEXT, NEXT);
  const { post, ...main } = await runAction({ actionDir: action.folder, with: given });
  expect([main.stdout, post?.stdout]).toEqual([stdout, stdout]);
});

test('both stages know attempt, job and step', async () => {
  const script = `say([E.GITHUB_RUN_ATTEMPT, E.GITHUB_JOB, E.GITHUB_ACTION].join());`;
  using action = new FakeAction(script, script);
  const context = { runAttempt: 2, job: 'other', step: '__self' };
  const { post, ...main } = await runAction({ actionDir: action.folder, context });
  expect([main.stdout, post?.stdout]).toEqual(['2,other,__self\n', '2,other,__self\n']);
});

const SAVE = `fs.appendFileSync(E.GITHUB_STATE, 'journal=' + E.INPUT_TARGETS + '\\n');`;
const TELL = `say([E.STATE_journal, E.INPUT_TARGETS, E['INPUT_GITHUB-TOKEN']].join());`;

test('post may find no state, that of another step, or inputs of another', async () => {
  using action = new FakeAction(SAVE, TELL);
  const given = (targets: string) => ({ actionDir: action.folder, with: { targets, 'github-token': 'own' } });
  const [one, other] = [new Step(given('one')), new Step(given('other'))];
  await Promise.all([one.main(), other.main()]);
  expect(other.state).toEqual({ journal: 'other' });
  expect((await one.post()).stdout).toBe('one,one,own\n');
  expect((await one.post({ state: {} })).stdout).toBe(',one,own\n');
  expect((await one.post({ state: other.state })).stdout).toBe('other,one,own\n');
  expect((await one.post({ with: { 'github-token': '' } })).stdout).toBe('one,one,\n');
  one.dispose();
  other.dispose();
});

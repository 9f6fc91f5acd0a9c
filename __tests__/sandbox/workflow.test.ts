import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { expression } from '../../sandbox/runner/expressions.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';
import { FakeAction } from './support/fake-action.ts';

let world: World;
let action: FakeAction;
const TELL = `say(JSON.stringify([E['INPUT_THOUSANDEYES-TOKEN'], E['INPUT_THOUSANDEYES-TOKEN-NEXT'], E.INPUT_RECORD]));`;
beforeEach(async () => {
  world = await startWorld();
  action = new FakeAction(TELL);
});
afterEach(async () => {
  action[Symbol.dispose]();
  await world.close();
});

const NEXT = 'TE_TOKEN_NEXT';
const PROD = `${HOME}/environments/prod`;
const given = () => ({ actionDir: action.folder });
const told = ({ stdout }: { stdout: string }): string[] => JSON.parse(stdout);

/** What a job gets as both tokens, where its workflow is so. */
async function tokens(options: Parameters<World['workflow']>[0] = {}): Promise<string[]> {
  return told(await world.workflow({ ...given(), ...options }).run()).slice(0, 2);
}

test("a job gets its repository's secrets, and nothing where there is none", async () => {
  expect(await tokens()).toEqual([world.currentToken, '']);
  world.github.seed(HOME, { name: NEXT, value: 'a note' });
  expect(await tokens()).toEqual([world.currentToken, 'a note']);
  expect(await tokens({ without: ['thousandeyes-token-next'] })).toEqual([world.currentToken, 'the line is missing']);
  expect(await tokens({ with: { targets: 'acme/edge as OTHER' } })).toEqual(['', '']);
  world.github.seed(HOME, { name: 'OTHER_NEXT', value: 'of another name' });
  expect(await tokens({ with: { 'secret-name': 'OTHER' } })).toEqual(['', 'of another name']);
});

test('it knows secrets, variables, and no other expression', async () => {
  world.variable('SOME').seed('of a variable');
  const inputs = {
    'thousandeyes-token': `a ${expression('vars.some').replaceAll(' ', '')} ${expression('secrets.te_token')}`,
    targets: 1,
  };
  expect((await tokens({ with: inputs }))[0]).toBe(`a of a variable ${world.currentToken}`);
  const other = world.queue({ ...given(), with: { targets: expression('github.repository') } });
  expect(() => other.start()).toThrow(`Not known here: ${expression('github.repository')}`);
});

describe('of an organization', () => {
  beforeEach(() => world.github.deleteSecret(HOME));

  test.each([
    ['private', { visibility: 'private' }, true],
    ['all', { visibility: 'all' }, true],
    ['selected', { selected: ['network'] }, true],
    ['selected, not this one', { selected: ['edge'] }, false],
  ] as const)('what reaches the repository (%s)', async (_, audience, isSeen) => {
    const more = 'selected' in audience ? { selected: [...audience.selected] } : audience;
    world.github.seed('orgs/acme', { value: 'shared', ...more });
    expect((await tokens())[0]).toBe(isSeen ? 'shared' : '');
  });

  test('a private one does not reach a public repository', async () => {
    world.github.addRepository(HOME, { visibility: 'public' });
    world.github.seed('orgs/acme', { value: 'shared' });
    expect((await tokens())[0]).toBe('');
  });

  test('the first hundred by name of those that it may see', async () => {
    for (let number = 0; number < 99; number += 1) {
      world.github.seed('orgs/acme', { name: `A${number}`, value: 'x', visibility: 'all' });
      world.github.seed('orgs/acme', { name: `B${number}`, value: 'x', selected: ['edge'] });
    }
    world.github.seed('orgs/acme', { value: 'shared', visibility: 'all' });
    expect((await tokens())[0]).toBe('shared');
    world.github.seed('orgs/acme', { name: 'LATER', value: 'x', visibility: 'all' });
    expect((await tokens())[0]).toBe('');
  });

  test("the repository's own comes first, and its environment's before that", async () => {
    world.github.seed('orgs/acme', { value: 'shared' });
    world.github.seed(HOME, { value: 'own' });
    world.github.seed(PROD, { value: 'of prod' });
    world.variable('TE_TOKEN_ROTATION', 'orgs/acme').seed('shared');
    world.variable('TE_TOKEN_ROTATION', PROD).seed('of prod');
    const record = { record: expression('vars.TE_TOKEN_ROTATION') };
    const run = (options = {}) => world.workflow({ ...given(), with: record, ...options }).run();
    expect(told(await run())).toEqual(['own', '', 'shared']);
    expect(told(await run({ environment: 'Prod' }))).toEqual(['of prod', '', 'of prod']);
    world.variable().seed('own');
    expect(told(await run())).toEqual(['own', '', 'own']);
  });
});

test('an environment that is not there is made, and has nothing', async () => {
  expect(await tokens({ environment: 'prod' })).toEqual([world.currentToken, '']);
  expect(world.github.store(PROD)?.names).toEqual([]);
});

test("a queued run has the repository's values of then, and the environment's of when its job starts", async () => {
  const queued = world.queue(given());
  const inProd = world.queue({ ...given(), environment: 'prod' });
  for (const line of [HOME, PROD]) world.github.seed(line, { value: `stored later in ${line}` });
  world.github.seed(HOME, { name: NEXT, value: 'later' });
  expect(told(await queued.start()).slice(0, 2)).toEqual([world.currentToken, '']);
  expect(told(await inProd.start()).slice(0, 2)).toEqual([`stored later in ${PROD}`, '']);
  expect(() => queued.start()).toThrow(/^Run \d+ has started already$/);
  expect((await tokens())[1]).toBe('later');
});

test('a re-run has the values of then, or those of now', async () => {
  world.github.seed(PROD, { value: 'then' });
  const run = world.queue({ ...given(), environment: 'prod' });
  await run.start();
  world.github.seed(PROD, { value: 'now' });
  world.github.seed(HOME, { name: NEXT, value: 'now' });
  const [again, fresh] = [run.rerun(), run.rerun({ fresh: true })];
  expect([again.id, again.attempt, again.rerun().attempt]).toEqual([run.id, 2, 3]);
  expect(told(await again.start()).slice(0, 2)).toEqual(['then', '']);
  expect(told(await fresh.start()).slice(0, 2)).toEqual(['now', 'now']);
});

test('each run has an id of its own that GitHub knows, and a re-run an attempt', async () => {
  using other = new FakeAction(`say([E.GITHUB_RUN_ID, E.GITHUB_RUN_ATTEMPT, E.GITHUB_REPOSITORY].join());`);
  const workflow = world.workflow({ actionDir: other.folder, repository: 'acme/edge' });
  world.later('3 hours');
  const runs = [workflow.queue(), workflow.queue()];
  const [one, two] = await Promise.all(runs.map((run) => run.start()));
  const again = await runs[0]?.rerun().start();
  const ids = runs.map(({ id }) => id);
  expect(new Set([4711, ...ids]).size).toBe(3);
  expect([one, two, again].map((result) => result?.stdout)).toEqual([
    `${ids[0]},1,acme/edge\n`,
    `${ids[1]},1,acme/edge\n`,
    `${ids[0]},2,acme/edge\n`,
  ]);
  const known = world.github.runs.filter(({ repository }) => repository === 'acme/edge');
  expect(known.map(({ id }) => id)).toEqual(ids);
  for (const { createdAt } of known) expect(Math.abs(createdAt - world.clock.now())).toBeLessThan(60_000);
});

test('what it is given is masked, and what starts it comes before what it has', async () => {
  using other = new FakeAction(
    `say(E['INPUT_THOUSANDEYES-TOKEN'] + ' ' + E['INPUT_GITHUB-TOKEN'] + E.A)`,
    `say('post')`,
  );
  const workflow = world.workflow({ actionDir: other.folder, env: { A: 'a' } });
  expect(await workflow.run()).toMatchObject({ log: '*** ***a', post: { log: 'post' } });
  const run = await workflow.run({ env: { A: 'b' }, post: false, with: { 'github-token': '' } });
  expect(run).toMatchObject({ log: '*** b' });
  expect(run).not.toHaveProperty('post');
  const step = workflow.queue().step();
  expect([(await step.main()).log, (await step.post()).log]).toEqual(['*** ***a', 'post']);
  step.dispose();
});

test('the event tells what the repository is', async () => {
  world.github.addRepository(HOME, { visibility: 'internal' });
  using other = new FakeAction(`say(JSON.parse(fs.readFileSync(E.GITHUB_EVENT_PATH, 'utf8')).repository.visibility)`);
  expect((await world.workflow({ actionDir: other.folder }).run()).stdout).toBe('internal\n');
});

describe('the guard', () => {
  const guard = (options = {}) => world.guard({ ...given(), ...options });

  test('gets the record of its job', async () => {
    expect(told(await guard())[2]).toBe('');
    world.variable().seed({ v: 1 });
    world.variable('TE_TOKEN_ROTATION', PROD).seed({ v: 2 });
    expect(told(await guard())).toEqual(['', 'the line is missing', '{"v":1}']);
    expect(told(await guard({ environment: 'prod' }))[2]).toBe('{"v":2}');
    expect(told(await guard({ without: ['record'] }))[2]).toBe('');
  });

  test('is the one of this project, which takes no empty record', async () => {
    const { exitCode, log } = await world.guard();
    expect([exitCode, log]).toEqual([1, expect.stringContaining('Error: ')]);
  });

  test('and on the clock of the world', async () => {
    using other = new FakeAction('say(String(Date.now()))');
    world.later('800 days');
    const now = Number((await world.guard({ actionDir: other.folder })).stdout);
    expect(Math.abs(now - world.clock.now())).toBeLessThan(60_000);
  });

  test('in a pull request from a fork gets nothing, and can tell', async () => {
    world.variable().seed({ v: 1 });
    using other = new FakeAction(`
      const { pull_request: { head, base } } = JSON.parse(fs.readFileSync(E.GITHUB_EVENT_PATH, 'utf8'));
      say([E.GITHUB_EVENT_NAME, head.repo.full_name !== base.repo.full_name, E.INPUT_RECORD].join())`);
    const fork = { actionDir: other.folder, fork: true };
    expect((await world.guard(fork)).stdout).toBe('pull_request,true,\n');
    expect(await tokens({ fork: true })).toEqual(['', '']);
    world.github.seed(PROD, { value: 'of prod' });
    expect(await tokens({ fork: true, environment: 'prod' })).toEqual(['', '']);
  });
});

describe('a run with inputs of its own', () => {
  const run = async (options: Parameters<World['run']>[0] = {}) =>
    told(await world.run({ ...given(), ...options })).slice(0, 2);

  test.each([
    [{}, HOME, NEXT],
    [{ targets: `\n  ${PROD}\nacme/edge` }, PROD, NEXT],
    [{ targets: 'orgs/acme as OTHER\nacme/edge' }, 'orgs/acme', 'OTHER_NEXT'],
    [{ 'secret-name': 'THIRD' }, HOME, 'THIRD_NEXT'],
  ])('finds the next token beside its home: %j', async (inputs, line, name) => {
    expect(await run({ with: inputs })).toEqual([world.currentToken, '']);
    world.github.seed(line, { name, value: 'next' });
    expect(await run({ with: inputs })).toEqual([world.currentToken, 'next']);
  });

  test('unless it is told otherwise', async () => {
    world.github.seed(HOME, { name: NEXT, value: 'next' });
    const own = { 'thousandeyes-token': 'a', 'thousandeyes-token-next': 'b' };
    expect(await run({ with: own })).toEqual(['a', 'b']);
    expect((await run({ without: ['thousandeyes-token-next'] }))[1]).toBe('the line is missing');
    expect((await run({ with: { targets: 'no such line' } }))[1]).toBe('');
    expect((await run({ context: { repository: 'acme/edge' } }))[1]).toBe('');
  });
});

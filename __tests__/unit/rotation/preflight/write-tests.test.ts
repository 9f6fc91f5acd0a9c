import { expect, test } from '@jest/globals';
import { Cancelled } from '../../../../src/lib/cancellation.ts';
import { leftover, readTestNames, testSites } from '../../../../src/rotation/preflight/write-tests.ts';
import { type ResolvedTarget, withSecret } from '../../../../src/targets/target.ts';
import { gitHubAnswer, readyHome, readyTarget, resolved, target } from '../../support/fakes.ts';
import { sceneOf } from '../../support/scene.ts';
import { prove, testsOf } from '../../support/write-testing.ts';

const oops = gitHubAnswer(500, { detail: '500 (oops)' });

test('once every owner and kind of store is tested, but for the kind of the home: the note beside it proves that', () => {
  const lines = [
    ...['acme/home', 'acme/b', 'ACME/c', 'acme/b/dependabot', 'acme/c/dependabot', 'acme/b/environments/x'],
    ...['acme/b/environments/y', 'orgs/acme', 'octo-org/a', 'user/codespaces', 'acme/d/codespaces', 'orgs/acme/agents'],
  ];
  expect(testSites(lines.map((line) => readyTarget(line))).map(({ name }) => name)).toEqual([
    ...['acme/b/dependabot', 'acme/b/environments/x', 'orgs/acme', 'octo-org/a', 'user/codespaces'],
    ...['acme/d/codespaces', 'orgs/acme/agents'],
  ]);
});

test('a home alone needs no site', () => {
  expect(testSites([readyTarget('acme/home')])).toEqual([]);
  expect(testSites([])).toEqual([]);
});

test('the names at all sites are read beside all else; a read that is broken off fails where its answer is needed', async () => {
  const { firstReads } = sceneOf().dependencies;
  const asked: string[] = [];
  const secret = async ({ name }: ResolvedTarget) => {
    asked.push(name);
    throw new Cancelled('cancelled');
  };
  const sites = ['acme/home', 'acme/b', 'orgs/acme', 'octo-org/a'].map(resolved);
  await readTestNames(sites, { firstReads: { ...firstReads, secret } });
  expect(asked).toEqual(['orgs/acme as ROTATION_WRITE_TEST', 'octo-org/a as ROTATION_WRITE_TEST']);
});

test('each site is tested', async () => {
  const { steps } = await prove(['acme/home', 'orgs/acme']);
  expect(steps.filter((step) => step.startsWith('PUT'))).toEqual(['PUT test acme/home', 'PUT test orgs/acme']);
});

test.each([
  ['is there', {}],
  ['may be there', gitHubAnswer(500)],
])('a secret of that name that %s is not ours: the test takes another name', async (_, found) => {
  const { steps, noted } = await prove(['acme/home', 'octo-org/a'], {
    secrets: { 'acme/home as ROTATION_WRITE_TEST': found },
  });
  const names = noted.flatMap((line) => (line.kind === 'testing' ? [line.secret] : []));
  expect(names).toEqual([expect.stringMatching(/^ROTATION_WRITE_TEST_[0-9A-Z]{1,8}$/), 'ROTATION_WRITE_TEST']);
  const tested = [`test acme/home as ${names[0]}`, 'test octo-org/a'];
  expect(steps).toEqual(['PUT', 'DELETE'].flatMap((verb) => tested.map((line) => `${verb} ${line}`)));
});

test('each test is noted, written, seen by nobody, and deleted', async () => {
  const { rejected, warnings, left, noted, steps, sent } = await prove(['acme/home', 'orgs/acme', 'user/codespaces']);
  expect({ rejected, warnings, left }).toEqual({ rejected: [], warnings: [], left: [] });
  expect(steps).toEqual([
    ...['PUT test acme/home', 'PUT test orgs/acme', 'PUT test user/codespaces'],
    ...['DELETE test acme/home', 'DELETE test orgs/acme', 'DELETE test user/codespaces'],
  ]);
  expect(sent.map(({ access }) => access)).toEqual([
    {},
    { visibility: 'selected', selectedRepositoryIds: [] },
    { selectedRepositoryIds: [] },
  ]);
  const stores = ['acme/home', 'orgs/acme', 'user/codespaces'].map((line) => target(line).store);
  expect(noted).toEqual([
    ...stores.map((store) => ({ kind: 'testing', store, secret: 'ROTATION_WRITE_TEST' })),
    ...stores.map((store) => ({ kind: 'tested', store })),
  ]);
});

test('the test secret holds no token, and says what it is', async () => {
  const { sent } = await prove(['acme/home']);
  expect(sent[0]?.sealed.value).toMatch(/^sealed\(.*rotate-thousandeyes-token.*deleted.*\)$/);
});

test('nothing is written before the journal knows of it', async () => {
  const { tests, journal, dependencies, steps } = testsOf([readyHome('acme/home')]);
  const kinds: string[] = [];
  const { write } = dependencies.secrets;
  dependencies.secrets.write = (...given) => {
    kinds.push(...journal.lines.map(({ kind }) => kind));
    return write(...given);
  };
  await tests.run();
  await tests.cleanUp();
  expect(kinds).toEqual(['testing']);
  expect(steps).toHaveLength(2);
});

test.each([201, 204])('%i proves that writing is allowed', async (status) => {
  expect(await prove(['acme/home'], { writes: { 'test acme/home': status } })).toMatchObject({ rejected: [] });
});

test.each([0, 301, 302, 307, 308, 401, 403, 404, 407, 429, 500, 503])(
  'a refusal of permission stops the run: %i',
  async (status) => {
    const home = readyHome('acme/home');
    const { tests, steps } = testsOf([home], { writes: { 'test acme/home': status } });
    const { rejected, warnings } = await tests.run();
    await tests.cleanUp();
    expect(warnings).toEqual([]);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.resolved).toBe(home);
    expect(rejected[0]?.problem).toMatchObject({
      attempt: 'Testing whether acme/home can be written',
      cause: status === 0 ? 'GitHub gave no answer: 0' : `GitHub answered ${status}`,
    });
    expect(steps).toEqual(['PUT test acme/home', 'DELETE test acme/home']);
  },
);

test.each([400, 409, 413])('any other refusal is a warning: %i', async (status) => {
  const { rejected, warnings } = await prove(['acme/home'], { writes: { 'test acme/home': status } });
  expect(rejected).toEqual([]);
  expect(warnings).toEqual([expect.stringMatching(`acme/home .*GitHub answered ${status}\\. The run goes on`)]);
});

test('a page of a proxy is no refusal of the value: it stops the run', async () => {
  const page = gitHubAnswer(400, { isHtml: true, detail: '400 (an HTML page, so perhaps from a proxy)' });
  const { rejected, warnings } = await prove(['acme/home'], { writes: { 'test acme/home': page } });
  expect(rejected).toHaveLength(1);
  expect(warnings).toEqual([]);
});

test('each store is judged for itself', async () => {
  const { rejected, warnings } = await prove(['acme/home', 'octo-org/a', 'orgs/acme'], {
    writes: { 'test octo-org/a': 403, 'test orgs/acme': 400 },
  });
  expect(rejected.map(({ resolved }) => resolved.name)).toEqual(['octo-org/a']);
  expect(warnings).toEqual([expect.stringContaining('orgs/acme')]);
});

test('a test that cannot be deleted is told, and stays in the journal for the post step', async () => {
  const { left, noted } = await prove(['acme/home', 'orgs/acme'], {
    deletes: { 'test acme/home': oops },
  });
  expect(left).toEqual([leftover(withSecret(resolved('acme/home'), 'ROTATION_WRITE_TEST'), oops)]);
  expect(noted.filter(({ kind }) => kind === 'tested')).toEqual([{ kind: 'tested', store: target('orgs/acme').store }]);
});

test.each([
  [403, 0],
  [300, 0],
  [404, 0],
  [499, 0],
  [500, 1],
  [0, 1],
  [200, 1],
])('after a write that was answered with %i, a delete that fails gives %i warnings', async (status, count) => {
  const { left, noted } = await prove(['acme/home'], {
    writes: { 'test acme/home': status },
    deletes: { 'test acme/home': gitHubAnswer(403) },
  });
  expect(left).toHaveLength(count);
  expect(noted.filter(({ kind }) => kind === 'tested')).toHaveLength(1 - count);
});

test('cleaning up is nothing where no test was begun', async () => {
  const { tests, steps } = testsOf([readyHome('acme/home')]);
  expect(await tests.cleanUp()).toEqual([]);
  expect(steps).toEqual([]);
});

test('the deletes run beside what follows', async () => {
  const { tests, clock, dependencies, steps, elapsed } = testsOf([readyHome('acme/home')]);
  const remove = dependencies.secrets.delete;
  dependencies.secrets.delete = async (...given) => {
    await clock.sleep(1000);
    return remove(...given);
  };
  await tests.run();
  expect(elapsed()).toBe(0);
  await tests.cleanUp();
  expect(steps).toEqual(['PUT test acme/home', 'DELETE test acme/home']);
  expect(elapsed()).toBe(1000);
});

test('a cancel is thrown on, and what may have been written is deleted all the same', async () => {
  const { tests, steps, journal, cancel } = testsOf([readyHome('acme/home'), readyHome('orgs/acme')], {
    writes: { 'test acme/home': new Cancelled('cancelled') },
  });
  cancel();
  await expect(tests.run()).rejects.toBeInstanceOf(Cancelled);
  expect(await tests.cleanUp()).toEqual([]);
  expect(steps).toEqual([
    ...['PUT test acme/home', 'PUT test orgs/acme', 'DELETE test acme/home', 'DELETE test orgs/acme'],
  ]);
  // The write that was broken off may still arrive: the journal keeps it, for the post step to delete.
  const [home, organization] = [target('acme/home').store, target('orgs/acme').store];
  expect(journal.lines).toEqual([
    { kind: 'testing', store: home, secret: 'ROTATION_WRITE_TEST' },
    { kind: 'testing', store: organization, secret: 'ROTATION_WRITE_TEST' },
    { kind: 'tested', store: organization },
  ]);
});

test('a test that was broken off gives no warning where it cannot be deleted: it is not known to be there', async () => {
  const { tests, cancel } = testsOf([readyHome('acme/home')], {
    writes: { 'test acme/home': new Cancelled('cancelled') },
    deletes: { 'test acme/home': gitHubAnswer(500) },
  });
  cancel();
  await expect(tests.run()).rejects.toBeInstanceOf(Cancelled);
  expect(await tests.cleanUp()).toEqual([]);
});

test('an error of another kind is thrown on as it is, and the other tests are deleted', async () => {
  const { tests, steps } = testsOf([readyHome('acme/home'), readyHome('orgs/acme')], {
    writes: { 'test acme/home': new Error('a bug') },
  });
  await expect(tests.run()).rejects.toThrow('a bug');
  expect(await tests.cleanUp()).toEqual([]);
  expect(steps.filter((step) => step.startsWith('DELETE'))).toEqual(['DELETE test orgs/acme']);
});

test('a journal that takes no line keeps nothing from being tested', async () => {
  const { tests, journal, steps } = testsOf([readyHome('acme/home')]);
  journal.isWritable = false;
  expect(await tests.run()).toEqual({ rejected: [], warnings: [] });
  await tests.cleanUp();
  expect(steps).toHaveLength(2);
});

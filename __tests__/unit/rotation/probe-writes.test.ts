import { expect, test } from '@jest/globals';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { probeRequests } from '../../../src/rotation/probe-writes.ts';
import { hiddenTarget } from '../../../src/targets/resolved-target.ts';
import { gitHubAnswer, readyHome, readyTarget, target } from '../support/fakes.ts';
import { probeOf, prove } from '../support/probing.ts';
import { now } from '../support/time.ts';

test('the home is tested, and once every other owner and kind of store', async () => {
  const lines = [
    ...['acme/home', 'acme/b', 'ACME/c', 'acme/b/dependabot', 'acme/c/dependabot', 'acme/b/environments/x'],
    ...['acme/b/environments/y', 'orgs/acme', 'octo-org/a', 'user/codespaces', 'acme/d/codespaces', 'orgs/acme/agents'],
  ];
  const { steps } = await prove(lines);
  const tested = [
    ...['acme/home', 'acme/b/dependabot', 'acme/b/environments/x', 'orgs/acme', 'octo-org/a', 'user/codespaces'],
    ...['acme/d/codespaces', 'orgs/acme/agents'],
  ];
  expect(steps.filter((step) => step.startsWith('PUT'))).toEqual(tested.map((line) => `PUT test ${line}`));
});

test('a write and a delete of each tested store are counted', () => {
  expect(probeRequests(['acme/home', 'acme/b', 'orgs/acme'].map((line) => readyTarget(line)))).toBe(4);
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
    ...stores.map((store) => ({ kind: 'testing', store, at: now })),
    ...stores.map((store) => ({ kind: 'tested', store })),
  ]);
});

test('the test secret holds no token, and says what it is', async () => {
  const { sent } = await prove(['acme/home']);
  expect(sent[0]?.sealed.value).toMatch(/^sealed\(This was a write test of rotate-thousandeyes-token\..*deleted\.\)$/);
});

test('nothing is written before the journal knows of it', async () => {
  const { probe, journal, dependencies, steps } = probeOf([readyHome('acme/home')]);
  const kinds: string[] = [];
  const { write } = dependencies.secrets;
  dependencies.secrets.write = (...given) => {
    kinds.push(...journal.lines.map(({ kind }) => kind));
    return write(...given);
  };
  await probe.run();
  await probe.cleanUp();
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
    const { probe, steps } = probeOf([home], { writes: { 'test acme/home': status } });
    const { rejected, warnings } = await probe.run();
    await probe.cleanUp();
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
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /^Testing whether acme\/home can be written: GitHub answered .* The run goes on, because this is no refusal of permission\.$/,
  );
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
  expect(rejected.map(({ resolved }) => resolved.publicName)).toEqual(['octo-org/a']);
  expect(warnings).toEqual([expect.stringContaining('orgs/acme')]);
});

test('a hidden store is tested by its own name and told by the pattern that found it', async () => {
  const hidden = { ...readyHome('acme/tf-1'), ...hiddenTarget(target('acme/tf-1'), target('acme/tf-*'), 'TE_TOKEN') };
  const { probe, steps } = probeOf([hidden], {
    writes: { 'test acme/tf-1': 403 },
    deletes: { 'acme/tf-1': gitHubAnswer(500) },
  });
  const { rejected } = await probe.run();
  const told = JSON.stringify([rejected.map(({ problem }) => problem), await probe.cleanUp()]);
  expect(steps[0]).toBe('PUT test acme/tf-1');
  expect(told).toContain('acme/tf-*');
  expect(told).not.toContain('tf-1');
});

test('a test that cannot be deleted is told, and stays in the journal for the post step', async () => {
  const { left, noted } = await prove(['acme/home', 'orgs/acme'], {
    deletes: { 'acme/home': gitHubAnswer(500, { detail: '500 (oops)' }) },
  });
  expect(left).toEqual([
    'The secret ROTATION_WRITE_TEST of a write test could not be deleted from the Actions secrets of acme/home (GitHub answered 500 (oops)). It holds nothing of value; delete it by hand.',
  ]);
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
    deletes: { 'acme/home': gitHubAnswer(403) },
  });
  expect(left).toHaveLength(count);
  expect(noted.filter(({ kind }) => kind === 'tested')).toHaveLength(1 - count);
});

test('cleaning up is nothing where no test was begun', async () => {
  const { probe, steps } = probeOf([readyHome('acme/home')]);
  expect(await probe.cleanUp()).toEqual([]);
  expect(steps).toEqual([]);
});

test('the deletes run beside what follows', async () => {
  const { probe, clock, dependencies, steps, elapsed } = probeOf([readyHome('acme/home')]);
  const remove = dependencies.secrets.delete;
  dependencies.secrets.delete = async (...given) => {
    await clock.sleep(1000);
    return remove(...given);
  };
  await probe.run();
  expect(elapsed()).toBe(0);
  await probe.cleanUp();
  expect(steps).toEqual(['PUT test acme/home', 'DELETE test acme/home']);
  expect(elapsed()).toBe(1000);
});

test('a cancel is thrown on, and what may have been written is deleted all the same', async () => {
  const { probe, steps, journal } = probeOf([readyHome('acme/home'), readyHome('orgs/acme')], {
    writes: { 'test acme/home': new Cancelled('cancelled') },
  });
  await expect(probe.run()).rejects.toBeInstanceOf(Cancelled);
  expect(await probe.cleanUp()).toEqual([]);
  expect(steps).toEqual([
    ...['PUT test acme/home', 'PUT test orgs/acme', 'DELETE test acme/home', 'DELETE test orgs/acme'],
  ]);
  // The write that was broken off may still arrive: the journal keeps it, for the post step to delete.
  const [home, organization] = [target('acme/home').store, target('orgs/acme').store];
  expect(journal.lines).toEqual([
    { kind: 'testing', store: home, at: now },
    { kind: 'testing', store: organization, at: now },
    { kind: 'tested', store: organization },
  ]);
});

test('a test that was broken off gives no warning where it cannot be deleted: it is not known to be there', async () => {
  const { probe } = probeOf([readyHome('acme/home')], {
    writes: { 'test acme/home': new Cancelled('cancelled') },
    deletes: { 'acme/home': gitHubAnswer(500) },
  });
  await expect(probe.run()).rejects.toBeInstanceOf(Cancelled);
  expect(await probe.cleanUp()).toEqual([]);
});

test('a journal that takes no line keeps nothing from being tested', async () => {
  const { probe, journal, steps } = probeOf([readyHome('acme/home')]);
  journal.isWritable = false;
  expect(await probe.run()).toEqual({ rejected: [], warnings: [] });
  await probe.cleanUp();
  expect(steps).toHaveLength(2);
});

import { describe, expect, test } from '@jest/globals';
import { Cancelled } from '../../src/errors.ts';
import type { JournalLine } from '../../src/journal.ts';
import type { Store } from '../../src/store.ts';
import { lineOf } from '../../src/target.ts';
import { proveWriting, testRequests, testSites } from '../../src/write-test.ts';
import { githubAnswer, homePlace, place } from '../support/unit-ports.ts';
import { asker, type SceneOptions, sceneOf } from '../support/unit-scene.ts';

async function prove(lines: readonly string[], options: SceneOptions = {}) {
  const scene = sceneOf(options);
  const noted: JournalLine[] = [];
  const journal = { note: (...added: JournalLine[]) => noted.push(...added) };
  const proof = await proveWriting(
    lines.map((line) => place(line)),
    asker,
    { ...scene, journal },
  ).catch((error: unknown) => error as Error);
  const left = proof instanceof Error ? [] : await proof.cleanup;
  return { proof, left, noted, steps: scene.steps, sent: scene.sent };
}

test('the home, and once every other owner and kind of store', () => {
  const lines = [
    ...['acme/home', 'acme/b', 'ACME/c', 'acme/b/dependabot', 'acme/c/dependabot', 'acme/b/environments/x'],
    ...['acme/b/environments/y', 'orgs/acme', 'octo-org/a', 'user/codespaces', 'acme/d/codespaces', 'orgs/acme/agents'],
  ];
  const sites = testSites(lines.map((line) => place(line)));
  expect(sites.map(({ target }) => lineOf(target.store))).toEqual([
    ...['acme/home', 'acme/b/dependabot', 'acme/b/environments/x', 'orgs/acme', 'octo-org/a', 'user/codespaces'],
    ...['acme/d/codespaces', 'orgs/acme/agents'],
  ]);
});

test('a write and a delete of each are counted', () => {
  expect(testRequests(['acme/home', 'acme/b', 'orgs/acme'].map((line) => place(line)))).toBe(4);
});

test('each site is written, seen by nobody, and deleted', async () => {
  const { proof, left, noted, steps, sent } = await prove(['acme/home', 'orgs/acme', 'user/codespaces']);
  expect(proof).toMatchObject({ refused: [], warnings: [] });
  expect(left).toEqual([]);
  expect(steps).toEqual([
    ...['PUT test acme/home', 'PUT test orgs/acme', 'PUT test user/codespaces'],
    ...['DELETE test acme/home', 'DELETE test orgs/acme', 'DELETE test user/codespaces'],
  ]);
  expect(sent.map(({ access }) => access)).toEqual([
    {},
    { visibility: 'selected', selectedRepositoryIds: [] },
    { selectedRepositoryIds: [] },
  ]);
  expect(sent[0]?.sealed.value).toBe('sealed(This was a write test of rotate-thousandeyes-token. It can be deleted.)');
  expect(noted.map(({ kind }) => kind)).toEqual(['testing', 'testing', 'testing', 'tested', 'tested', 'tested']);
});

test('204 proves it, too', async () => {
  expect((await prove(['acme/home'], { writes: { 'test acme/home': 204 } })).proof).toMatchObject({ refused: [] });
});

describe('a refusal of permission stops the run', () => {
  test.each([0, 301, 302, 307, 308, 401, 403, 404, 407, 429, 500, 503])('%i', async (status) => {
    const { proof, steps } = await prove(['acme/home'], { writes: { 'test acme/home': status } });
    if (proof instanceof Error) throw proof;
    expect(proof.warnings).toEqual([]);
    expect(proof.refused).toHaveLength(1);
    expect(proof.refused[0]).toMatchObject({
      label: 'acme/home',
      shown: 'acme/home',
      target: place('acme/home').target,
    });
    expect(proof.refused[0]?.problem.tried).toBe('Testing whether acme/home can be written');
    expect(steps).toEqual(['PUT test acme/home', 'DELETE test acme/home']);
  });
});

describe('any other refusal is a warning', () => {
  test.each([400, 409, 413])('%i', async (status) => {
    const { proof } = await prove(['acme/home'], { writes: { 'test acme/home': status } });
    if (proof instanceof Error) throw proof;
    expect(proof.refused).toEqual([]);
    expect(proof.warnings).toHaveLength(1);
    expect(proof.warnings[0]).toMatch(
      /^Testing whether acme\/home can be written: GitHub answered .* The run goes on, because this is no refusal of permission\.$/,
    );
  });
});

test('a page of a proxy is no refusal of the value', async () => {
  const scene = sceneOf();
  const page = githubAnswer(400, { said: '400 (an HTML page, so perhaps from a proxy)' });
  const secrets = { ...scene.secrets, write: async () => ({ answer: page }) };
  const journal = { note: () => undefined };
  const { refused, warnings } = await proveWriting([place('acme/home')], asker, { ...scene, secrets, journal });
  expect(refused).toHaveLength(1);
  expect(warnings).toEqual([]);
});

describe('422 may mean that the key changed', () => {
  test('it is read again and the test sealed anew', async () => {
    const { proof, steps, sent } = await prove(['acme/home'], { writes: { 'test acme/home': [422, 201] } });
    expect(proof).toMatchObject({ refused: [], warnings: [] });
    expect(steps).toEqual([
      'PUT test acme/home',
      'new key of acme/home',
      'PUT test acme/home',
      'DELETE test acme/home',
    ]);
    expect(sent.map(({ sealed }) => sealed.keyId)).toEqual(['key of acme/home', 'new key of acme/home']);
  });

  test('once only: then it is a warning, for the store may be full', async () => {
    const { proof, steps } = await prove(['acme/home'], { writes: { 'test acme/home': 422 } });
    if (proof instanceof Error) throw proof;
    expect(proof.warnings).toHaveLength(1);
    expect(steps.filter((step) => step.startsWith('PUT'))).toHaveLength(2);
  });

  test('a refusal of the second counts', async () => {
    const { proof } = await prove(['acme/home'], { writes: { 'test acme/home': [422, 403] } });
    if (proof instanceof Error) throw proof;
    expect(proof.refused).toHaveLength(1);
  });

  test('where the key can not be read, the 422 counts', async () => {
    const { proof, steps } = await prove(['acme/home'], {
      writes: { 'test acme/home': 422 },
      freshKeys: { 'acme/home': { answer: githubAnswer(500) } },
    });
    if (proof instanceof Error) throw proof;
    expect(proof.warnings).toHaveLength(1);
    expect(steps).toEqual(['PUT test acme/home', 'new key of acme/home', 'DELETE test acme/home']);
  });
});

test('each site is judged for itself', async () => {
  const { proof } = await prove(['acme/home', 'octo-org/a', 'orgs/acme'], {
    writes: { 'test octo-org/a': 403, 'test orgs/acme': 400 },
  });
  if (proof instanceof Error) throw proof;
  expect(proof.refused.map(({ shown }) => shown)).toEqual(['octo-org/a']);
  expect(proof.warnings).toHaveLength(1);
  expect(proof.warnings[0]).toContain('orgs/acme');
});

describe('cleaning up', () => {
  test('what can not be deleted is told, and stays in the journal', async () => {
    const { left, noted } = await prove(['acme/home', 'orgs/acme'], {
      deletes: { 'acme/home': githubAnswer(500, { said: '500 (oops)' }) },
    });
    expect(left).toEqual([
      'The secret ROTATION_WRITE_TEST could not be deleted from acme/home (GitHub: 500 (oops)). It holds nothing of value; delete it by hand.',
    ]);
    expect(noted.filter(({ kind }) => kind === 'tested')).toEqual([
      { kind: 'tested', store: homePlace('orgs/acme').target.store },
    ]);
  });

  test.each([
    [403, 0],
    [300, 0],
    [404, 0],
    [499, 0],
    [500, 1],
    [0, 1],
    [200, 1],
  ])('of a test that %i did or may not have written: %i warnings', async (status, count) => {
    const { left } = await prove(['acme/home'], {
      writes: { 'test acme/home': status },
      deletes: { 'acme/home': githubAnswer(403) },
    });
    expect(left).toHaveLength(count);
  });

  test('is waited for before a cancel is thrown on', async () => {
    const scene = sceneOf({ writes: { 'test acme/home': new Cancelled('cancelled') } });
    const secrets = {
      ...scene.secrets,
      removeWriteTest: async (store: Store) => {
        await scene.clock.sleep(1000);
        return scene.secrets.removeWriteTest(store);
      },
    };
    const journal = { note: () => undefined };
    const proving = proveWriting([place('acme/home')], asker, { ...scene, secrets, journal });
    await expect(proving).rejects.toBeInstanceOf(Cancelled);
    expect(scene.steps).toEqual(['PUT test acme/home', 'DELETE test acme/home']);
  });

  test('comes before a cancel is thrown on', async () => {
    const { proof, steps, noted } = await prove(['acme/home', 'orgs/acme'], {
      writes: { 'test acme/home': new Cancelled('cancelled') },
    });
    expect(proof).toBeInstanceOf(Cancelled);
    // The write that was broken off may still arrive: the journal keeps it, for the post step to delete.
    const { store: home } = place('acme/home').target;
    const { store: organization } = place('orgs/acme').target;
    expect(noted).toEqual([
      { kind: 'testing', store: home },
      { kind: 'testing', store: organization },
      { kind: 'tested', store: organization },
    ]);
    expect(steps).toEqual([
      ...['PUT test acme/home', 'PUT test orgs/acme', 'DELETE test acme/home', 'DELETE test orgs/acme'],
    ]);
  });
});

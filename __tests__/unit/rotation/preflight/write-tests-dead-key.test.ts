import { expect, test } from '@jest/globals';
import { gitHubAnswer, readyHome, readyTarget } from '../../support/fakes.ts';
import { prove, testsOf } from '../../support/write-testing.ts';

test('a 422 to a key that changed: it is read again and the test sealed anew', async () => {
  const { rejected, warnings, steps, sent } = await prove(['acme/home'], { writes: { 'test acme/home': [422, 201] } });
  expect({ rejected, warnings }).toEqual({ rejected: [], warnings: [] });
  expect(steps).toEqual(['PUT test acme/home', 'new key of acme/home', 'PUT test acme/home', 'DELETE test acme/home']);
  expect(sent.map(({ sealed }) => sealed.keyId)).toEqual(['key-of-acme-home', 'new key of acme/home']);
});

test('a dead key: a 422 to a key that was just read stops the run, and nothing is issued', async () => {
  const { rejected, warnings, steps } = await prove(['acme/home'], { writes: { 'test acme/home': 422 } });
  expect(warnings).toEqual([]);
  expect(rejected).toHaveLength(1);
  expect(rejected[0]?.problem).toMatchObject({
    attempt: 'Testing whether acme/home can be written',
    cause: expect.stringMatching(/^GitHub answered 422 .*sealed for a key/),
  });
  expect(rejected[0]?.problem.why).toContain('the Actions secrets of acme/home');
  expect(rejected[0]?.problem.why).toContain('Nothing was issued.');
  expect(steps.filter((step) => step.startsWith('PUT'))).toHaveLength(2);
});

test.each([
  ['acme/home', 99, 100],
  ['acme/home/environments/live', 99, 100],
  ['user/codespaces', 99, 100],
  ['orgs/acme', 999, 1000],
])(
  'a store that is full by its own count is a warning, for its secret can still be written: %s',
  async (line, room, full) => {
    const at = (count: number) => prove([line], { writes: { [`test ${line}`]: 422 }, counts: { [line]: count } });
    expect(await at(room)).toMatchObject({ rejected: [{}], warnings: [] });
    const { rejected, warnings } = await at(full);
    expect(rejected).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(`full \\(${full} secrets\\).*The run goes on`)]);
  },
);

test('a full store into which the secret is to be created stops the run: it would fail when the token is there', async () => {
  const { tests } = testsOf([readyTarget('acme/new')], {
    writes: { 'test acme/new': 422 },
    counts: { 'acme/new': 100 },
  });
  const { rejected, warnings } = await tests.run();
  expect(warnings).toEqual([]);
  expect(rejected).toHaveLength(1);
  expect(rejected[0]?.problem.steps.join()).toContain('full (100 secrets)');
});

test('a count that cannot be read says nothing in favour of the key', async () => {
  const { rejected } = await prove(['acme/home'], {
    writes: { 'test acme/home': 422 },
    counts: { 'acme/home': gitHubAnswer(403) },
  });
  expect(rejected).toHaveLength(1);
  expect(rejected[0]?.problem.cause).toContain('sealed for a key');
});

test('the second answer counts: a refusal of permission, or of the value', async () => {
  const second = (status: number) => prove(['acme/home'], { writes: { 'test acme/home': [422, status] } });
  expect(await second(403)).toMatchObject({ rejected: [{ problem: { cause: 'GitHub answered 403' } }], warnings: [] });
  expect(await second(409)).toMatchObject({ rejected: [], warnings: [expect.stringContaining('409')] });
});

test('where the key cannot be read again, the 422 counts', async () => {
  const { rejected, steps } = await prove(['acme/home'], {
    writes: { 'test acme/home': 422 },
    freshKeys: { 'acme/home': gitHubAnswer(500) },
  });
  expect(rejected).toMatchObject([{ problem: { cause: expect.stringContaining('GitHub answered 422') } }]);
  expect(steps).toEqual(['PUT test acme/home', 'new key of acme/home', 'DELETE test acme/home']);
});

test('a new key that nothing can be sealed for proves nothing: the 422 counts', async () => {
  const { rejected, steps } = await prove(['acme/home'], { writes: { 'test acme/home': [422, 201] }, badKey: 'n' });
  expect(rejected).toMatchObject([{ problem: { cause: expect.stringContaining('GitHub answered 422') } }]);
  expect(steps.filter((step) => step.startsWith('PUT'))).toHaveLength(1);
});

test('a key that nothing can be sealed for is no proof that writing works', async () => {
  const home = readyHome('acme/home');
  const { tests, steps } = testsOf([home], { badKey: home.key.key });
  const { rejected } = await tests.run();
  expect(rejected).toMatchObject([{ problem: { cause: expect.stringContaining('nothing can be sealed') } }]);
  expect(steps.filter((step) => step.startsWith('PUT'))).toEqual([]);
});

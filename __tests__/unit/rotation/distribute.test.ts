import { expect, test } from '@jest/globals';
import { messageOf } from '../../../src/lib/problem.ts';
import { distributionProblems, neverSealed, sealedFor, sealedLine } from '../../../src/rotation/distribute.ts';
import { hiddenTarget } from '../../../src/targets/resolved-target.ts';
import { distributing, sealedEarlier } from '../support/distributing.ts';
import { gitHubAnswer, readyHome, readyTarget, target } from '../support/fakes.ts';
import { problemOf, resultOf } from '../support/outcomes.ts';
import { now, second } from '../support/time.ts';

test('the token is sealed for the key of its target', () => {
  const { distribution } = distributing();
  const ready = readyTarget('acme/a');
  expect(sealedFor(ready, 3, distribution)).toEqual({
    ready,
    number: 3,
    sealed: { keyId: 'key-of-acme-a', value: 'sealed(te-of-storing)' },
  });
});

test('for a key that nothing can be sealed for there is nothing to store, and that is told', () => {
  const ready = readyTarget('acme/a');
  const { distribution, scene } = distributing({ badKey: ready.key.key });
  expect(sealedFor(ready, 3, distribution)).toBeUndefined();
  const { result, at, body } = neverSealed(ready, 3, distribution, scene.dependencies);
  expect(result).toMatchObject({ resolved: ready, status: 'failed' });
  expect(result.problem?.cause).toContain('nothing can be sealed for the public key of target 4');
  expect({ at, body }).toEqual({ at: undefined, body: { encrypted_value: '', key_id: 'key-of-acme-a' } });
});

test("the journal's line holds what a PUT sends, with who sees the secret", () => {
  expect(sealedLine(sealedEarlier(readyHome('orgs/acme', { access: { visibility: 'all' } }), 2))).toEqual({
    kind: 'sealed',
    target: 2,
    body: { encrypted_value: 'first', key_id: 'old', visibility: 'all' },
  });
  expect(sealedLine(sealedEarlier(readyTarget('acme/new')))).toEqual({
    kind: 'sealed',
    target: 0,
    body: { encrypted_value: 'first', key_id: 'old' },
  });
});

test('a write that is proven is noted in the journal', async () => {
  const { home, scene } = distributing();
  const ready = readyHome('acme/a');
  expect(await home(sealedEarlier(ready, 3))).toEqual({
    result: { resolved: ready, status: 'updated' },
    at: now,
    body: { encrypted_value: 'first', key_id: 'old' },
    isKeyRefused: false,
    warnings: [],
  });
  expect(scene.journal.lines).toEqual([{ kind: 'stored', target: 3, at: now }]);
  expect(scene.steps).toEqual(['PUT acme/a', 'note stored']);
});

test('a secret that is to be created is created, and that is as it should be', async () => {
  const { other } = distributing({ writes: { 'acme/new': 201 } });
  const { result, warnings } = await other(sealedEarlier(readyTarget('acme/new')));
  expect({ status: result.status, warnings }).toEqual({ status: 'created', warnings: [] });
});

test('a secret that was deleted meanwhile and is created anew by the write is told', async () => {
  const { home } = distributing({ writes: { 'acme/a': 201 } });
  const { result, warnings } = await home(sealedEarlier(readyHome('acme/a')));
  expect(result.status).toBe('created');
  expect(warnings).toEqual([
    expect.stringContaining('acme/a was deleted while this ran, and the write created it anew.'),
  ]);
});

test('a write that fails is not noted as stored', async () => {
  const { other, scene } = distributing({ writes: { 'acme/a': 403 } });
  const stored = await other(sealedEarlier(readyHome('acme/a')));
  expect(stored).toMatchObject({ result: { status: 'failed' }, at: undefined, isKeyRefused: false, warnings: [] });
  expect(stored.result.problem).toMatchObject({ attempt: 'Writing acme/a', cause: 'GitHub answered 403' });
  expect(scene.journal.lines).toEqual([]);
});

test.each(['orgs/acme', 'user/codespaces'])('a secret of %s that is gone is not created by the write', async (line) => {
  const { other } = distributing({ secrets: { [line]: gitHubAnswer(404) } });
  const { result } = await other(sealedEarlier(readyHome(line)));
  expect(result.problem?.cause).toContain('GitHub answered 404: it was deleted while this ran');
  expect(result.problem?.action).toContain('never created here');
});

test('a secret of an organization that may not be written is not gone', async () => {
  const { other } = distributing({ writes: { 'orgs/acme': 403 } });
  const { result } = await other(sealedEarlier(readyHome('orgs/acme')));
  expect(result.problem?.cause).toBe('GitHub answered 403');
  expect(result.problem?.action).toContain('`admin:org`');
});

test('a repository that is gone is told as any that is not found', async () => {
  const { other } = distributing({ writes: { 'acme/a': 404 } });
  const { result } = await other(sealedEarlier(readyHome('acme/a')));
  expect(result.problem?.cause).toBe('GitHub answered 404');
  expect(result.problem?.action).toContain('Either it does not exist');
});

test('what a pattern found stays unnamed when it cannot be written', async () => {
  const { others, scene } = distributing({ writes: { 'acme/tf-1': 403 } });
  const hidden = { ...readyHome('acme/tf-1'), ...hiddenTarget(target('acme/tf-1'), target('acme/tf-*'), 'TE_TOKEN') };
  const [stored] = await others([sealedEarlier(hidden)]);
  const told = JSON.stringify([stored?.result.problem, scene.log.lines]);
  expect(told).toContain('acme/tf-*');
  expect(told).not.toContain('tf-1');
});

const many = (count: number) =>
  Array.from({ length: count }, (_, number) => sealedEarlier(readyHome(`acme/r${number}`), number));

test('of twenty targets each is told by name', async () => {
  const { others, scene } = distributing({ writes: { 'acme/r1': 403 } });
  const stored = await others(many(20));
  expect(stored.map(({ result }) => result.status)).toEqual(
    Array.from({ length: 20 }, (_, number) => (number === 1 ? 'failed' : 'updated')),
  );
  expect(scene.log.lines).toHaveLength(20);
  expect(scene.log.lines).toContain('Stored: acme/r0');
  expect(scene.log.lines).toContain('Not stored: acme/r1');
});

test('of more targets only the progress is told', async () => {
  const { others, scene } = distributing();
  const { write } = scene.dependencies.secrets;
  scene.dependencies.secrets.write = async (...given) => {
    await scene.clock.sleep(6 * second);
    return write(...given);
  };
  await others(many(21));
  // All end at the same moment, and it is told once; no target by its name.
  expect(scene.log.lines).toEqual(['Stored: 1 of 21']);
});

test('targets that take longer than a burst are announced, with what this run wrote before', async () => {
  const { others, scene } = distributing();
  await others(many(2), 78);
  expect(scene.log.lines.join()).not.toContain('at the pace');
  await others(many(2), 79);
  await others(many(2), 158);
  const pace = 'Storing 2 targets at the pace that GitHub allows (80 writes a minute, 500 an hour): done by about';
  expect(scene.log.lines.filter((line) => line.includes('pace'))).toEqual([
    `${pace} 2026-11-23 19:00 UTC`,
    `${pace} 2026-11-23 19:01 UTC`,
  ]);
});

test('one that fails leaves the others stored', async () => {
  const { others } = distributing({ writes: { 'acme/r0': 500 } });
  expect((await others(many(3))).map(({ result }) => result.status)).toEqual(['failed', 'updated', 'updated']);
});

const sync = 'All other targets are written. When the cause is fixed, run this workflow with `mode: sync`.';
const failures = (count: number, line?: string) =>
  Array.from({ length: count }, (_, number) =>
    resultOf(line ?? `acme/r${number}`, { status: 'failed', problem: problemOf(`GitHub answered 50${number}`) }),
  );

test.each([
  ['none', failures(0), []],
  ['one, with what to do about it', failures(1), [`Writing it: GitHub answered 500. Run it again. ${sync}`]],
  [
    'up to five by name',
    failures(5),
    [
      `Writing 5 targets of many: acme/r0, acme/r1, acme/r2, acme/r3, acme/r4: the summary says why. The first: GitHub answered 500. ${sync}`,
    ],
  ],
  [
    'more by their number',
    failures(7),
    [
      `Writing 7 targets of many: acme/r0, acme/r1, acme/r2, acme/r3, acme/r4 and 2 more: the summary says why. The first: GitHub answered 500. ${sync}`,
    ],
  ],
  [
    'those of one name once',
    failures(7, 'acme/*'),
    [`Writing 7 targets of many: acme/*: the summary says why. The first: GitHub answered 500. ${sync}`],
  ],
])('targets that could not be written: %s', (_, results, expected) => {
  const written = resultOf('acme/other');
  expect(distributionProblems([written, ...results]).map(messageOf)).toEqual(expected);
});

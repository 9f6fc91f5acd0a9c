import { expect, test } from '@jest/globals';
import { waitForMain } from '../../../src/modes/recover.ts';
import { hiddenTarget } from '../../../src/targets/resolved-target.ts';
import { gitHubAnswer, resolved, target } from '../support/fakes.ts';
import { begun, bodyFor, recovered, sealedOnly, validity } from '../support/left-journal.ts';
import { day, now, second } from '../support/time.ts';

test('post: without a journal nothing is done or said', async () => {
  const { recovered: came, steps } = await recovered([undefined]);
  expect({ came, steps }).toEqual({ came: undefined, steps: [] });
});

test('post: a journal without targets is left alone', async () => {
  const { recovered: came, steps } = await recovered({ ...begun, header: { kind: 'run', pid: 1, targets: [] } });
  expect({ came, steps }).toEqual({ came: undefined, steps: [] });
});

test('post: where nothing was asked for, the journal goes, and nothing is said', async () => {
  const { recovered: came, steps } = await recovered(begun);
  expect({ came, steps }).toEqual({ came: undefined, steps: ['journal removed'] });
});

test('post: where all is stored, confirmed and dated, the journal goes, and nothing is said', async () => {
  const whole = {
    ...sealedOnly,
    stored: new Map([
      [0, now],
      [1, now],
      [2, now],
    ]),
    confirmed: true,
  };
  expect(await recovered(whole)).toMatchObject({ recovered: undefined, steps: ['journal removed'] });
  const header = { ...whole.header, expiryVariable: 'TE_EXPIRY' };
  expect(await recovered({ ...whole, header, dated: true })).toMatchObject({
    recovered: undefined,
    steps: ['journal removed'],
  });
});

test('post: announces how to finish by hand, then writes the home, the others and the variable, and removes write tests last', async () => {
  const header = { ...sealedOnly.header, expiryVariable: 'TE_EXPIRY' };
  const testing = [target('acme/network').store];
  const { recovered: came, steps, announced, sent } = await recovered({ ...sealedOnly, header, testing });
  expect(steps).toEqual([
    'announced acme/network',
    'PUT acme/network',
    'PUT acme/edge',
    'PUT orgs/acme',
    'TE_EXPIRY beside acme/network = 2028-11-22T19:00:00Z',
    'DELETE test acme/network',
    'journal removed',
  ]);
  expect(sent.map(({ sealed }) => sealed)).toEqual(
    [0, 1, 2].map((number) => ({ value: `sealed ${number}`, keyId: 'k' })),
  );
  expect(announced).toEqual([{ home: begun.header.targets[0], body: bodyFor(0), validity }]);
  expect(came).toEqual({
    headline: 'The post step finished what the main step had left.',
    stored: ['acme/network', 'acme/edge', 'orgs/acme'],
    problems: [],
    warnings: [],
    isHomeStored: true,
  });
});

test('post: what is confirmed and stored already is left alone, and nothing is announced', async () => {
  const { recovered: came, steps } = await recovered({
    ...sealedOnly,
    stored: new Map([
      [0, now],
      [2, now],
    ]),
    confirmed: true,
  });
  expect(steps).toEqual(['PUT acme/edge', 'journal removed']);
  expect(came).toMatchObject({ stored: ['acme/edge'], isHomeStored: true });
});

test("post: who sees an organization's secret is read again right before its write", async () => {
  const { sent } = await recovered(
    {
      ...sealedOnly,
      stored: new Map([
        [0, now],
        [1, now],
      ]),
      confirmed: true,
    },
    { secrets: { 'orgs/acme': { access: { visibility: 'selected', selectedRepositoryIds: [7] } } } },
  );
  expect(sent).toMatchObject([{ line: 'orgs/acme', access: { visibility: 'selected', selectedRepositoryIds: [7] } }]);
});

test("post: what main wrote counts toward GitHub's limits", async () => {
  const { counted } = await recovered({ ...sealedOnly, writes: [now - 90 * second, now - 30 * second] });
  expect(counted).toEqual([[90 * second, 30 * second]]);
});

test('post: another target that cannot be written leaves the rest stored, and the journal in place', async () => {
  const { recovered: came, problems, steps } = await recovered(sealedOnly, { writes: { 'acme/edge': 403 } });
  expect(came).toMatchObject({
    headline: 'The post step could not finish all that the main step had left.',
    stored: ['acme/network', 'orgs/acme'],
    isHomeStored: true,
  });
  expect(problems).toEqual([
    expect.stringMatching(
      /^Writing acme\/edge: GitHub answered 403\..*The home holds the new token\. .*`mode: sync`\.$/,
    ),
  ]);
  expect(steps).not.toContain('journal removed');
});

test('post: targets that main had not sealed the token for are left to sync', async () => {
  const { steps, problems } = await recovered({ ...sealedOnly, sealed: new Map([[0, bodyFor(0)]]) });
  expect(steps).toEqual(['announced acme/network', 'PUT acme/network']);
  expect(problems).toEqual([
    expect.stringMatching(/^Finishing 2 targets: .*acme\/network holds the new token\. Run .*`mode: sync`/),
  ]);
});

test('post: where the journal has no dates, a person has fourteen days', async () => {
  const { announced } = await recovered({ ...sealedOnly, issued: undefined });
  expect(announced[0]?.validity).toEqual({ previousValidUntil: now + 14 * day });
});

const withVariable = { ...sealedOnly, header: { ...sealedOnly.header, expiryVariable: 'TE_EXPIRY' } };
const dated = (steps: readonly string[]) => steps.filter((step) => step.startsWith('TE_EXPIRY'));

test('post: an expiry variable alone is written where only that is missing', async () => {
  const { steps } = await recovered({
    ...withVariable,
    stored: new Map([
      [0, now],
      [1, now],
      [2, now],
    ]),
    confirmed: true,
  });
  expect(steps).toEqual(['TE_EXPIRY beside acme/network = 2028-11-22T19:00:00Z', 'journal removed']);
});

test('post: an expiry variable that main has written is left alone', async () => {
  expect(dated((await recovered({ ...withVariable, dated: true })).steps)).toEqual([]);
});

test('post: an expiry variable is not written while the home is not', async () => {
  expect(dated((await recovered(withVariable, { writes: { 'acme/network': 403 } })).steps)).toEqual([]);
});

test('post: an expiry variable that cannot be written fails the step, and the journal stays', async () => {
  const { problems, steps } = await recovered(withVariable, { variableWrite: gitHubAnswer(403) });
  expect(problems).toEqual([expect.stringContaining('Writing the expiry variable TE_EXPIRY: GitHub answered 403')]);
  expect(steps).not.toContain('journal removed');
});

test('post: write tests that are left over are removed, and nothing is said', async () => {
  const testing = [target('acme/network').store, target('orgs/acme').store, target('octo-org/other').store];
  const { recovered: came, steps } = await recovered({ ...begun, testing });
  expect(came).toBeUndefined();
  expect(steps).toEqual([
    'DELETE test acme/network',
    'DELETE test orgs/acme',
    'DELETE test octo-org/other',
    'journal removed',
  ]);
});

test('post: a write test that cannot be removed is a warning, which names what may be named only', async () => {
  const hidden = { ...hiddenTarget(target('acme/r7'), target('acme/r*'), 'TE_TOKEN'), access: {}, updatedAt: 1 };
  const header = { ...begun.header, targets: [...begun.header.targets, hidden] };
  const deletes = { 'acme/network': gitHubAnswer(500), 'acme/r7': gitHubAnswer(500) };
  const testing = [target('acme/network').store, target('acme/r7').store];
  const { recovered: came, steps } = await recovered({ ...begun, header, testing }, { deletes });
  expect(came).toMatchObject({ headline: 'Nothing was issued.', stored: [], problems: [], isHomeStored: false });
  expect(came?.warnings).toEqual([
    expect.stringContaining('could not be deleted from the Actions secrets of acme/network (GitHub answered 500)'),
    expect.stringContaining('could not be deleted from the Actions secrets of acme/r*'),
  ]);
  expect(steps.at(-1)).toBe('journal removed');
});

test('post: a warning of a write test stands beside what was stored', async () => {
  const testing = [target('acme/network').store];
  const { recovered: came } = await recovered(
    { ...sealedOnly, testing },
    { deletes: { 'acme/network': gitHubAnswer(500) } },
  );
  expect(came).toMatchObject({ stored: ['acme/network', 'acme/edge', 'orgs/acme'], warnings: [expect.any(String)] });
});

test('post: main was killed while it asked, so a token may have been issued and lost', async () => {
  const { recovered: came, problems, steps } = await recovered({ ...begun, asked: true });
  expect(came?.headline).toBe('A token may have been issued and lost.');
  expect(problems).toEqual([
    expect.stringMatching(
      /: the main step was killed while it waited for the answer; .*To tell, start this workflow again.*`gh secret set TE_TOKEN --repo acme\/network`/,
    ),
  ]);
  expect(steps).toEqual([]);
});

test('post: a value that is sealed for another target only is no help', async () => {
  const { steps, recovered: came } = await recovered({ ...begun, asked: true, sealed: new Map([[1, bodyFor(1)]]) });
  expect(steps).toEqual([]);
  expect(came?.headline).toBe('A token may have been issued and lost.');
});

test('post: a token that ThousandEyes refused so far is not stored, and is kept aside', async () => {
  const { recovered: came, problems, steps } = await recovered({ ...sealedOnly, refused: true });
  expect(came).toMatchObject({
    headline: 'A new token was issued, but it does not work; the old one stays in place.',
    stored: [],
    keptAside: { kind: 'token', home: resolved('acme/network'), body: bodyFor(0), validity },
  });
  expect(problems).toEqual([expect.stringContaining('works until 2026-12-02 19:00 UTC at the latest')]);
  expect(steps).toEqual([]);
  const undatedToken = await recovered({ ...sealedOnly, issued: undefined, refused: true });
  expect(undatedToken.problems).toEqual([expect.stringContaining('works until 2026-12-07 19:00 UTC at the latest')]);
});

test('post: an answer from which main could read no token is kept aside', async () => {
  const { recovered: came, problems, steps } = await recovered({ ...begun, asked: true, unread: bodyFor(9) });
  expect(came).toMatchObject({
    headline: 'A token was issued and lost. The one in use still works, but not for long.',
    keptAside: {
      kind: 'answer',
      home: resolved('acme/network'),
      body: bodyFor(9),
      validity: { previousValidUntil: now + 14 * day },
    },
  });
  expect(problems).toEqual([expect.stringContaining('sealed in the job summary, below "Kept aside"')]);
  expect(steps).toEqual([]);
});

test('post: a token that came after an answer that could not be read is stored', async () => {
  const { steps } = await recovered({ ...sealedOnly, unread: bodyFor(9) });
  expect(steps).toContain('PUT acme/network');
});

test('post: of a main that said in its journal that it finished, only write tests are left to remove', async () => {
  const testing = [target('acme/network').store];
  for (const record of [{ ...begun, asked: true }, { ...sealedOnly, refused: true }, sealedOnly]) {
    const { recovered: came, steps } = await recovered({ ...record, testing, finished: true });
    expect({ came, steps }).toEqual({ came: undefined, steps: ['DELETE test acme/network', 'journal removed'] });
  }
});

test('post: a main that still lives is waited for, and its end is what counts', async () => {
  const records = [...Array.from({ length: 8 }, () => sealedOnly), undefined];
  const { recovered: came, elapsed, steps } = await recovered(records, { isAlive: () => true });
  expect({ came, elapsed, steps }).toEqual({ came: undefined, elapsed: 2000, steps: [] });
});

test('post: what a main left that dies meanwhile is finished', async () => {
  const { steps, elapsed } = await recovered(sealedOnly, { isAlive: (ms) => ms < 3000 });
  expect(elapsed).toBe(3000);
  expect(steps).not.toContain('journal closed');
  expect(steps).toContain('PUT acme/network');
});

test('post: main outlives the patience, so the journal is closed, and what was asked is in doubt', async () => {
  const { steps, elapsed, problems } = await recovered({ ...begun, asked: true }, { isAlive: () => true });
  expect(waitForMain).toBe(190 * second);
  expect(elapsed).toBe(waitForMain);
  expect(steps).toEqual(['journal closed']);
  expect(problems).toEqual([
    expect.stringContaining('the main step still waits for the answer, and the post step can wait no longer'),
  ]);
});

test('post: the patience with main does not hang on the wall clock', async () => {
  const { elapsed } = await recovered(begun, {
    isAlive: () => true,
    change: ({ clock }) => {
      clock.after(second, () => clock.jump(day));
      return {};
    },
  });
  expect(elapsed).toBe(waitForMain);
});

test('post: a cancel ends the wait for main at once', async () => {
  const { steps, elapsed } = await recovered(begun, {
    isAlive: () => true,
    change: ({ clock, cancel }) => {
      clock.after(second, cancel);
      return {};
    },
  });
  expect(steps).toEqual(['journal closed', 'journal removed']);
  expect(elapsed).toBe(second);
});

import { describe, expect, test } from '@jest/globals';
import { Cancelled, Problem } from '../../src/errors.ts';
import type { Journal, JournalHeader, JournalLine } from '../../src/journal.ts';
import { type RotationRequest, rotate } from '../../src/rotation.ts';
import { Secret } from '../../src/secret.ts';
import type { Regeneration, TokenCheck } from '../../src/thousandeyes.ts';
import { githubAnswer, script } from '../support/unit-ports.ts';
import { asker, named, type SceneOptions, sceneOf } from '../support/unit-scene.ts';
import { day, now } from '../support/unit-time.ts';

const validUntil = now + 730 * day;
const issued = (value = 'te-new-of-rotation'): Regeneration => ({
  kind: 'issued',
  token: new Secret(value),
  validUntil,
});
const conflict: Regeneration = { kind: 'conflict', why: 'ThousandEyes answered 409' };
const accepted: TokenCheck = { kind: 'accepted' };
const refused: TokenCheck = { kind: 'refused', why: 'ThousandEyes answered 401' };

interface Extra {
  readonly lines?: readonly string[];
  readonly answers?: readonly Regeneration[];
  readonly checks?: readonly [TokenCheck, ...TokenCheck[]];
  readonly request?: Partial<RotationRequest>;
  readonly afford?: Problem;
  readonly journal?: 'none' | 'closed' | 'full at the claim' | 'full once issued';
  /** What happens while the token is asked for. */
  readonly cancelWhileAsking?: boolean;
  readonly cancelAt?: string;
  /** Whether the output `token` can be written. */
  readonly canExpose?: boolean;
}

async function rotated(options: SceneOptions = {}, extra: Extra = {}) {
  const { lines = ['acme/network', 'acme/edge'], checks = [accepted], journal: disk } = extra;
  const scene = sceneOf(options);
  const { steps } = scene;
  const noted: JournalLine[] = [];
  const headers: JournalHeader[] = [];
  const asking = script(...(extra.answers ?? [issued()]));
  let checked = 0;
  const write =
    (kind: string) =>
    (...added: JournalLine[]) => {
      if (disk === 'full once issued' && added.some((line) => line.kind !== 'testing' && line.kind !== 'tested')) {
        throw new Error('ENOSPC');
      }
      noted.push(...added);
      steps.push(...added.map((line) => `${kind} ${line.kind}${'target' in line ? ` ${line.target}` : ''}`));
    };
  const journal: Journal = {
    note: write('note'),
    flush: write('flush'),
    claim: (at) => {
      if (disk === 'full at the claim') throw new Error('ENOSPC');
      steps.push('flush asking');
      noted.push({ kind: 'asking', at });
      return disk !== 'closed';
    },
    remove: () => steps.push('journal removed'),
  };
  const cancelAt = (step: string) => {
    if (extra.cancelAt === step) scene.cancel();
  };
  const outcome = await rotate(
    {
      targets: lines.map((line) => named(line)),
      createMissing: false,
      expiryVariable: undefined,
      asker,
      rotateWhenDaysLeft: undefined,
      exposeToken: false,
      ...extra.request,
    },
    {
      ...scene,
      secrets: {
        ...scene.secrets,
        removeWriteTest: async (store) => {
          cancelAt('clean up');
          return scene.secrets.removeWriteTest(store);
        },
      },
      regenerate: async () => {
        steps.push('POST token');
        if (extra.cancelWhileAsking) scene.cancel();
        return asking();
      },
      mask: () => steps.push('mask'),
      checkNewToken: async () => {
        steps.push('check token');
        return checks[Math.min(checked++, checks.length - 1)] ?? accepted;
      },
      expose: () => steps.push('expose') > 0 && extra.canExpose !== false,
      createJournal: (header) => {
        if (disk === 'none') throw new Error('EACCES');
        headers.push(header);
        return journal;
      },
      affordWrites: async (writes) => {
        steps.push(`afford ${writes}`);
        return extra.afford;
      },
    },
  ).catch((error: unknown) => error as Error);
  const thrown = outcome instanceof Error ? outcome : undefined;
  if (thrown !== undefined && !(thrown instanceof Cancelled)) throw thrown;
  return {
    outcome: outcome instanceof Error ? undefined : outcome,
    thrown,
    problems: outcome instanceof Error ? [] : outcome.problems.map(({ message }) => message),
    steps,
    noted,
    headers,
    sent: scene.sent,
    lines: scene.log.lines,
    asked: asking.asked(),
  };
}

describe('a whole rotation', () => {
  test('in this order', async () => {
    const { steps, outcome } = await rotated({ writes: { 'acme/edge': 201 } });
    expect(steps).toEqual([
      'afford 6',
      'note testing',
      'PUT test acme/network',
      'DELETE test acme/network',
      'flush asking',
      'POST token',
      'note tested',
      'mask',
      'flush issued',
      'flush sealed 0',
      'flush sealed 1',
      'check token',
      'PUT acme/network',
      'note stored 0',
      'PUT acme/edge',
      'note stored 1',
      'journal removed',
    ]);
    expect(outcome).toEqual({
      mode: 'rotate',
      headline: 'The token was rotated in 2 targets.',
      rotated: true,
      results: [
        { ...named('acme/network'), status: 'updated', updatedAt: now - 300 * day },
        { ...named('acme/edge'), status: 'created', updatedAt: now - 300 * day },
      ],
      problems: [],
      warnings: [],
      notices: [],
      issuedAt: now,
      validUntil,
      previousValidUntil: now + 14 * day,
    });
  });

  test('the journal knows what the post step must know', async () => {
    const { headers } = await rotated(
      { secrets: { 'orgs/acme': { access: { visibility: 'all' } } } },
      { lines: ['acme/network', 'orgs/acme'], request: { expiryVariable: 'TE_EXPIRY' } },
    );
    expect(headers).toEqual([
      {
        kind: 'run',
        pid: process.pid,
        targets: [
          { ...named('acme/network').target, shown: 'acme/network', access: {} },
          { ...named('orgs/acme').target, shown: 'orgs/acme', access: { visibility: 'all' } },
        ],
        expiryVariable: 'TE_EXPIRY',
      },
    ]);
    expect((await rotated()).headers[0]).not.toHaveProperty('expiryVariable');
  });

  test('says in the log how far it is', async () => {
    const { lines } = await rotated();
    expect(lines).toEqual([
      'Read: 2 targets can be found; the home is acme/network',
      'Tested: the secrets can be written; asking ThousandEyes for a new token',
      'Issued: a new token, valid until 2028-11-22; sealed for 2 targets',
      'Verified: ThousandEyes accepts the new token',
      'Stored: the home acme/network',
      'Stored: acme/edge',
    ]);
  });

  test('exposes the token only where that is asked for, and only once it is verified', async () => {
    expect((await rotated()).steps).not.toContain('expose');
    const { steps } = await rotated({}, { request: { exposeToken: true } });
    expect(steps.indexOf('expose')).toBe(steps.indexOf('check token') + 1);
  });

  test('says that later steps do not get the token, where its output can not be written; it is stored all the same', async () => {
    const unexposed =
      "Setting the output `token`, as `expose-token` asks: the file GITHUB_OUTPUT could not be written. Later steps don't get the new token. It is stored as the table says: read it from the secret in a fresh run.";
    const extra = { canExpose: false, request: { exposeToken: true } };
    const stored = await rotated({}, extra);
    expect(stored.problems).toEqual([unexposed]);
    expect(stored.outcome).toMatchObject({ rotated: true, headline: 'The token was rotated in 2 targets.' });
    const unstored = await rotated({ writes: { 'acme/network': 403 } }, extra);
    expect(unstored.problems).toHaveLength(2);
    expect(unstored.problems[1]).toBe(unexposed);
  });

  test('keeps the expiry variable when all is stored', async () => {
    const { steps, noted } = await rotated({}, { request: { expiryVariable: 'TE_EXPIRY' } });
    expect(steps.slice(-2)).toEqual(['note dated', 'journal removed']);
    expect(steps.at(-3)).toBe('TE_EXPIRY beside acme/network = 2028-11-22T19:00:00Z');
    expect(noted.at(-1)).toEqual({ kind: 'dated' });
  });
});

test.each([
  [78, []],
  [79, ['Storing 78 targets at the pace that GitHub allows']],
])(
  "of %i targets and what it wrote before, the rotation tells where GitHub's pace slows it down",
  async (count, told) => {
    const lines = Array.from({ length: count }, (_, n) => `acme/r${n}`);
    const { lines: logged } = await rotated({}, { lines });
    // The test secret is written and deleted, and the home written: three requests of the eighty that a minute allows.
    expect(logged.filter((line) => line.startsWith('Storing')).map((line) => line.replace(/ \(.*/, ''))).toEqual(told);
  },
);

describe('the old token works', () => {
  const variable = (days: number) => ({
    variable: { value: new Date(now + days * day).toISOString(), updatedAt: now },
  });
  test.each([
    ['for fourteen days', 100, 14],
    ['until it expires itself, where that is sooner', 5, 5],
    ['no longer, where it had expired', -5, 0],
  ])('%s', async (_, left, days) => {
    const { outcome } = await rotated(variable(left), { request: { expiryVariable: 'TE_EXPIRY' } });
    expect(outcome?.previousValidUntil).toBe(now + days * day);
  });
});

describe('nothing is issued', () => {
  test('where anything that was read is wrong', async () => {
    const { outcome, steps } = await rotated({ repositories: { 'acme/edge': githubAnswer(404) } });
    expect(outcome).toMatchObject({
      mode: 'rotate',
      headline: 'Nothing was issued and nothing was changed: 1 problem.',
    });
    expect(steps).toEqual([]);
  });

  test('where the home is missing', async () => {
    const { outcome, steps } = await rotated({ secrets: { 'acme/network': githubAnswer(404) } });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['failed', 'unchanged']);
    expect(steps).toEqual([]);
  });

  test('where none is due', async () => {
    const { outcome, steps } = await rotated(
      { variable: { value: new Date(now + 31 * day).toISOString(), updatedAt: now } },
      { request: { expiryVariable: 'TE_EXPIRY', rotateWhenDaysLeft: 30 } },
    );
    expect(outcome).toMatchObject({
      headline: 'No rotation is due: the token is valid until 2026-12-24.',
      rotated: false,
    });
    expect(steps).toEqual([]);
  });

  test('where the limits can not carry it', async () => {
    const afford = new Problem('Planning', 'too many', 'Fewer.');
    const { outcome, steps } = await rotated({}, { afford });
    expect(outcome).toMatchObject({ mode: 'rotate', problems: [afford] });
    expect(steps).toEqual(['afford 6']);
  });

  test('where there can be no journal', async () => {
    const { problems, steps } = await rotated({}, { journal: 'none' });
    expect(problems).toEqual([
      'Creating the journal in the folder RUNNER_TEMP, and leaving its path in the file GITHUB_STATE: one of the two could not be written. The journal keeps a sealed copy of the new token, so nothing is issued without it. See that RUNNER_TEMP names a folder of the runner with space left, and that the runner sets GITHUB_STATE.',
    ]);
    expect(steps).toEqual(['afford 6']);
  });

  test.each(['closed', 'full at the claim'] as const)('where the journal is %s', async (journal) => {
    const { outcome, problems, steps, asked } = await rotated({}, { journal });
    expect(outcome?.headline).toBe('Nothing was issued and nothing was changed.');
    expect(problems).toEqual([
      'Noting in the journal that a token is asked for: the journal is closed or could not be written. Either the post step of this run gave up waiting for this one, or the disk of the runner is full. Start the run again.',
    ]);
    expect(asked).toBe(0);
    expect(steps.at(-1)).toBe('journal removed');
  });

  test('where a write test is refused, at the home or elsewhere', async () => {
    for (const [line, statuses] of [
      ['acme/network', ['failed', 'unchanged']],
      ['octo-org/edge', ['unchanged', 'failed']],
    ] as const) {
      const { outcome, steps, asked } = await rotated(
        { writes: { [`test ${line}`]: 403 } },
        { lines: ['acme/network', 'octo-org/edge'] },
      );
      expect(outcome).toMatchObject({
        mode: 'rotate',
        headline: 'Nothing was issued and nothing was changed: 1 problem.',
      });
      expect(outcome?.results.map(({ status }) => status)).toEqual(statuses);
      expect(asked).toBe(0);
      expect(steps.filter((step) => step.startsWith('DELETE'))).toHaveLength(2);
      expect(steps.at(-1)).toBe('journal removed');
    }
  });

  test('where it was cancelled while writing was tested: the post step deletes the tests once more', async () => {
    const { thrown, steps } = await rotated({ writes: { 'test acme/network': new Cancelled('cancelled') } });
    expect(thrown).toBeInstanceOf(Cancelled);
    expect(steps).toEqual(['afford 6', 'note testing', 'PUT test acme/network', 'DELETE test acme/network']);
  });

  test('where it was cancelled just before the token would be asked for', async () => {
    const { thrown, asked, steps } = await rotated({}, { cancelAt: 'clean up' });
    expect(thrown).toBeInstanceOf(Cancelled);
    expect(asked).toBe(0);
    expect(steps.at(-1)).toBe('journal removed');
  });
});

describe('ThousandEyes does not issue', () => {
  const refusal: Regeneration = { kind: 'refused', status: 403, why: 'ThousandEyes answered 403' };
  const lost: Regeneration = { kind: 'ambiguous', why: 'ThousandEyes answered 500' };

  test.each([
    ['refused', [refusal], 'Nothing was issued and nothing was changed.'],
    ['lost', [lost, conflict], 'A token was issued and lost. The one in use still works, but not for long.'],
    ['unknown', [lost, lost, lost], 'It is unknown whether a token was issued. The one in use still works.'],
  ])('%s', async (_, answers, headline) => {
    const { outcome, steps } = await rotated({}, { answers });
    expect(outcome).toMatchObject({ mode: 'rotate', headline, rotated: false });
    expect(outcome?.problems).toHaveLength(1);
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
    expect(steps.at(-1)).toBe('journal removed');
  });

  test('a cancel in the meantime does not hide that a token may be lost', async () => {
    const { thrown, outcome, lines } = await rotated({}, { answers: [lost, lost, lost], cancelWhileAsking: true });
    expect(thrown).toBeUndefined();
    expect(lines).toContain('Cancelled, but the token is asked for by now: this step stores it before it ends');
    expect(outcome?.headline).toBe('It is unknown whether a token was issued. The one in use still works.');
    expect(outcome?.problems).toHaveLength(1);
  });

  test('because of the overlap, as the home explains', async () => {
    const home = { createdAt: 0, updatedAt: now - 3 * day };
    const { outcome } = await rotated(
      { secrets: { 'acme/network': home, 'acme/edge': home } },
      { answers: [conflict] },
    );
    expect(outcome).toMatchObject({
      headline: 'The token was rotated a short while ago; the next rotation is possible from 2026-12-04 on.',
      problems: [],
    });
    expect(outcome?.results[0]?.updatedAt).toBe(home.updatedAt);
  });

  test('because of the overlap, as the home explains once it is read again', async () => {
    const { outcome } = await rotated(
      { secrets: { 'acme/network': [{}, { updatedAt: now - 3 * day }] } },
      { answers: [conflict], lines: ['acme/network'] },
    );
    expect(outcome).toMatchObject({
      headline: 'The token was rotated a short while ago; the next rotation is possible from 2026-12-04 on.',
      results: [{ updatedAt: now - 3 * day }],
    });
  });

  test('and the home can not be read again', async () => {
    const home = [{ createdAt: 0, updatedAt: now - 3 * day }, githubAnswer(500)];
    const { outcome } = await rotated(
      { secrets: { 'acme/network': home } },
      { answers: [conflict], lines: ['acme/network'] },
    );
    expect(outcome?.headline).toMatch(/^The token was rotated a short while ago/);
  });
});

describe('a new token that is refused', () => {
  test('replaces nothing', async () => {
    const { outcome, steps, problems } = await rotated({}, { checks: [refused] });
    expect(outcome).toMatchObject({
      headline: 'A new token was issued, but it does not work, so the old one stays in place.',
      rotated: false,
    });
    expect(problems[0]).toMatch(
      /^Checking the new token \(GET \/users\/current\): ThousandEyes answered 401\. The old token stays in place in acme\/network and works until 2026-12-07 19:00 UTC/,
    );
    expect(outcome?.results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
    expect(steps.filter((step) => step.startsWith('PUT acme'))).toEqual([]);
    expect(steps.slice(-2)).toEqual(['flush refused', 'journal removed']);
  });

  test('and one that can not stand in a header is not even checked', async () => {
    const { steps, problems } = await rotated({}, { answers: [issued('two words')] });
    expect(steps).not.toContain('check token');
    expect(steps).toContain('flush sealed 0');
    expect(problems[0]).toContain(
      'the token has characters that can not stand in an HTTP header, so nobody could use it',
    );
  });
});

test('a new token that can not be checked is stored, and that is told', async () => {
  const { outcome, lines } = await rotated({}, { checks: [{ kind: 'odd', why: 'ThousandEyes answered 302' }] });
  expect(outcome?.rotated).toBe(true);
  expect(outcome?.warnings).toEqual([
    'The new token could not be checked: ThousandEyes answered 302. It was stored all the same: only a token that ThousandEyes refuses for 30 s is put aside.',
  ]);
  expect(lines).toContain('Not verified: ThousandEyes answered 302');
});

test('a new token without a date is stored, and that is told', async () => {
  const undated: Regeneration = { kind: 'issued', token: new Secret('te-undated'), validUntil: undefined };
  const { outcome, lines, noted } = await rotated({}, { answers: [undated] });
  expect(outcome).not.toHaveProperty('validUntil');
  expect(outcome?.warnings).toEqual([
    'ThousandEyes did not say until when the new token is valid; its documentation says two years.',
  ]);
  expect(lines).toContain('Issued: a new token; sealed for 2 targets');
  expect(noted.find(({ kind }) => kind === 'issued')).toEqual({ kind: 'issued', previousValidUntil: now + 14 * day });
});

describe('the home can not be written', () => {
  test('the others are left alone, and everything is ready to finish by hand', async () => {
    const { outcome, steps, problems } = await rotated(
      { writes: { 'acme/network': 422 }, secrets: { 'acme/network': { access: {} } } },
      { lines: ['acme/network', 'acme/edge'] },
    );
    expect(steps).not.toContain('PUT acme/edge');
    expect(steps).not.toContain('journal removed');
    expect(outcome).toMatchObject({
      headline: 'A new token was issued, but acme/network could not be written yet.',
      rotated: false,
      previousValidUntil: now + 14 * day,
      recovery: {
        target: named('acme/network').target,
        shown: 'acme/network',
        // The box that was sealed last.
        body: { encrypted_value: 'sealed(te-new-of-rotation)', key_id: 'new key of acme/network' },
        validity: { validUntil, previousValidUntil: now + 14 * day },
      },
    });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['failed', 'unchanged']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(
      /^Writing acme\/network: GitHub answered 422\. The new token is not lost: it is sealed in this run's journal, and below "Finish by hand" in the job summary \(in the log, where the summary can't be written\)\. The post step of this run tries again\. If that fails too, run the command there by 2026-12-07 19:00 UTC, when the old token stops working at the latest; then run this workflow with `mode: sync`\. The cause: GitHub refused the value\./,
    );
  });
});

describe('other targets can not be written', () => {
  const lines = ['acme/network', ...Array.from({ length: 8 }, (_, n) => `acme/r${n}`)];
  const failing = (count: number) => ({
    writes: Object.fromEntries(Array.from({ length: count }, (_, n) => [`acme/r${n}`, 403])),
  });

  test('one is told for itself', async () => {
    const { outcome, problems, steps } = await rotated(failing(1), { lines });
    expect(outcome).toMatchObject({
      headline: 'The token was rotated, but 1 of 9 targets could not be written.',
      rotated: true,
    });
    expect(problems[0]).toMatch(
      /^Writing acme\/r0: GitHub answered 403\. For .* All other targets are written\. When the cause is mended, run this workflow with `mode: sync`\.$/,
    );
    expect(steps).not.toContain('journal removed');
  });

  test('many are one problem that names five', async () => {
    const { problems } = await rotated(failing(7), { lines });
    expect(problems).toEqual([
      'Writing 7 targets of many: acme/r0, acme/r1, acme/r2, acme/r3, acme/r4 and 2 more: the summary says why. The first: GitHub answered 403. All other targets are written. When the cause is mended, run this workflow with `mode: sync`.',
    ]);
    expect((await rotated(failing(5), { lines })).problems[0]).toContain('acme/r4: the summary');
  });
});

test('an expiry variable that can not be written fails the step, and the journal stays', async () => {
  const { outcome, problems, steps, noted } = await rotated(
    { variableWrite: githubAnswer(403) },
    { request: { expiryVariable: 'TE_EXPIRY' } },
  );
  expect(outcome?.rotated).toBe(true);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(
    /^Writing the expiry variable TE_EXPIRY: GitHub answered 403\. Everything else is stored/,
  );
  expect(noted).not.toContainEqual({ kind: 'dated' });
  expect(steps).not.toContain('journal removed');
});

test('a disk that is full once the token is issued does not stop the storing', async () => {
  const { outcome, lines } = await rotated({}, { journal: 'full once issued' });
  expect(outcome?.rotated).toBe(true);
  expect(lines.filter((line) => line.startsWith('warning: The journal could not be written')).length).toBeGreaterThan(
    0,
  );
});

test.each([
  ['of a rotation', [issued()], []],
  ['of one that the overlap stops', [conflict], ['ThousandEyes answered 409: the']],
])('warnings of all stages are told together: %s', async (_, answers, last) => {
  const home = { createdAt: 0, updatedAt: now - 3 * day };
  const { outcome } = await rotated(
    {
      check: { kind: 'odd', why: 'ThousandEyes answered 404' },
      secrets: { 'acme/network': home, 'acme/edge': home },
      writes: { 'test acme/network': 409 },
    },
    { answers },
  );
  expect(outcome?.warnings.map((warning) => warning.slice(0, 30))).toEqual([
    'Checking the current token (GE',
    'Testing whether acme/network c',
    ...last,
  ]);
});

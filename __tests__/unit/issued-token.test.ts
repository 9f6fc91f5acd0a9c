import { describe, expect, test } from '@jest/globals';
import { Problem } from '../../src/errors.ts';
import type { Expiry } from '../../src/expiry.ts';
import type { Inspection } from '../../src/inspection.ts';
import {
  failedTargets,
  finish,
  homeFailed,
  type IssuedToken,
  keepOldToken,
  sealAndJournal,
  validityOf,
  verifyToken,
} from '../../src/issued-token.ts';
import type { Journal, JournalLine } from '../../src/journal.ts';
import { Secret } from '../../src/secret.ts';
import { lineOf } from '../../src/target.ts';
import { problem, result } from '../support/unit-outcome.ts';
import { fakeRetryPorts, githubAnswer, homePlace, place } from '../support/unit-ports.ts';
import { day, now } from '../support/unit-time.ts';

const validity = { validUntil: now + 730 * day, previousValidUntil: now + 14 * day };
const home = homePlace('orgs/acme', { updatedAt: now - 300 * day, access: { visibility: 'all' } });
const others = [place('acme/edge'), place('acme/lab')];
const token = new Secret('te-token-in-hand');

const inspection: Inspection = {
  home,
  others,
  homeMisfit: undefined,
  expiry: { kind: 'unknown' },
  isAccepted: true,
  problems: [],
  warnings: ['of the reading'],
};

function fakeJournal(steps: string[]): Journal {
  const written =
    (how: string) =>
    (...lines: JournalLine[]) =>
      steps.push(`${how} ${lines.map((line) => JSON.stringify(line)).join(' ')}`);
  return {
    note: written('note'),
    flush: written('flush'),
    claim: () => false,
    remove: () => steps.push('journal removed'),
  };
}

/** A token in hand of which each stage has something to say, and what is done with it, in order. */
function inHand(more: Partial<IssuedToken> = {}, expiryVariable?: string) {
  const steps: string[] = [];
  const cleanUp = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    steps.push('cleaned up');
    return ['of the cleanup'];
  };
  const run: IssuedToken = {
    request: {
      targets: [home, ...others],
      createMissing: false,
      expiryVariable,
      asker: { kind: 'classic', severalOwners: false },
    },
    inspection,
    home,
    others,
    validity,
    journal: fakeJournal(steps),
    proof: { refused: [], warnings: ['of the write test'], cleanup: cleanUp() },
    verification: { kind: 'unknown', why: 'ThousandEyes answered 302' },
    ...more,
  };
  return { run, steps };
}

const unverified =
  'The new token could not be checked: ThousandEyes answered 302. It was stored all the same: only a token that ThousandEyes refuses for 30 s is put aside.';
const untouched = [
  { target: home.target, label: 'orgs/acme', shown: 'orgs/acme', status: 'unchanged', updatedAt: now - 300 * day },
  {
    target: others[0]?.target,
    label: 'acme/edge',
    shown: 'acme/edge',
    status: 'unchanged',
    updatedAt: undefined,
  },
  { target: others[1]?.target, label: 'acme/lab', shown: 'acme/lab', status: 'unchanged', updatedAt: undefined },
];

describe('the token before the new one works', () => {
  const known = (days: number): Expiry => ({ kind: 'known', validUntil: now + days * day, writtenAt: now });

  test.each<[string, Expiry, number]>([
    ['for fourteen days, where nothing is known of its end', { kind: 'unknown' }, 14],
    ['for fourteen days, where what was known is outdated', { kind: 'outdated' }, 14],
    ['for fourteen days, where it is good for longer', known(15), 14],
    ['until its own end, where that is sooner', known(13), 13],
    ['no more, where that is over', known(-1), 0],
  ])('%s', (_, expiry, days) => {
    const issue = { kind: 'issued' as const, token, validUntil: now + 730 * day, at: now };
    expect(validityOf(issue, { ...inspection, expiry })).toStrictEqual({
      validUntil: now + 730 * day,
      previousValidUntil: now + days * day,
    });
  });

  test('also where ThousandEyes did not say until when the new one does', () => {
    const issue = { kind: 'issued' as const, token, validUntil: undefined, at: now };
    expect(validityOf(issue, inspection)).toStrictEqual({ previousValidUntil: now + 14 * day });
  });
});

describe('the new token is sealed', () => {
  const issuedLine = `{"kind":"issued","validUntil":${validity.validUntil},"previousValidUntil":${validity.previousValidUntil}}`;
  const homeLine =
    '{"kind":"sealed","target":0,"body":{"encrypted_value":"box of te-token-in-hand","key_id":"key of orgs/acme","visibility":"all"}}';
  const sealing = (steps: string[]) => ({
    journal: fakeJournal(steps),
    seal: (clear: string, { keyId }: { keyId: string }) => {
      steps.push(`sealed with the ${keyId}`);
      return { keyId, value: `box of ${clear}` };
    },
  });

  test('for the home, which is on the disk before anything else is done, and then for the others', () => {
    const steps: string[] = [];
    const sealed = sealAndJournal(token, home, others, validity, sealing(steps));
    expect(steps).toEqual([
      'sealed with the key of orgs/acme',
      `flush ${issuedLine} ${homeLine}`,
      'sealed with the key of acme/edge',
      'sealed with the key of acme/lab',
      'flush {"kind":"sealed","target":1,"body":{"encrypted_value":"box of te-token-in-hand","key_id":"key of acme/edge"}} {"kind":"sealed","target":2,"body":{"encrypted_value":"box of te-token-in-hand","key_id":"key of acme/lab"}}',
    ]);
    expect(sealed).toEqual([
      { place: home, number: 0, sealed: { keyId: 'key of orgs/acme', value: 'box of te-token-in-hand' } },
      { place: others[0], number: 1, sealed: { keyId: 'key of acme/edge', value: 'box of te-token-in-hand' } },
      { place: others[1], number: 2, sealed: { keyId: 'key of acme/lab', value: 'box of te-token-in-hand' } },
    ]);
  });

  test('for a home alone, which waits for the disk once', () => {
    const steps: string[] = [];
    sealAndJournal(token, home, [], validity, sealing(steps));
    expect(steps).toEqual(['sealed with the key of orgs/acme', `flush ${issuedLine} ${homeLine}`]);
  });
});

describe('the new token is checked', () => {
  test('with ThousandEyes', async () => {
    const checked: Secret[] = [];
    const check = async (given: Secret) => {
      checked.push(given);
      return { kind: 'accepted' as const };
    };
    expect(await verifyToken(token, check, fakeRetryPorts())).toEqual({ kind: 'accepted' });
    // Not by toEqual, to which all secrets look the same.
    expect(checked.map((given) => given === token)).toEqual([true]);
  });

  test('but not where no header can hold it', async () => {
    const check = () => Promise.reject(new Error('it was sent'));
    expect(await verifyToken(new Secret('two words'), check, fakeRetryPorts())).toEqual({
      kind: 'refused',
      why: 'the token has characters that can not stand in an HTTP header, so nobody could use it',
    });
  });
});

test('a new token that is refused: the old one stays, and the journal goes last', async () => {
  const { run, steps } = inHand();
  const outcome = await keepOldToken(run, 'ThousandEyes answered 401');
  expect(outcome).toStrictEqual({
    mode: 'rotate',
    headline: 'A new token was issued, but it does not work, so the old one stays in place.',
    rotated: false,
    results: untouched,
    problems: [
      new Problem(
        'Checking the new token (GET /users/current)',
        'ThousandEyes answered 401',
        'The old token stays in place in orgs/acme and works until 2026-12-07 19:00 UTC at the latest; the new one was stored nowhere. Before that: In ThousandEyes, open Manage > Account Settings > Users and Roles > Profile > User API Tokens; revoke, then create (revoking ends the old token at once, so be ready); store the new one with `gh secret set TE_TOKEN --org acme (with the same --visibility and --repos as now)`; then run this workflow with `mode: sync`.',
      ),
    ],
    warnings: ['of the reading', 'of the write test', 'of the cleanup'],
    notices: [],
  });
  expect(steps).toEqual(['flush {"kind":"refused"}', 'cleaned up', 'journal removed']);
});

test('a home that can not be written: it is told how to finish, and the journal stays', async () => {
  const { run, steps } = inHand();
  const failed = result('orgs/acme', { status: 'failed', problem: problem(), updatedAt: now - 300 * day });
  const latest = { place: home, number: 0, sealed: { keyId: 'fresh key', value: 'fresh box' } };
  const told = new Problem(
    'Writing it',
    'GitHub answered 500',
    'The new token is not lost: it is sealed in this run\'s journal, and below "Finish by hand" in the job summary (in the log, where the summary can\'t be written). The post step of this run tries again. If that fails too, run the command there by 2026-12-07 19:00 UTC, when the old token stops working at the latest; then run this workflow with `mode: sync`. The cause: Run it again.',
  );
  expect(await homeFailed(run, { result: failed, latest }, problem())).toStrictEqual({
    mode: 'rotate',
    headline: 'A new token was issued, but orgs/acme could not be written yet.',
    rotated: false,
    results: [{ ...untouched[0], status: 'failed', problem: told }, untouched[1], untouched[2]],
    problems: [told],
    warnings: ['of the reading', 'of the write test', 'of the cleanup', unverified],
    notices: [],
    previousValidUntil: now + 14 * day,
    recovery: {
      target: home.target,
      shown: 'orgs/acme',
      body: { encrypted_value: 'fresh box', key_id: 'fresh key', visibility: 'all' },
      validity,
    },
  });
  expect(steps).toEqual(['cleaned up']);
});

describe('the home is written', () => {
  const stored = [result('orgs/acme'), result('acme/edge', { status: 'created' })];
  const failed = [stored[0], result('acme/edge', { status: 'failed', problem: problem() })].filter(
    (one) => one !== undefined,
  );

  async function finished(
    { run, steps }: ReturnType<typeof inHand>,
    results = stored,
    answer?: ReturnType<typeof githubAnswer>,
  ) {
    const written: unknown[] = [];
    const variables = {
      write: async (...[store, name, value, access]: Parameters<Parameters<typeof finish>[3]['write']>) => {
        written.push([lineOf(store), name, value, access]);
        return answer;
      },
    };
    return { outcome: await finish(run, now, results, variables), written, steps };
  }

  test('and so are all others: nothing is left to do', async () => {
    const { outcome, written, steps } = await finished(inHand({ verification: { kind: 'accepted' } }));
    expect(outcome).toStrictEqual({
      mode: 'rotate',
      headline: 'The token was rotated in 2 targets.',
      rotated: true,
      results: stored,
      problems: [],
      warnings: ['of the reading', 'of the write test', 'of the cleanup'],
      notices: [],
      issuedAt: now,
      validUntil: now + 730 * day,
      previousValidUntil: now + 14 * day,
    });
    expect(written).toEqual([]);
    expect(steps).toEqual(['cleaned up', 'journal removed']);
  });

  test('and its expiry variable with it, seen by the same repositories', async () => {
    const { written, steps } = await finished(inHand({}, 'TE_EXPIRY'));
    expect(written).toEqual([['orgs/acme', 'TE_EXPIRY', '2028-11-22T19:00:00Z', { visibility: 'all' }]]);
    expect(steps).toEqual(['note {"kind":"dated"}', 'cleaned up', 'journal removed']);
  });

  test('its expiry variable can not be: the journal stays', async () => {
    const { outcome, steps } = await finished(inHand({}, 'TE_EXPIRY'), stored, githubAnswer(403));
    expect(outcome.headline).toBe('The token was rotated in 2 targets.');
    expect(outcome.problems.map(({ tried, cameBack }) => [tried, cameBack])).toEqual([
      ['Writing the expiry variable TE_EXPIRY', 'GitHub answered 403'],
    ]);
    expect(steps).toEqual(['cleaned up']);
  });

  test('another can not be: the journal stays, and the variable is dated all the same', async () => {
    const { outcome, steps } = await finished(inHand({}, 'TE_EXPIRY'), failed);
    expect(outcome.headline).toBe('The token was rotated, but 1 of 2 targets could not be written.');
    expect(outcome.rotated).toBe(true);
    expect(outcome.problems.map(({ message }) => message)).toEqual([
      'Writing it: GitHub answered 500. Run it again. All other targets are written. When the cause is mended, run this workflow with `mode: sync`.',
    ]);
    expect(steps).toEqual(['note {"kind":"dated"}', 'cleaned up']);
  });

  test('with a token that could not be checked, and whose end is unknown', async () => {
    const { outcome } = await finished(inHand({ validity: { previousValidUntil: now + 14 * day } }));
    expect(outcome.warnings).toEqual([
      'of the reading',
      'of the write test',
      'of the cleanup',
      unverified,
      'ThousandEyes did not say until when the new token is valid; its documentation says two years.',
    ]);
    expect(outcome).not.toHaveProperty('validUntil');
  });
});

describe('targets that could not be written', () => {
  const sync = 'All other targets are written. When the cause is mended, run this workflow with `mode: sync`.';
  const failed = (count: number, shown?: string) =>
    Array.from({ length: count }, (_, n) =>
      result(`acme/r${n}`, {
        status: 'failed',
        problem: problem(`GitHub answered 50${n}`),
        ...(shown === undefined ? {} : { shown }),
      }),
    );
  const told = (results: ReturnType<typeof failed>) => failedTargets(results).map(({ message }) => message);

  test.each([
    ['none', failed(0), []],
    ['one, with what to do about it', failed(1), [`Writing it: GitHub answered 500. Run it again. ${sync}`]],
    [
      'up to five by name',
      failed(5),
      [
        `Writing 5 targets of many: acme/r0, acme/r1, acme/r2, acme/r3, acme/r4: the summary says why. The first: GitHub answered 500. ${sync}`,
      ],
    ],
    [
      'more by their number',
      failed(7),
      [
        `Writing 7 targets of many: acme/r0, acme/r1, acme/r2, acme/r3, acme/r4 and 2 more: the summary says why. The first: GitHub answered 500. ${sync}`,
      ],
    ],
    [
      'those of a pattern that stay unnamed once',
      failed(7, 'acme/*'),
      [`Writing 7 targets of many: acme/*: the summary says why. The first: GitHub answered 500. ${sync}`],
    ],
  ])('%s', (_, results, expected) => {
    expect(told(results)).toEqual(expected);
  });
});

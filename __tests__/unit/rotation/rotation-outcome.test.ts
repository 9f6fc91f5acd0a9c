import { expect, test } from '@jest/globals';
import { messageOf } from '../../../src/lib/problem.ts';
import { Secret } from '../../../src/lib/secret.ts';
import type { Stored } from '../../../src/rotation/distribute.ts';
import type { Expiry } from '../../../src/rotation/expiry.ts';
import type { IssueResult } from '../../../src/rotation/issue-token.ts';
import type { Cleared } from '../../../src/rotation/preflight.ts';
import {
  distributed,
  doubtsAbout,
  homeNotConfirmed,
  homeNotStored,
  issuedLine,
  keptAside,
  notIssued,
  oddities,
  recoveryOf,
  validityOf,
} from '../../../src/rotation/rotation-outcome.ts';
import { readyHome, readyTarget } from '../support/fakes.ts';
import { problemOf, resultOf } from '../support/outcomes.ts';
import { sceneOf } from '../support/scene.ts';
import { day, now } from '../support/time.ts';

type Issued = Extract<IssueResult, { kind: 'issued' }>;

const { clock } = sceneOf().dependencies;
const validity = { validUntil: now + 730 * day, previousValidUntil: now + 14 * day };
const home = readyHome('orgs/acme', { updatedAt: now - 300 * day, access: { visibility: 'all' } });
const others = [readyTarget('acme/edge'), readyTarget('acme/lab')];
const ada = { name: 'Ada', accountGroup: 'Network' };
const issued: Issued = { kind: 'issued', token: new Secret('te-token-in-hand'), validUntil: now + 730 * day, at: now };

const cleared: Cleared = {
  home,
  others,
  sealer: sceneOf().sealer,
  expiry: { kind: 'unknown' },
  user: ada,
  warnings: ['of the reading'],
  homeReference: { publicName: 'orgs/acme', setCommand: 'gh secret set TE_TOKEN', user: ada },
};

const untouched = [home, ...others].map((resolved) => ({ resolved, status: 'unchanged' }));
const body = { encrypted_value: 'box', key_id: 'k', visibility: 'all' };

const stored = (more: Partial<Stored> = {}): Stored => ({
  result: resultOf('orgs/acme'),
  at: now,
  body,
  isKeyRefused: false,
  warnings: [],
  ...more,
});

const known = (days: number): Expiry => ({ kind: 'known', validUntil: now + days * day, writtenAt: now });

test.each<[string, Expiry, number]>([
  ['for fourteen days, where nothing is known of its end', { kind: 'unknown' }, 14],
  ['for fourteen days, where what was known is outdated', { kind: 'outdated' }, 14],
  ['for fourteen days, where it is good for longer', known(15), 14],
  ['until its own end, where that is sooner', known(13), 13],
  ['no more, where that is over', known(-1), 0],
])('the token before the new one works %s', (_, expiry, days) => {
  expect(validityOf(issued, expiry)).toStrictEqual({
    validUntil: now + 730 * day,
    previousValidUntil: now + days * day,
  });
});

test('the token before the new one works also where ThousandEyes did not say until when the new one does', () => {
  expect(validityOf({ ...issued, validUntil: undefined }, { kind: 'unknown' })).toStrictEqual({
    previousValidUntil: now + 14 * day,
  });
});

test('nothing is odd about a new token that is valid from now on', () => {
  expect(oddities(issued, 'te-the-old-one')).toEqual([]);
  expect(oddities({ ...issued, validUntil: now + 1 }, 'te-the-old-one')).toEqual([]);
});

test.each<[string, Partial<Issued>, string, string]>([
  ['no date', { validUntil: undefined }, 'te-the-old-one', 'did not say until when the new token is valid'],
  ['a date that is over', { validUntil: now }, 'te-the-old-one', 'was valid until 2026-11-23 19:00 UTC, which is over'],
  ['the token that was in use', {}, 'te-token-in-hand', 'answered with the token that was in use already'],
])('odd about a new token, and told: %s', (_, more, current, text) => {
  const told = oddities({ ...issued, ...more }, current);
  expect(told).toEqual([expect.stringContaining(text)]);
  expect(told[0]).not.toContain('te-t');
});

test.each([
  ['not issued', 'Nothing was issued and nothing was changed. Writing it: GitHub answered 500.'],
  ['lost', 'A token was issued and lost. The one in use still works, but not for long.'],
  ['unknown', 'It is unknown whether a token was issued. The one in use still works.'],
] as const)('no token came: %s', (tokenState, headline) => {
  const failed = { kind: 'failed', tokenState, problem: problemOf() } as const;
  expect(notIssued(failed, cleared, undefined)).toEqual({
    mode: 'rotate',
    headline,
    rotated: false,
    results: untouched,
    problems: [problemOf()],
    warnings: ['of the reading'],
    notices: [],
    user: ada,
    keptAside: undefined,
    leftForPost: false,
  });
});

test('an answer that no token could be read from is kept aside', () => {
  const kept = { kind: 'answer', home, body, validity } as const;
  const failed = { kind: 'failed', tokenState: 'lost', problem: problemOf() } as const;
  expect(notIssued(failed, cleared, kept).keptAside).toBe(kept);
});

test('a new token that is refused is kept aside, sealed for the home, and the old one stays', () => {
  const sealed = { ready: home, number: 0, sealed: { value: 'box', keyId: 'k' } };
  const outcome = keptAside(cleared, sealed, validity, 'ThousandEyes answered 401', clock);
  expect(outcome).toEqual({
    mode: 'rotate',
    headline: 'A new token was issued, but it does not work, so the old one stays in place.',
    rotated: false,
    results: untouched,
    problems: [
      {
        attempt: 'Checking the new token (GET /users/current)',
        cause: 'ThousandEyes answered 401',
        action: expect.stringContaining(
          'The old token stays in place in orgs/acme and works until 2026-12-07 19:00 UTC',
        ),
      },
    ],
    warnings: ['of the reading'],
    notices: [],
    user: ada,
    previousValidUntil: now + 14 * day,
    keptAside: { kind: 'token', home, body, validity },
    leftForPost: false,
  });
  expect(outcome.problems[0]?.action).toContain('(14 days left)');
});

const failedHome = stored({ result: resultOf('orgs/acme', { status: 'failed', problem: problemOf() }), at: undefined });

test('a home that cannot be written: how to finish by hand is told, and the post step has its journal', () => {
  const outcome = homeNotStored(cleared, failedHome, validity, clock);
  const told = outcome.problems[0];
  expect(outcome).toEqual({
    mode: 'rotate',
    headline: 'A new token was issued, but orgs/acme could not be written yet.',
    rotated: false,
    results: [{ ...failedHome.result, problem: told }, untouched[1], untouched[2]],
    problems: [{ ...problemOf(), action: expect.stringContaining('The new token is not lost') }],
    warnings: ['of the reading'],
    notices: [],
    user: ada,
    previousValidUntil: now + 14 * day,
    recovery: { home, body, validity },
    leftForPost: true,
  });
  expect(told?.action).toContain('by 2026-12-07 19:00 UTC (14 days left)');
  expect(told?.action).toContain('`mode: sync`. The cause: Run it again.');
});

test('a home whose key is dead is not called "not lost": what was sealed for it may be useless', () => {
  const outcome = homeNotStored(cleared, { ...failedHome, isKeyRefused: true }, validity, clock);
  const action = outcome.problems[0]?.action;
  expect(action).not.toContain('not lost');
  expect(action).toContain("GitHub can't open what was sealed for the key that it gives");
  expect(action).toContain('by 2026-12-07 19:00 UTC');
  // The way back that always works.
  expect(action).toContain('open Manage > Account Settings');
  expect(outcome).toMatchObject({ recovery: { body }, leftForPost: true });
});

test.each([false, true])(
  'without a journal the post step is no help, and nobody is told to wait for it (key refused: %s)',
  (isKeyRefused) => {
    const outcome = homeNotStored(cleared, { ...failedHome, isKeyRefused }, validity, clock, false);
    expect(outcome).toMatchObject({ recovery: { body }, leftForPost: false });
    expect(outcome.problems[0]?.action).not.toMatch(/journal|post step/);
    expect(outcome.problems[0]?.action).toMatch(
      isKeyRefused ? /Try the command there/ : /sealed below "Finish by hand".* Run the command there/,
    );
  },
);

test('a home that failed without a reason has one all the same', () => {
  const { problems } = homeNotStored(cleared, { ...failedHome, result: resultOf('orgs/acme') }, validity, clock);
  expect(problems[0]).toMatchObject({ attempt: 'Writing orgs/acme', cause: 'it was not written' });
});

test('a home whose date did not move: until when the command is of use', () => {
  const { attempt, action } = homeNotConfirmed(cleared, validity);
  expect(attempt).toBe('Reading back the date of orgs/acme after the write');
  expect(action).toMatch(/The post step of this run writes it again\..* by 2026-12-07 19:00 UTC; .*`mode: sync`/);
});

const edge = stored({ result: resultOf('acme/edge', { status: 'created' }) });
const failedEdge = stored({ result: resultOf('acme/edge', { status: 'failed', problem: problemOf() }), at: undefined });
const whole = { home: stored(), others: [edge], isConfirmed: true, expiryProblem: undefined };

test('everything is stored: nothing is left for the post step', () => {
  expect(distributed(cleared, issued, validity, whole)).toEqual({
    mode: 'rotate',
    headline: 'The token was rotated in 2 targets.',
    rotated: true,
    results: [resultOf('orgs/acme'), edge.result],
    problems: [],
    warnings: ['of the reading'],
    notices: [],
    user: ada,
    issuedAt: now,
    validUntil: now + 730 * day,
    previousValidUntil: now + 14 * day,
    leftForPost: false,
  });
});

test('everything is stored in the home alone', () => {
  expect(distributed(cleared, issued, validity, { ...whole, others: [] }).headline).toBe(
    'The token was rotated in 1 target.',
  );
});

test('what happened beside the writes is told after what was told before: a secret that was created anew', () => {
  const { warnings } = distributed(cleared, issued, validity, {
    ...whole,
    home: stored({ warnings: ['of the home'] }),
    others: [stored({ warnings: ['of another'] })],
  });
  expect(warnings).toEqual(['of the reading', 'of the home', 'of another']);
});

test('another target cannot be written: it fails the step, and the post step tries again', () => {
  const outcome = distributed(cleared, issued, validity, { ...whole, others: [failedEdge, edge] });
  expect(outcome).toMatchObject({
    headline: 'The token was rotated, but 1 of 3 targets could not be written.',
    rotated: true,
    leftForPost: true,
  });
  expect(outcome.problems.map(messageOf)).toEqual([
    expect.stringMatching(/^Writing it: GitHub answered 500\. Run it again\. All other targets .*`mode: sync`/),
  ]);
  expect(outcome).not.toHaveProperty('recovery');
});

test('the expiry variable cannot be written: only that is missing, and the post step tries again', () => {
  const expiryProblem = problemOf('GitHub answered 403');
  expect(distributed(cleared, issued, validity, { ...whole, expiryProblem })).toMatchObject({
    headline: 'The token was rotated in 2 targets.',
    rotated: true,
    problems: [expiryProblem],
    leftForPost: true,
  });
});

test('a blind write: the step fails although GitHub said that the home is written, and the command stays', () => {
  const outcome = distributed(cleared, issued, validity, { ...whole, others: [failedEdge], isConfirmed: false });
  expect(outcome).toMatchObject({
    headline: 'The token was rotated, but GitHub does not show that orgs/acme was written.',
    rotated: true,
    recovery: { home, body, validity },
    leftForPost: true,
  });
  expect(outcome.problems.map(({ attempt }) => attempt)).toEqual([
    'Reading back the date of orgs/acme after the write',
    'Writing it',
  ]);
});

test('a blind write without a journal: the command is for a person at once', () => {
  const { problems, leftForPost, recovery } = distributed(cleared, issued, validity, {
    ...whole,
    isConfirmed: false,
    isJournaled: false,
  });
  expect({ leftForPost, recovery }).toEqual({ leftForPost: false, recovery: { home, body, validity } });
  expect(problems[0]?.action).toContain('Run the command below "Finish by hand"');
  expect(problems[0]?.action).not.toContain('post step');
});

test('what a person needs to finish by hand is what was sent last', () => {
  expect(recoveryOf(home, { body }, validity)).toEqual({ home, body, validity });
});

test('a token that could not be checked is a doubt; one that was accepted is none', () => {
  expect(doubtsAbout({ kind: 'unknown', detail: 'ThousandEyes answered 302' })).toEqual([
    expect.stringContaining('could not be checked: ThousandEyes answered 302. It was stored all the same'),
  ]);
  expect(doubtsAbout({ kind: 'accepted' })).toEqual([]);
});

test('the line for the log says until when the new token is valid, where that is known', () => {
  expect(issuedLine(validity, 2)).toBe('Issued: a new token, valid until 2028-11-22; sealed for 2 targets');
  expect(issuedLine({ previousValidUntil: now }, 1)).toBe('Issued: a new token; sealed for 1 target');
});

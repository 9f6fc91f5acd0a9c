import { expect, test } from '@jest/globals';
import { ok } from '../../../src/lib/result.ts';
import type { Expiry } from '../../../src/rotation/expiry.ts';
import { notDueHeadline, overlapping, validUntilSentence, withoutRotation } from '../../../src/rotation/not-due.ts';
import type { Cleared } from '../../../src/rotation/preflight.ts';
import { gitHubAnswer, readyHome, readyTarget, storedSecret } from '../support/fakes.ts';
import { type SceneOptions, sceneOf } from '../support/scene.ts';
import { day, hour, minute, now } from '../support/time.ts';

const written = now - 3 * day;
const unknown: Expiry = { kind: 'unknown' };
const known: Expiry = { kind: 'known', validUntil: Date.UTC(2028, 0, 1), writtenAt: now };
const ada = { name: 'Ada', accountGroup: 'Network' };

const cleared: Cleared = {
  home: readyHome('acme/network', { updatedAt: written }),
  others: [],
  sealer: sceneOf().sealer,
  expiry: unknown,
  user: ada,
  warnings: ['of the reading'],
  homeReference: { publicName: 'acme/network', setCommand: 'gh secret set', user: ada },
};

test('that no rotation is due says until when the token is valid, and how long that is', () => {
  expect(notDueHeadline({ expiry: known }, now)).toBe(
    'No rotation is due: the token is valid until 2028-01-01 (403 days left).',
  );
});

test.each<Expiry>([unknown, { kind: 'outdated' }])(
  'without a date of the token in place none is told: $kind',
  (expiry) => {
    expect(notDueHeadline({ expiry }, now)).toBe('No rotation is due.');
    expect(validUntilSentence({ expiry }, now)).toBe('');
  },
);

test('the date of the token in place stands behind another sentence', () => {
  expect(validUntilSentence({ expiry: known }, now)).toBe(
    ' The token in place is valid until 2028-01-01 (403 days left).',
  );
});

const remarks = { headline: 'Nothing to do.', expiry: unknown, warnings: ['w'], notices: ['n'] };

test('without a rotation it is a success that changed nothing', async () => {
  const outcome = await withoutRotation('check', cleared, { ...remarks, expiry: known }, sceneOf().dependencies);
  expect(outcome).toEqual({
    mode: 'check',
    headline: 'Nothing to do.',
    rotated: false,
    results: [{ resolved: cleared.home, status: 'unchanged' }],
    problems: [],
    warnings: ['w'],
    notices: ['n'],
    user: ada,
    validUntil: Date.UTC(2028, 0, 1),
    leftForPost: false,
  });
});

test('the end of the token in place is left out where it is not known', async () => {
  const outcome = await withoutRotation('rotate', cleared, remarks, sceneOf().dependencies);
  expect(outcome).not.toHaveProperty('validUntil');
});

test('a target that does not hold the token of the home fails what was a success', async () => {
  const others = [readyHome('acme/edge', { updatedAt: written - 2 * hour })];
  const outcome = await withoutRotation('rotate', { ...cleared, others }, remarks, sceneOf().dependencies);
  expect(outcome.headline).toBe('Nothing to do. But 1 target may hold an older token.');
  expect(outcome.problems).toHaveLength(1);
  expect(outcome.problems[0]?.action).toContain('`mode: sync`');
  expect(outcome.results.map(({ status }) => status)).toEqual(['unchanged', 'failed']);
});

test.each([
  ['rotate', 1],
  ['check', 0],
  ['rehearse', 0],
] as const)('a target that is to be created: %s finds %i problems with it', async (mode, count) => {
  const others = [readyTarget('acme/new')];
  const { problems } = await withoutRotation(mode, { ...cleared, others }, remarks, sceneOf().dependencies);
  expect(problems).toHaveLength(count);
});

const possibleAt = written + 14 * day;
const latest = storedSecret({ updatedAt: written });
const fact =
  'ThousandEyes answered 409: the account still has two active tokens. acme/network was last written on 2026-11-20 19:00 UTC, so a rotation did this';
const again = 'The next rotation is possible again on 2026-12-04 19:00 UTC.';

function overlap(options: SceneOptions, variable: string | undefined = 'TE_EXPIRY') {
  return overlapping(cleared, { latest, possibleAt }, variable, sceneOf(options).dependencies);
}

test.each([written, written - hour, written + hour])(
  'a 409 is a notice where the expiry variable was written with the home (%i)',
  async (updatedAt) => {
    expect(await overlap({ variable: { value: '2028-01-01', updatedAt } })).toEqual({
      mode: 'rotate',
      headline:
        'The token was rotated a short while ago; the next rotation is possible again on 2026-12-04 (in 11 days).',
      rotated: false,
      results: [{ resolved: { ...cleared.home, secret: latest }, status: 'unchanged' }],
      problems: [],
      warnings: ['of the reading'],
      notices: [`${fact}. ${again}`],
      user: ada,
      validUntil: Date.UTC(2028, 0, 1),
      leftForPost: false,
    });
  },
);

test.each<[string, SceneOptions]>([
  ['was written later', { variable: { value: '2028-01-01', updatedAt: written + hour + 1 } }],
  ['is of another token', { variable: { value: '2028-01-01', updatedAt: written - hour - 1 } }],
  ['is no date', { variable: { value: 'soon', updatedAt: written } }],
  ['cannot be read', { variable: gitHubAnswer(500) }],
])('a 409 is a warning, because it is inferred, where the expiry variable %s', async (_, options) => {
  const { warnings, notices, problems } = await overlap(options);
  expect(problems).toEqual([]);
  expect(notices).toEqual([]);
  expect(warnings).toEqual([
    'of the reading',
    expect.stringContaining(`${fact}, as far as its date tells. If nobody rotated`),
  ]);
  expect(warnings[1]).toContain(again);
});

test('a 409 is a warning where no expiry variable is kept, and none is read', async () => {
  const { dependencies } = sceneOf();
  const outcome = await overlapping(cleared, { latest, possibleAt }, undefined, {
    ...dependencies,
    variables: { ...dependencies.variables, read: () => Promise.reject(new Error('it was read')) },
  });
  expect(outcome.warnings).toHaveLength(2);
  expect(outcome).not.toHaveProperty('validUntil');
});

test('the variable is read again: the one that the run began with may be older than the home by now', async () => {
  const { dependencies } = sceneOf();
  const asked: unknown[] = [];
  const outcome = await overlapping(cleared, { latest, possibleAt }, 'TE_EXPIRY', {
    ...dependencies,
    variables: {
      ...dependencies.variables,
      read: async (store, name) => {
        asked.push([store, name]);
        return ok({ value: '2028-01-01', updatedAt: written });
      },
    },
  });
  expect(asked).toEqual([[cleared.home.target.store, 'TE_EXPIRY']]);
  expect(outcome.notices).toHaveLength(1);
});

test('after a 409 targets are compared with the home as it was read last', async () => {
  const late = storedSecret({ updatedAt: now - 10 * minute });
  const others = [readyHome('acme/edge', { updatedAt: written })];
  const { dependencies } = sceneOf();
  const outcome = await overlapping({ ...cleared, others }, { latest: late, possibleAt }, undefined, dependencies);
  expect(outcome.headline).toContain('But 1 target may hold an older token.');
  expect(outcome.problems[0]?.attempt).toContain('(last written 2026-11-23 18:50 UTC)');
});

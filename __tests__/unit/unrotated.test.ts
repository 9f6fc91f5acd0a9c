import { describe, expect, test } from '@jest/globals';
import type { HomePlace, Place } from '../../src/inspection.ts';
import { notDue, overlapping, unrotated } from '../../src/unrotated.ts';
import { githubAnswer, homePlace, place } from '../support/unit-ports.ts';
import { type SceneOptions, sceneOf } from '../support/unit-scene.ts';
import { day, hour, minute, now, second } from '../support/unit-time.ts';

const written = now - 3 * day;
const home = homePlace('acme/network', { createdAt: 0, updatedAt: written });
const at = (line: string, updatedAt: number, shown = line): HomePlace => homePlace(line, { updatedAt, shown });
const unknown = { kind: 'unknown' } as const;

async function settle(
  others: readonly Place[],
  options: SceneOptions = {},
  of: HomePlace = home,
  mode: 'rotate' | 'check' = 'rotate',
) {
  const scene = sceneOf(options);
  const remarks = { expiry: unknown, warnings: ['w'], notices: ['n'] };
  const outcome = await unrotated(mode, 'Nothing to do.', of, others, remarks, scene);
  return { outcome, elapsed: scene.elapsed(), messages: outcome.problems.map(({ message }) => message) };
}

describe('no target is behind the home', () => {
  test('a success that changed nothing', async () => {
    const { outcome } = await settle([at('acme/edge', written - hour), at('orgs/acme', written + day)]);
    expect(outcome).toMatchObject({
      mode: 'rotate',
      headline: 'Nothing to do.',
      rotated: false,
      problems: [],
      warnings: ['w'],
      notices: ['n'],
    });
    expect(outcome.results.map(({ shown, status, updatedAt }) => [shown, status, updatedAt])).toEqual([
      ['acme/network', 'unchanged', written],
      ['acme/edge', 'unchanged', written - hour],
      ['orgs/acme', 'unchanged', written + day],
    ]);
    expect(outcome).not.toHaveProperty('validUntil');
  });
});

describe('a target that is behind the home', () => {
  const behind = at('acme/edge', written - hour - 1);

  test('fails the step, is named, and sync is advised', async () => {
    const { outcome, messages, elapsed } = await settle([behind, at('orgs/acme', written)]);
    expect(outcome.headline).toBe('Nothing to do. But 1 target may hold an older token.');
    expect(messages).toEqual([
      'Comparing 1 target with the home acme/network (last written 2026-11-20 19:00 UTC): older than it by over an hour, or missing: acme/edge (last written 2026-11-20 17:59 UTC). They may hold the token before the present one. Run this workflow with `mode: sync`: it writes the current token to every target but the home.',
    ]);
    expect(outcome.results.map(({ status }) => status)).toEqual(['unchanged', 'failed', 'unchanged']);
    expect(elapsed).toBe(0);
  });

  test('or is not there yet, too', async () => {
    const { messages } = await settle([place('acme/new')]);
    expect(messages[0]).toContain('acme/new (not created yet)');
  });

  test('what is to be created is no fault in the eyes of check', async () => {
    const { outcome } = await settle([place('acme/new'), at('acme/edge', written)], {}, home, 'check');
    expect(outcome).toMatchObject({ mode: 'check', problems: [] });
    expect((await settle([behind], {}, home, 'check')).messages).toHaveLength(1);
  });

  test('of many ten are named, each once', async () => {
    const many = Array.from({ length: 12 }, (_, n) => at(`acme/r${n}`, 0));
    const alike = Array.from({ length: 3 }, (_, n) => at(`acme/tf-${n}`, 0, 'acme/tf-*'));
    expect((await settle(many)).messages[0]).toContain('acme/r9 (last written 1970-01-01 00:00 UTC) and 2 more. They');
    expect((await settle(many.slice(0, 10))).messages[0]).toContain(
      'acme/r9 (last written 1970-01-01 00:00 UTC). They',
    );
    expect((await settle(alike)).messages[0]).toContain(
      'Comparing 3 targets with the home acme/network (last written 2026-11-20 19:00 UTC): older than it by over an hour, or missing: acme/tf-* (last written 1970-01-01 00:00 UTC). They',
    );
  });
});

describe('a home that was written just now', () => {
  const fresh = homePlace('acme/network', { createdAt: 0, updatedAt: now - minute });
  const old = { updatedAt: written };
  const new_ = { updatedAt: now };

  test('targets are read again, because their dates lag', async () => {
    const { outcome, elapsed } = await settle(
      [at('acme/edge', written)],
      { secrets: { 'acme/edge': [old, old, new_] } },
      fresh,
    );
    expect(outcome.problems).toEqual([]);
    expect(elapsed).toBe(15 * second);
  });

  test('for a minute; what can not be read counts as it was', async () => {
    const { messages, elapsed } = await settle(
      [at('acme/edge', written), at('acme/b', written), at('acme/c', written)],
      { secrets: { 'acme/edge': old, 'acme/b': [githubAnswer(500), new_], 'acme/c': githubAnswer(500) } },
      fresh,
    );
    expect(messages).toEqual([
      'Comparing 2 targets with the home acme/network (last written 2026-11-23 18:59 UTC): older than it by over an hour, or missing: acme/edge (last written 2026-11-20 19:00 UTC), acme/c (last written 2026-11-20 19:00 UTC). They may hold the token before the present one. Run this workflow with `mode: sync`: it writes the current token to every target but the home.',
    ]);
    expect(elapsed).toBe(60 * second);
  });

  test('those that are not behind are not read', async () => {
    expect((await settle([at('acme/edge', now)], {}, fresh)).elapsed).toBe(0);
  });

  test('two minutes later no date lags any more', async () => {
    const { elapsed } = await settle(
      [at('acme/edge', 0)],
      {},
      homePlace('acme/network', { updatedAt: now - 2 * minute }),
    );
    expect(elapsed).toBe(0);
  });
});

describe('no rotation is due', () => {
  const inspection = { home, others: [], homeMisfit: undefined, isAccepted: true, problems: [], warnings: ['w'] };

  test('and until when the token is valid', async () => {
    const expiry = { kind: 'known', validUntil: Date.UTC(2028, 0, 1), writtenAt: now } as const;
    const outcome = await notDue(home, [], { ...inspection, expiry }, sceneOf());
    expect(outcome).toMatchObject({
      mode: 'rotate',
      headline: 'No rotation is due: the token is valid until 2028-01-01.',
      validUntil: Date.UTC(2028, 0, 1),
      warnings: ['w'],
      notices: [],
    });
  });

  test('where nothing is known of that', async () => {
    const outcome = await notDue(home, [], { ...inspection, expiry: unknown }, sceneOf());
    expect(outcome.headline).toBe('No rotation is due.');
  });
});

describe('a 409 that the age of the home explains', () => {
  const possibleAt = written + 14 * day;
  const fact =
    'ThousandEyes answered 409: the account still has two active tokens. acme/network was last written on 2026-11-20 19:00 UTC, so a rotation did this';
  const again = 'The next rotation is possible from 2026-12-04 19:00 UTC on.';
  const inferred = `${fact}, as far as its date tells. If nobody rotated then, someone wrote the secret by hand or made a second token: look at the account's User API Tokens in ThousandEyes. ${again}`;

  async function overlap(options: SceneOptions, variable: string | undefined = 'TE_EXPIRY') {
    return overlapping(home, [], possibleAt, variable, ['w'], sceneOf(options));
  }

  test('is a notice where the variable was written with the home', async () => {
    for (const updatedAt of [written, written - hour, written + hour]) {
      const outcome = await overlap({ variable: { value: '2028-01-01', updatedAt } });
      expect(outcome).toMatchObject({
        mode: 'rotate',
        headline: 'The token was rotated a short while ago; the next rotation is possible from 2026-12-04 on.',
        rotated: false,
        problems: [],
        warnings: ['w'],
        notices: [`${fact}. ${again}`],
        validUntil: Date.UTC(2028, 0, 1),
      });
    }
  });

  test.each([
    ['the variable was written later', { variable: { value: '2028-01-01', updatedAt: written + hour + 1 } }],
    ['the variable is of another token', { variable: { value: '2028-01-01', updatedAt: written - hour - 1 } }],
    ['the variable is no date', { variable: { value: 'soon', updatedAt: written } }],
    ['the variable can not be read', { variable: githubAnswer(500) }],
  ])('is inferred where %s', async (_, options) => {
    const outcome = await overlap(options);
    expect(outcome.warnings).toEqual(['w', inferred]);
    expect(outcome.notices).toEqual([]);
  });

  test('is inferred where no variable is kept', async () => {
    const outcome = await overlapping(
      home,
      [],
      possibleAt,
      undefined,
      [],
      sceneOf({ variable: { value: '2028-01-01', updatedAt: written } }),
    );
    expect(outcome.warnings).toEqual([inferred]);
    expect(outcome).not.toHaveProperty('validUntil');
  });
});

import { describe, expect, test } from '@jest/globals';
import type { GitHubAnswer } from '../../../src/github/answer.ts';
import { messageOf } from '../../../src/lib/problem.ts';
import { failed, ok } from '../../../src/lib/result.ts';
import { type Expiry, expiryOf, isDue, judgeVariable, keepExpiry } from '../../../src/rotation/expiry.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { credentialOf, gitHubAnswer, target } from '../support/fakes.ts';
import { sceneOf } from '../support/scene.ts';
import { day, hour, now } from '../support/time.ts';

const value = '2027-01-01T00:00:00Z';
const validUntil = Date.UTC(2027, 0, 1);
const { store } = target('acme/network');

describe('what the variable tells', () => {
  test.each<[string, number, number, Expiry]>([
    ['written with the home', now, now, { kind: 'known', validUntil, writtenAt: now }],
    ['written later', now + day, now, { kind: 'known', validUntil, writtenAt: now + day }],
    ['an hour older', now - hour, now, { kind: 'known', validUntil, writtenAt: now - hour }],
    ['over an hour older: the token was replaced by hand', now - hour - 1, now, { kind: 'outdated' }],
  ])('%s', (_, updatedAt, homeUpdatedAt, expiry) => {
    expect(expiryOf({ value, updatedAt }, homeUpdatedAt)).toEqual(expiry);
  });

  test('no date', () => {
    expect(expiryOf({ value: 'soon', updatedAt: now }, now)).toBeUndefined();
  });
});

describe('a rotation is due', () => {
  const known = (daysLeft: number): Expiry => ({ kind: 'known', validUntil: now + daysLeft * day, writtenAt: 0 });
  test.each<[string, Expiry, number | undefined, boolean]>([
    ['always, unless it is asked to wait', known(500), undefined, true],
    ['with as many days left as asked for', known(30), 30, true],
    ['with fewer', known(29), 30, true],
    ['not with more', known(30.01), 30, false],
    ['where nothing is known', { kind: 'unknown' }, 30, true],
    ['where the date is of another token', { kind: 'outdated' }, 30, true],
    ['when it is over', known(-1), 30, true],
  ])('%s', (_, expiry, days, due) => {
    expect(isDue(expiry, days, now)).toBe(due);
  });
});

describe('the variable is judged', () => {
  const judged = (read: Parameters<typeof judgeVariable>[0], homeUpdatedAt: number | undefined = now) =>
    judgeVariable(read, { name: 'TE_EXPIRY', store, homeUpdatedAt }, credentialOf(), new FakeClock({ now }));
  const problemOf = (result: ReturnType<typeof judged>) => (result.ok ? undefined : result.error);

  test('one that is there', () => {
    expect(judged(ok({ value, updatedAt: now }))).toEqual(ok({ kind: 'known', validUntil, writtenAt: now }));
    expect(judged(ok({ value, updatedAt: now - 2 * hour }))).toEqual(ok({ kind: 'outdated' }));
  });

  test('where the home could not be read, nothing is older than it', () => {
    expect(
      judgeVariable(
        ok({ value, updatedAt: 0 }),
        { name: 'TE_EXPIRY', store, homeUpdatedAt: undefined },
        credentialOf(),
        new FakeClock(),
      ),
    ).toEqual(ok({ kind: 'known', validUntil, writtenAt: 0 }));
  });

  test('one that is not there yet: nothing is known', () => {
    expect(judged(failed(gitHubAnswer(404)))).toEqual(ok({ kind: 'unknown' }));
  });

  test('one that may not be read stops the run, with its name, the permission and the way out', () => {
    const found = problemOf(judged(failed(gitHubAnswer(403, { message: 'Resource not accessible by integration' }))));
    expect(found?.attempt).toBe('Reading the expiry variable TE_EXPIRY beside the Actions secrets of acme/network');
    expect(found?.action).toMatch(
      /For the Actions variables of acme\/network, a classic token needs the scope `repo`\. Or leave `expiry-variable` out\.$/,
    );
  });

  test('one that holds no date stops the run, with what it holds and what it should', () => {
    const found = problemOf(judged(ok({ value: `soon\n${'x'.repeat(100)}`, updatedAt: now })));
    expect(found?.cause).toMatch(/^its value is no ISO 8601 date: "soon x{1,60}…"$/);
    expect(found?.action).toMatch(/Delete the variable, or set it to the date .* like 2028-11-23T19:00:00Z/);
  });
});

describe('the variable is kept', () => {
  async function keep(until: number | undefined, answer?: GitHubAnswer) {
    const { dependencies, steps } = sceneOf(answer === undefined ? {} : { variableWrite: answer });
    const access: unknown[] = [];
    const found = await keepExpiry(
      { name: 'TE_EXPIRY', store: target('orgs/acme').store, access: { visibility: 'all' } },
      until,
      credentialOf('fine-grained'),
      {
        clock: dependencies.clock,
        variables: {
          ...dependencies.variables,
          write: (...given) => {
            access.push(given[3]);
            return dependencies.variables.write(...given);
          },
        },
      },
    );
    return { steps, access, message: found === undefined ? undefined : messageOf(found) };
  }

  test('as a date, with the visibility of the home', async () => {
    expect(await keep(now)).toEqual({
      steps: ['TE_EXPIRY beside orgs/acme = 2026-11-23T19:00:00Z'],
      access: [{ visibility: 'all' }],
      message: undefined,
    });
  });

  test('or it is said that only this is missing, and what to do', async () => {
    const { message } = await keep(
      now,
      gitHubAnswer(403, { detail: '403 (no)', message: 'Resource not accessible by integration' }),
    );
    expect(message).toMatch(
      /^Writing the expiry variable TE_EXPIRY: GitHub answered 403 \(no\)\. Everything else is stored; only this is missing\. Set it by hand to 2026-11-23T19:00:00Z\. .*Variables/,
    );
  });

  test('not without a date', async () => {
    const { steps, message } = await keep(undefined);
    expect(steps).toEqual([]);
    expect(message).toMatch(
      /ThousandEyes did not say until when .* only this is missing\. Set it by hand to a date two years/,
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import { check } from '../../src/check.ts';
import type { InspectionRequest } from '../../src/inspection.ts';
import { githubAnswer } from '../support/unit-ports.ts';
import { asker, named, type SceneOptions, sceneOf } from '../support/unit-scene.ts';
import { day, now } from '../support/unit-time.ts';

type Request = InspectionRequest & { readonly rotateWhenDaysLeft: number | undefined };

async function checked(lines: readonly string[], options: SceneOptions = {}, request: Partial<Request> = {}) {
  const scene = sceneOf(options);
  const targets = lines.map((line) => named(line));
  const outcome = await check(
    { targets, createMissing: false, expiryVariable: undefined, asker, rotateWhenDaysLeft: undefined, ...request },
    scene,
  );
  return { outcome, steps: scene.steps };
}

test('a rotation would go through: nothing is written', async () => {
  const { outcome, steps } = await checked(['acme/network', 'orgs/acme']);
  expect(outcome).toMatchObject({
    mode: 'check',
    headline: 'A rotation would ask for a new token and write it to 2 targets.',
    rotated: false,
    problems: [],
    notices: ['Reading can not tell whether writing is allowed: a rotation tests that before it asks for a token.'],
  });
  expect(outcome.results.map(({ status }) => status)).toEqual(['unchanged', 'unchanged']);
  expect(steps).toEqual([]);
});

test('what would be created is counted', async () => {
  const secrets = { 'acme/a': githubAnswer(404), 'acme/b': githubAnswer(404) };
  const { outcome } = await checked(['acme/network', 'acme/a', 'acme/b'], { secrets }, { createMissing: true });
  expect(outcome).toMatchObject({
    headline: 'A rotation would ask for a new token and write it to 3 targets, creating 2.',
    problems: [],
  });
});

test('everything that would stop it', async () => {
  const { outcome } = await checked(['acme/network', 'acme/gone'], {
    check: { kind: 'refused', why: 'ThousandEyes answered 401' },
    repositories: { 'acme/gone': githubAnswer(404) },
  });
  expect(outcome).toMatchObject({
    mode: 'check',
    headline: 'A rotation would stop before changing anything: 2 problems.',
  });
  expect(outcome.problems).toHaveLength(2);
  expect(outcome.results.map(({ status }) => status)).toEqual(['unchanged', 'failed']);
});

test('a home that is missing', async () => {
  const { outcome } = await checked(['acme/network'], { secrets: { 'acme/network': githubAnswer(404) } });
  expect(outcome).toMatchObject({ headline: 'A rotation would stop before changing anything: 1 problem.' });
  expect(outcome.results).toMatchObject([{ status: 'failed', shown: 'acme/network' }]);
});

describe('when it is due', () => {
  const variable = { value: new Date(now + 100 * day).toISOString(), updatedAt: now };
  const request = { expiryVariable: 'TE_EXPIRY' };

  test('not yet', async () => {
    const { outcome } = await checked(['acme/network'], { variable }, { ...request, rotateWhenDaysLeft: 99 });
    expect(outcome.headline).toBe(
      'A rotation would do nothing yet: none is due. The token in place is valid until 2027-03-03.',
    );
    expect(outcome.validUntil).toBe(now + 100 * day);
  });

  test('now', async () => {
    const { outcome } = await checked(['acme/network'], { variable }, { ...request, rotateWhenDaysLeft: 100 });
    expect(outcome.headline).toBe(
      'A rotation would ask for a new token and write it to 1 target. The token in place is valid until 2027-03-03.',
    );
  });
});

test('a target behind the home fails it', async () => {
  const { outcome } = await checked(['acme/network', 'acme/edge'], {
    secrets: { 'acme/network': { updatedAt: now - day }, 'acme/edge': { updatedAt: now - 2 * day } },
  });
  expect(outcome.problems).toHaveLength(1);
  expect(outcome.headline).toMatch(/But 1 target may hold an older token\.$/);
});

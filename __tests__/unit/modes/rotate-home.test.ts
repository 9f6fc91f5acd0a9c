import { expect, test } from '@jest/globals';
import { rotate } from '../../../src/modes/rotate.ts';
import { resolved } from '../support/fakes.ts';
import { type Change, type ModeOptions, runMode } from '../support/mode-run.ts';
import { newToken, type SceneOptions } from '../support/scene.ts';
import { day, minute, now, second } from '../support/time.ts';

const rotated = (options?: SceneOptions, more?: ModeOptions) => runMode(rotate, options, more);
const validUntil = now + 730 * day;

test('a home that cannot be written leaves the others alone, with everything ready to finish by hand', async () => {
  const { outcome, steps, problems } = await rotated({ writes: { 'acme/network': 403 } });
  expect(steps).not.toContain('PUT acme/edge');
  expect(steps).not.toContain('finish');
  expect(outcome).toMatchObject({
    headline: 'A new token was issued, but acme/network could not be written yet.',
    rotated: false,
    previousValidUntil: now + 14 * day,
    recovery: {
      home: resolved('acme/network'),
      body: { encrypted_value: `sealed(${newToken.reveal()})`, key_id: 'key of acme/network' },
      validity: { validUntil, previousValidUntil: now + 14 * day },
    },
    leftForPost: true,
  });
  expect(outcome?.results.map(({ status }) => status)).toEqual(['failed', 'unchanged']);
  expect(problems).toEqual([
    expect.stringMatching(
      /^Writing acme\/network: GitHub answered 403\. The new token is not lost: .*The post step of this run tries again\. .*by 2026-12-07 19:00 UTC/,
    ),
  ]);
});

test('a home whose key GitHub goes on refusing is tried for ten minutes, and is not called safe', async () => {
  const { outcome, steps, problems, elapsed } = await rotated({ writes: { 'acme/network': 422 } });
  expect(steps.filter((step) => step === 'PUT acme/network').length).toBeGreaterThan(10);
  expect(elapsed()).toBeGreaterThan(9 * minute);
  // The value that was sealed last.
  expect(outcome?.recovery?.body).toEqual({
    encrypted_value: `sealed(${newToken.reveal()})`,
    key_id: 'new key of acme/network',
  });
  expect(problems[0]).not.toContain('not lost');
  expect(problems[0]).toContain('may be useless, too');
});

test('a home whose changed key is shown late is stored', async () => {
  const { outcome, journal } = await rotated({ writes: { 'acme/network': [422, 422, 422, 204] } });
  expect(outcome).toMatchObject({ rotated: true, problems: [] });
  expect(journal.lines.filter((line) => line.kind === 'sealed' && line.target === 0).length).toBeGreaterThan(1);
});

test('the way to finish by hand is announced once, before the first long pause, with the value that is being written', async () => {
  const pausing =
    (pauses: readonly number[]): Change =>
    ({ dependencies: { secrets } }) => ({
      secrets: {
        ...secrets,
        write: (target, sealed, policy, options) => {
          if (target.target.secret === 'TE_TOKEN') for (const pause of pauses) options?.beforePause?.(pause);
          return secrets.write(target, sealed, policy, options);
        },
      },
    });
  expect((await rotated({}, { change: pausing([second, 19 * second]) })).announced).toEqual([]);
  const { announced, outcome } = await rotated({}, { change: pausing([second, 20 * second, 11 * minute]) });
  expect(announced).toMatchObject([
    {
      home: resolved('acme/network'),
      body: { encrypted_value: `sealed(${newToken.reveal()})`, key_id: 'key of acme/network' },
      validity: { validUntil, previousValidUntil: now + 14 * day },
    },
  ]);
  expect(outcome?.rotated).toBe(true);
});

test('a home that was answered as written, but whose date does not move, fails and is left for the post step; the variable is not written', async () => {
  const { outcome, steps, problems, elapsed } = await rotated(
    { secrets: { 'acme/network': { updatedAt: now - 300 * day } } },
    { request: { expiryVariable: 'TE_EXPIRY' } },
  );
  expect(outcome).toMatchObject({
    headline: 'The token was rotated, but GitHub does not show that acme/network was written.',
    rotated: true,
    recovery: { home: resolved('acme/network') },
    leftForPost: true,
  });
  expect(problems).toEqual([
    expect.stringMatching(/^Reading back the date of acme\/network .*The post step of this run writes it again/),
  ]);
  expect(steps).toContain('PUT acme/edge');
  expect(steps.filter((step) => step.startsWith('TE_EXPIRY'))).toEqual([]);
  expect(elapsed()).toBe(90 * second);
});

test('one other target that cannot be written is told for itself, and left for the post step', async () => {
  const lines = ['acme/network', 'acme/a', 'acme/b'];
  const { outcome, problems, steps } = await rotated({ writes: { 'acme/a': 403 } }, { lines });
  expect(outcome).toMatchObject({
    headline: 'The token was rotated, but 1 of 3 targets could not be written.',
    rotated: true,
    leftForPost: true,
  });
  expect(outcome?.results.map(({ status }) => status)).toEqual(['updated', 'failed', 'updated']);
  expect(problems).toEqual([expect.stringMatching(/^Writing acme\/a: GitHub answered 403.*`mode: sync`\.$/)]);
  expect(steps).not.toContain('finish');
});

test('a secret that was deleted meanwhile and is created anew by the write is told', async () => {
  const { outcome } = await rotated({ writes: { 'acme/edge': 201 } });
  expect(outcome?.warnings).toEqual([expect.stringMatching(/^acme\/edge was deleted while this ran/)]);
});

test('a journal that cannot be written stops nothing, and then no help of the post step is promised', async () => {
  const full: Change = ({ journal }) => {
    journal.isWritable = false;
    return {};
  };
  expect((await rotated({}, { change: full })).outcome).toMatchObject({
    rotated: true,
    problems: [],
    leftForPost: false,
  });
  for (const options of [
    { writes: { 'acme/network': 403 } },
    { writes: { 'acme/network': 422 } },
    { secrets: { 'acme/network': { updatedAt: now - 300 * day } } },
  ]) {
    const { outcome, problems, journal } = await rotated(options, { change: full });
    expect(outcome?.recovery?.body.encrypted_value).toBe(`sealed(${newToken.reveal()})`);
    expect(problems.join()).not.toMatch(/post step|journal/);
    expect(problems.join()).toMatch(/\b(?:run|try) the command/i);
    // What it can't know it would tell wrong.
    expect(journal.isFinished).toBe(true);
  }
});

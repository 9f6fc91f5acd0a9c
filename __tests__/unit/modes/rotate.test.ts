import { expect, test } from '@jest/globals';
import { ok } from '../../../src/lib/result.ts';
import { rotate } from '../../../src/modes/rotate.ts';
import type { Regeneration, TokenCheck } from '../../../src/thousandeyes/client.ts';
import { gitHubAnswer, resolved } from '../support/fakes.ts';
import { type Change, type ModeOptions, runMode } from '../support/mode-run.ts';
import { newToken, type SceneOptions } from '../support/scene.ts';
import { day, now, second } from '../support/time.ts';

const rotated = (options?: SceneOptions, more?: ModeOptions) => runMode(rotate, options, more);
const validUntil = now + 730 * day;
const conflict: Regeneration = { kind: 'conflict', detail: 'ThousandEyes answered 409' };
const refused: TokenCheck = { kind: 'refused', detail: 'ThousandEyes answered 401' };

test('a rotation does its steps in this order', async () => {
  const { steps, outcome } = await rotated(
    { writes: { 'acme/edge': 201 }, secrets: { 'acme/edge': gitHubAnswer(404) } },
    { request: { createMissing: true } },
  );
  expect(steps).toEqual([
    'note testing',
    'PUT test acme/network',
    'DELETE test acme/network',
    'note tested',
    'claim',
    'POST /api-tokens',
    'note issued',
    'note sealed 0',
    'note sealed 1',
    'check the new token',
    'PUT acme/network',
    'note stored 0',
    'PUT acme/edge',
    'note stored 1',
    'note confirmed',
    'finish',
  ]);
  expect(outcome).toMatchObject({
    mode: 'rotate',
    headline: 'The token was rotated in 2 targets.',
    rotated: true,
    results: [
      { resolved: resolved('acme/network'), status: 'updated' },
      { resolved: resolved('acme/edge'), status: 'created' },
    ],
    problems: [],
    warnings: [],
    issuedAt: now,
    validUntil,
    previousValidUntil: now + 14 * day,
    leftForPost: false,
  });
});

test('the journal knows what the post step must know', async () => {
  const { journal } = await rotated(
    { secrets: { 'orgs/acme': { access: { visibility: 'all' } } } },
    { lines: ['acme/network', 'orgs/acme'], request: { expiryVariable: 'TE_EXPIRY' } },
  );
  expect(journal.header).toEqual({
    kind: 'run',
    pid: process.pid,
    targets: [
      { ...resolved('acme/network'), access: {}, updatedAt: now - 300 * day },
      { ...resolved('orgs/acme'), access: { visibility: 'all' }, updatedAt: now - 300 * day },
    ],
    expiryVariable: 'TE_EXPIRY',
  });
  expect(journal.lines.filter(({ kind }) => kind === 'issued')).toEqual([
    { kind: 'issued', validUntil, previousValidUntil: now + 14 * day },
  ]);
});

test('the log says how far the rotation is', async () => {
  const { log } = await rotated();
  expect(log.lines).toEqual([
    'Read: 2 targets can be found; the home is acme/network',
    'Tested: the secrets can be written; asking ThousandEyes for a new token',
    'Issued: a new token, valid until 2028-11-22; sealed for 2 targets',
    'Verified: ThousandEyes accepts the new token',
    'Stored: the home acme/network',
    'Stored: acme/edge',
  ]);
});

test('the new token is masked before anything else is done with it', async () => {
  const masksAt: Record<string, string[]> = {};
  const { log } = await rotated(
    {},
    {
      change: ({ log: workflow, sealer }) => ({
        loadSealer: async () =>
          ok({
            seal: (clear, key) => {
              masksAt[clear] ??= [...workflow.masks];
              return sealer.seal(clear, key);
            },
          }),
      }),
    },
  );
  expect(masksAt[newToken.reveal()]).toEqual([newToken.reveal()]);
  expect(log.masks).toEqual([newToken.reveal()]);
});

test('a write test is deleted beside the request for the token, and the report waits for it', async () => {
  const { steps, outcome, elapsed } = await rotated(
    {},
    {
      change: ({ clock, dependencies: { secrets, report }, steps: all }) => ({
        secrets: {
          ...secrets,
          delete: async (...args) => {
            await clock.sleep(10 * second);
            return secrets.delete(...args);
          },
        },
        report: (told) => {
          all.push('report');
          return report(told);
        },
      }),
    },
  );
  expect(steps.indexOf('PUT acme/edge')).toBeLessThan(steps.indexOf('DELETE test acme/network'));
  expect(steps.slice(-4)).toEqual(['DELETE test acme/network', 'note tested', 'report', 'finish']);
  expect(outcome).toMatchObject({ rotated: true, warnings: [] });
  expect(elapsed()).toBe(10 * second);
});

test('a write test that could not be deleted is a warning', async () => {
  const { outcome } = await rotated({ deletes: { 'acme/network': gitHubAnswer(503) } });
  expect(outcome).toMatchObject({ rotated: true, problems: [], leftForPost: false });
  expect(outcome?.warnings).toEqual([
    expect.stringContaining('ROTATION_WRITE_TEST of a write test could not be deleted'),
  ]);
});

test('expose-token: the output `token` is set only where it is asked for, and only once the token is verified', async () => {
  expect((await rotated()).log.outputs).not.toHaveProperty('token');
  const exposed = await rotated({}, { request: { exposeToken: true } });
  expect(exposed.log.outputs.token).toBe(newToken.reveal());
  const aside = await rotated({ newCheck: refused }, { request: { exposeToken: true } });
  expect(aside.log.outputs).not.toHaveProperty('token');
});

test.each([
  ['stored', {}, true, 1],
  ['not stored', { writes: { 'acme/network': 403 } }, false, 2],
])(
  'expose-token: an output that cannot be written is a problem, and the token is %s all the same',
  async (_, options, isRotated, count) => {
    const { outcome, problems } = await rotated(options, {
      request: { exposeToken: true },
      change: ({ log }) => {
        log.broken.add('output');
        return {};
      },
    });
    expect(outcome?.rotated).toBe(isRotated);
    expect(problems).toHaveLength(count);
    expect(problems.at(-1)).toMatch(
      /^Setting the output `token`.*GITHUB_OUTPUT could not be written\. Later steps don't get/,
    );
  },
);

test('the output `rotated` is set as soon as the home is written, before any other target', async () => {
  const seen: Record<string, unknown> = {};
  const watching: Change = ({ dependencies: { secrets }, log }) => ({
    secrets: {
      ...secrets,
      write: (target, ...rest) => {
        seen[target.publicName] = log.outputs.rotated;
        return secrets.write(target, ...rest);
      },
    },
  });
  await rotated({}, { change: watching });
  expect(seen).toMatchObject({ 'acme/network': undefined, 'acme/edge': 'true' });
  const { log } = await rotated({ writes: { 'acme/network': 403 } });
  expect(log.outputs).not.toHaveProperty('rotated');
});

test('the expiry variable is written when all is stored, and noted', async () => {
  const { steps } = await rotated({}, { request: { expiryVariable: 'TE_EXPIRY' } });
  expect(steps.slice(-3)).toEqual(['TE_EXPIRY beside acme/network = 2028-11-22T19:00:00Z', 'note dated', 'finish']);
});

test('an expiry variable that cannot be written fails the step, and is left for the post step', async () => {
  const { outcome, problems, steps } = await rotated(
    { variableWrite: gitHubAnswer(403) },
    { request: { expiryVariable: 'TE_EXPIRY' } },
  );
  expect(outcome).toMatchObject({ rotated: true, leftForPost: true });
  expect(problems).toEqual([
    expect.stringMatching(/^Writing the expiry variable TE_EXPIRY: GitHub answered 403\. Everything else is stored/),
  ]);
  expect(steps).not.toContain('note dated');
  expect(steps).not.toContain('finish');
});

test.each([
  ['fourteen days', 100, 14],
  ['until it expires itself, where that is sooner', 5, 5],
  ['no longer, where it had expired', -5, 0],
])('the old token works for %s', async (_, left, days) => {
  const variable = { value: new Date(now + left * day).toISOString(), updatedAt: now };
  const { outcome } = await rotated({ variable }, { request: { expiryVariable: 'TE_EXPIRY' } });
  expect(outcome?.previousValidUntil).toBe(now + days * day);
});

test.each([
  [78, 0],
  [79, 1],
])(
  "of %i targets, the log tells where GitHub's pace slows the rotation down, its earlier writes counted",
  async (count, told) => {
    const lines = Array.from({ length: count }, (_, n) => `acme/r${n}`);
    const { log } = await rotated({}, { lines });
    // The test secret is written and deleted, and the home written: three of the eighty writes that a minute allows.
    expect(log.lines.filter((line) => line.includes('at the pace that GitHub allows'))).toHaveLength(told);
  },
);

const threeDaysAgo = { createdAt: 0, updatedAt: now - 3 * day };

test.each([
  ['of a rotation', {}, []],
  [
    'of one that the overlap stops',
    { regenerations: conflict, secrets: { 'acme/network': threeDaysAgo, 'octo-org/edge': threeDaysAgo } },
    ['ThousandEyes answered 409'],
  ],
  ['of one that another write test stops', { writes: { 'test acme/network': 409, 'test octo-org/edge': 403 } }, []],
] as const)('warnings of all stages are told together: %s', async (_, options, last) => {
  const { outcome } = await rotated(
    {
      check: { kind: 'unclear', detail: 'ThousandEyes answered 404' },
      writes: { 'test acme/network': 409 },
      ...options,
    },
    { lines: ['acme/network', 'octo-org/edge'] },
  );
  expect(outcome?.warnings).toEqual(
    ['Checking the current token', 'Testing whether acme/network', ...last].map((start) =>
      expect.stringContaining(start),
    ),
  );
});

import { expect, test } from '@jest/globals';
import { Cancelled } from '../../../src/lib/cancellation.ts';
import { messageOf } from '../../../src/lib/problem.ts';
import { clearedFrom, type Preflight, problemsOf, runPreflight } from '../../../src/rotation/preflight.ts';
import type { RejectedTarget } from '../../../src/rotation/ready-target.ts';
import type { RunRequest } from '../../../src/rotation/request.ts';
import { hiddenTarget, type ResolvedTarget } from '../../../src/targets/resolved-target.ts';
import { gitHubAnswer, resolved, target } from '../support/fakes.ts';
import { problemOf } from '../support/outcomes.ts';
import { requestFor, rotatedLongAgo, type SceneOptions, sceneOf } from '../support/scene.ts';
import { day, hour, now } from '../support/time.ts';

const githubUrl = 'https://api.github.com';

function look(lines: readonly string[], options: SceneOptions = {}, request: Partial<RunRequest> = {}) {
  return runPreflight(requestFor(lines, request), sceneOf(options).dependencies);
}

/** Of a home that nothing is wrong with but what the options say. */
const lookAtHome = (options: SceneOptions, request: Partial<RunRequest> = {}) =>
  look(['acme/network'], options, request);

const messages = (preflight: Preflight) => problemsOf(preflight).map(messageOf);

function rejected(result: Preflight['home'] | Preflight['others'][number] | undefined): RejectedTarget {
  if (result === undefined || result.ok) throw new Error('it is not rejected');
  return result.error;
}

test('everything is as it should be: targets with keys and dates, and nothing to say', async () => {
  const access = { visibility: 'all' } as const;
  const preflight = await look(['acme/network', 'orgs/octo-org'], { secrets: { 'orgs/octo-org': { access } } });
  expect(preflight).toEqual({
    home: {
      ok: true,
      value: {
        ...resolved('acme/network'),
        key: { keyId: 'key of acme/network', key: 'k' },
        secret: { ...rotatedLongAgo, access: {}, asOf: now },
      },
    },
    others: [
      {
        ok: true,
        value: {
          ...resolved('orgs/octo-org'),
          key: { keyId: 'key of orgs/octo-org', key: 'k' },
          secret: { ...rotatedLongAgo, access, asOf: now },
        },
      },
    ],
    sealer: { ok: true, value: { seal: expect.any(Function) } },
    expiry: { kind: 'unknown' },
    isAccepted: true,
    user: undefined,
    problems: [],
    warnings: [],
  });
});

test('every problem is found, not just the first', async () => {
  const preflight = await look(
    ['acme/network', 'acme/gone', 'acme/old', 'orgs/acme'],
    {
      check: { kind: 'refused', detail: 'ThousandEyes answered 401' },
      variable: gitHubAnswer(403),
      secrets: { 'acme/network': gitHubAnswer(404), 'orgs/acme': gitHubAnswer(404) },
      repositories: { 'acme/gone': gitHubAnswer(404), 'acme/old': { archived: true } },
      sealer: 'libsodium is not there',
    },
    { expiryVariable: 'TE_EXPIRY' },
  );
  expect(messages(preflight).map((message) => message.split(':')[0])).toEqual([
    'Checking the current token (GET /users/current)',
    'Reading the expiry variable TE_EXPIRY beside the Actions secrets of acme/network',
    'Loading libsodium, which seals the new token',
    'Reading acme/network',
    'Reading acme/gone',
    'Reading acme/old',
    'Reading orgs/acme',
  ]);
  expect(preflight).toMatchObject({ expiry: { kind: 'unknown' }, isAccepted: false });
  expect(clearedFrom(preflight, githubUrl)).toBeUndefined();
});

test('a cancel ends it', async () => {
  const { dependencies, cancel } = sceneOf();
  cancel();
  await expect(runPreflight(requestFor(['acme/network']), dependencies)).rejects.toBeInstanceOf(Cancelled);
});

test('create-missing goes for the other targets, not for the home', async () => {
  const secrets = { 'acme/network': gitHubAnswer(404), 'acme/edge': gitHubAnswer(404) };
  const { home, others } = await look(['acme/network', 'acme/edge'], { secrets }, { createMissing: true });
  expect(rejected(home).problem.action).toContain('The home is the secret that the workflow itself reads');
  expect(others).toMatchObject([{ ok: true, value: { secret: undefined } }]);
  const without = await look(['acme/network', 'acme/edge'], { secrets });
  expect(rejected(without.others[0]).problem.action).toContain('create-missing');
});

test.each([
  ['the home', ['acme/network'], (preflight: Preflight) => preflight.home],
  ['another target', ['acme/network', 'acme/edge'], (preflight: Preflight) => preflight.others[0]],
] as const)('a key that nothing can be sealed for is found while nothing is issued: %s', async (_, lines, which) => {
  const preflight = await look(lines, { badKey: 'k' });
  const { resolved: whose, problem } = rejected(which(preflight));
  expect(whose.publicName).toBe(lines.at(-1));
  expect(messageOf(problem)).toContain(
    `Reading the public key of the Actions secrets of ${lines.at(-1)}: GitHub answered 200 with a public key that nothing can be sealed for. `,
  );
});

test('keys are tried with nothing in hand: there is no token yet', async () => {
  const { dependencies } = sceneOf();
  const tried: unknown[] = [];
  const seal = (...given: unknown[]) => {
    tried.push(given);
    return { ok: true, value: { keyId: '', value: '' } } as const;
  };
  await runPreflight(requestFor(['acme/network', 'acme/edge']), {
    ...dependencies,
    loadSealer: async () => ({ ok: true, value: { seal } }),
  });
  expect(tried).toEqual([
    ['', { keyId: 'key of acme/network', key: 'k' }],
    ['', { keyId: 'key of acme/edge', key: 'k' }],
  ]);
});

test('where libsodium cannot be loaded that is the one problem: it speaks against no target', async () => {
  const preflight = await look(['acme/network', 'acme/edge'], { sealer: 'the file libsodium.js is gone', badKey: 'k' });
  expect(messages(preflight)).toEqual([expect.stringContaining('the file libsodium.js is gone. Nothing was changed.')]);
  expect([preflight.home, ...preflight.others].map(({ ok }) => ok)).toEqual([true, true]);
  expect(clearedFrom(preflight, githubUrl)).toBeUndefined();
});

const value = '2028-01-01T00:00:00Z';
const readVariable = (options: SceneOptions) => lookAtHome(options, { expiryVariable: 'TE_EXPIRY' });

test('the expiry variable is read beside the home', async () => {
  const scene = sceneOf({ variable: { value, updatedAt: now } });
  const read: unknown[] = [];
  const variables = {
    ...scene.dependencies.variables,
    read: (...given: Parameters<typeof scene.dependencies.variables.read>) => {
      read.push(given);
      return scene.dependencies.variables.read(...given);
    },
  };
  const request = requestFor(['acme/network/environments/live', 'acme/edge'], { expiryVariable: 'TE_EXPIRY' });
  const { expiry, problems } = await runPreflight(request, { ...scene.dependencies, variables });
  expect(expiry).toEqual({ kind: 'known', validUntil: Date.UTC(2028, 0, 1), writtenAt: now });
  expect(problems).toEqual([]);
  expect(read).toEqual([[target('acme/network/environments/live').store, 'TE_EXPIRY']]);
});

test('no expiry variable is read where none is kept', async () => {
  const { dependencies } = sceneOf();
  const read = () => Promise.reject(new Error('it was read'));
  const variables = { ...dependencies.variables, read };
  const { expiry } = await runPreflight(requestFor(['acme/network']), { ...dependencies, variables });
  expect(expiry).toEqual({ kind: 'unknown' });
});

test('an expiry variable that is not there yet is no problem', async () => {
  const { expiry, problems } = await readVariable({ variable: gitHubAnswer(404) });
  expect({ expiry, problems }).toEqual({ expiry: { kind: 'unknown' }, problems: [] });
});

test.each([
  [1, 'outdated'],
  [0, 'known'],
])('an expiry variable that is older than the home by an hour and %i ms is %s', async (more, kind) => {
  const secrets = { 'acme/network': { updatedAt: now } };
  const { expiry } = await readVariable({ secrets, variable: { value, updatedAt: now - hour - more } });
  expect(expiry.kind).toBe(kind);
});

test('an expiry variable counts where the home is missing: nothing else is known of it', async () => {
  const secrets = { 'acme/network': gitHubAnswer(404) };
  const { expiry } = await readVariable({ secrets, variable: { value, updatedAt: now - 900 * day } });
  expect(expiry.kind).toBe('known');
});

test('an expiry variable that is no date stops the run', async () => {
  const preflight = await readVariable({ variable: { value: 'soon `x`', updatedAt: now } });
  expect(preflight.problems.map(({ cause }) => cause)).toEqual(['its value is no ISO 8601 date: "soon `x`"']);
  expect(clearedFrom(preflight, githubUrl)).toBeUndefined();
});

const dated = (ms: number) => ({ updatedAt: now + ms });

test('a secret that was written in the future is told: beside it no age can be judged', async () => {
  const { warnings, problems } = await look(['acme/network', 'acme/edge'], {
    secrets: { 'acme/network': dated(day + 1), 'acme/edge': dated(400 * day) },
  });
  expect(problems).toEqual([]);
  expect(warnings).toEqual([
    "By GitHub's answer these secrets were last written in the future, seen from this runner's date, 2026-11-23: acme/network (2026-11-24 19:00 UTC), acme/edge (2027-12-28 19:00 UTC). Their ages can't be judged.",
  ]);
});

test('a date within a day may be a matter of clocks', async () => {
  expect((await lookAtHome({ secrets: { 'acme/network': dated(day) } })).warnings).toEqual([]);
});

test('a secret that is still to be created has no date to judge', async () => {
  const secrets = { 'acme/edge': gitHubAnswer(404), 'acme/gone': gitHubAnswer(403) };
  const { warnings } = await look(['acme/network', 'acme/edge', 'acme/gone'], { secrets }, { createMissing: true });
  expect(warnings).toEqual([]);
});

test('of many secrets of the future five are named, and how many more there are', async () => {
  const others = Array.from({ length: 7 }, (_, number) => `acme/r${number}`);
  const secrets = Object.fromEntries(others.map((line) => [line, dated(2 * day)]));
  const { warnings } = await look(['acme/network', ...others], { secrets });
  expect(warnings[0]).toContain('acme/r4 (2026-11-25 19:00 UTC) and 2 more. Their ages');
});

test('a hidden secret of the future stays unnamed', async () => {
  const hidden = hiddenTarget(target('acme/tf-1'), target('acme/tf-*'), 'TE_TOKEN');
  const targets: [ResolvedTarget, ResolvedTarget] = [resolved('acme/network'), hidden];
  const { warnings } = await look(['acme/network'], { secrets: { 'acme/tf-1': dated(2 * day) } }, { targets });
  expect(warnings[0]).toContain('2026-11-23: acme/tf-* (');
});

test('a second secret of the same name is a warning, never a failure', async () => {
  const preflight = await look(['acme/network/environments/live']);
  expect(preflight.warnings).toEqual([expect.stringContaining('There is a second secret TE_TOKEN')]);
  expect(clearedFrom(preflight, githubUrl)?.warnings).toEqual(preflight.warnings);
});

test('a preflight that found nothing clears the rotation, in the order of the user', async () => {
  const preflight = await look(
    ['acme/network', 'acme/b', 'acme/a'],
    { variable: { value, updatedAt: now } },
    {
      expiryVariable: 'TE_EXPIRY',
    },
  );
  const cleared = clearedFrom(preflight, 'https://github.acme.example/api/v3');
  expect(cleared).toMatchObject({
    home: { publicName: 'acme/network', secret: rotatedLongAgo },
    others: [{ publicName: 'acme/b' }, { publicName: 'acme/a' }],
    expiry: { kind: 'known' },
    warnings: [],
    homeReference: {
      publicName: 'acme/network',
      setCommand: 'gh secret set TE_TOKEN --repo github.acme.example/acme/network',
    },
  });
  expect(preflight.sealer).toEqual({ ok: true, value: cleared?.sealer });
});

test('the home of a cleared rotation is named with who sees it', async () => {
  const preflight = await look(['orgs/octo-org'], { secrets: { 'orgs/octo-org': { access: { visibility: 'all' } } } });
  expect(clearedFrom(preflight, githubUrl)?.homeReference.setCommand).toContain('--visibility all');
});

test('one rejected target is enough to stop a rotation', async () => {
  const preflight = await look(['acme/network', 'acme/edge'], { secrets: { 'acme/edge': gitHubAnswer(404) } });
  expect(clearedFrom(preflight, githubUrl)).toBeUndefined();
});

test('of the problems each is told once: what concerns all first, then the home, then the others', async () => {
  const preflight = await lookAtHome({});
  const rejection = (line: string, cause: string) =>
    ({ ok: false, error: { resolved: resolved(line), problem: problemOf(cause) } }) as const;
  const found = problemsOf({
    ...preflight,
    home: rejection('acme/network', 'home'),
    others: [rejection('acme/a', 'a'), rejection('acme/a/dependabot', 'a'), rejection('acme/c', 'home')],
    problems: [problemOf('token')],
  });
  expect(found.map(({ cause }) => cause)).toEqual(['token', 'home', 'a']);
});

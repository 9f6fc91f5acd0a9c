import { expect, test } from '@jest/globals';
import { policies } from '../../../../src/github/policies.ts';
import { Cancelled } from '../../../../src/lib/cancellation.ts';
import { messageOf } from '../../../../src/lib/problem.ts';
import {
  homeReferenceOf,
  type Preflight,
  problemsOf,
  runPreflight,
} from '../../../../src/rotation/preflight/preflight.ts';
import type { RejectedTarget } from '../../../../src/rotation/preflight/preflight-target.ts';
import type { RunRequest } from '../../../../src/rotation/request.ts';
import { gitHubAnswer, resolved, target } from '../../support/fakes.ts';
import { beside, withNote, withToken } from '../../support/left-next.ts';
import { problemOf } from '../../support/outcomes.ts';
import { requestFor, rotatedLongAgo, type SceneOptions, sceneOf, usualRecord } from '../../support/scene.ts';
import { second } from '../../support/time.ts';

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
        secret: { ...rotatedLongAgo, access: {} },
      },
    },
    others: [
      {
        ok: true,
        value: {
          ...resolved('orgs/octo-org'),
          key: { keyId: 'key of orgs/octo-org', key: 'k' },
          secret: { ...rotatedLongAgo, access },
        },
      },
    ],
    sealer: { ok: true, value: { seal: expect.any(Function) } },
    record: { ok: true, value: usualRecord() },
    recordVariable: expect.objectContaining({
      place: { store: target('acme/network').store, name: 'TE_TOKEN_ROTATION' },
    }),
    next: { ok: true, value: undefined },
    hand: { kind: 'accepted', user: undefined },
    parked: undefined,
    user: undefined,
    problems: [],
    warnings: [],
    shadows: [],
  });
});

test('every problem is found, not just the first', async () => {
  const preflight = await look(['acme/network', 'acme/gone', 'acme/old', 'orgs/acme'], {
    check: { kind: 'proxy', detail: 'ThousandEyes answered 407' },
    recordReads: gitHubAnswer(403),
    secrets: {
      'acme/network': gitHubAnswer(404),
      'orgs/acme': gitHubAnswer(404),
      'acme/network as TE_TOKEN_NEXT': gitHubAnswer(500),
    },
    repositories: { 'acme/gone': gitHubAnswer(404), 'acme/old': { archived: true } },
    sealer: 'libsodium is not there',
  });
  expect(messages(preflight).map((message) => message.split(':')[0])).toEqual([
    'Checking the token in hand (GET /users/current)',
    'Loading libsodium, which seals the new token',
    'Reading acme/network',
    'Reading acme/gone',
    'Reading acme/old',
    'Reading orgs/acme',
    'Reading the record TE_TOKEN_ROTATION in the Actions variables of acme/network',
    'Reading acme/network as TE_TOKEN_NEXT',
  ]);
});

test('a cancel ends it', async () => {
  const { dependencies, cancel } = sceneOf();
  cancel();
  await expect(runPreflight(requestFor(['acme/network']), dependencies)).rejects.toBeInstanceOf(Cancelled);
});

test('create-missing goes for the other targets, not for the home', async () => {
  const secrets = { 'acme/network': gitHubAnswer(404), 'acme/edge': gitHubAnswer(404) };
  const { home, others } = await look(['acme/network', 'acme/edge'], { secrets }, { createMissing: true });
  expect(rejected(home).problem.steps.join()).toContain('gh secret set TE_TOKEN --repo acme/network');
  expect(others).toMatchObject([{ ok: true, value: { secret: undefined } }]);
  const without = await look(['acme/network', 'acme/edge'], { secrets });
  expect(rejected(without.others[0]).problem.steps.join()).toContain('create-missing');
});

test.each([
  ['the home', ['acme/network'], (preflight: Preflight) => preflight.home],
  ['another target', ['acme/network', 'acme/edge'], (preflight: Preflight) => preflight.others[0]],
] as const)('a key that nothing can be sealed for is found while nothing is issued: %s', async (_, lines, which) => {
  const preflight = await look(lines, { badKey: 'k' });
  const { resolved: whose, problem } = rejected(which(preflight));
  expect(whose.name).toBe(lines.at(-1));
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
  expect(messages(preflight)).toEqual([expect.stringContaining('the file libsodium.js is gone')]);
  expect(preflight.sealer.ok).toBe(false);
  expect([preflight.home, ...preflight.others].map(({ ok }) => ok)).toEqual([true, true]);
});

const seen = { 'orgs/acme': { access: { visibility: 'all' } as const } };

test('the record is read beside the home, and seen by whom the home is', async () => {
  const scene = sceneOf({ secrets: seen });
  const places: unknown[] = [];
  const { read, create, update } = scene.dependencies.variables;
  const variables: typeof scene.dependencies.variables = {
    create,
    read: (place, policy) => {
      places.push(place);
      return read(place, policy);
    },
    update: (place, change, policy) => {
      places.push([place, change.access]);
      return update(place, change, policy);
    },
  };
  const request = requestFor(['orgs/acme', 'acme/edge']);
  const { record, recordVariable, problems } = await runPreflight(request, { ...scene.dependencies, variables });
  expect(record).toEqual({ ok: true, value: usualRecord() });
  expect(problems).toEqual([]);
  await recordVariable.update([usualRecord().token], () => usualRecord(), policies.other);
  const place = { store: target('orgs/acme').store, name: 'TE_TOKEN_ROTATION' };
  expect(places).toEqual([place, [place, { visibility: 'all' }]]);
});

test('the names beside the home follow from the secret of the home', async () => {
  const preflight = await look(['acme/network as OTHER'], { secrets: { 'acme/network as OTHER_NEXT': {} } });
  expect(preflight.next).toMatchObject({ ok: true, value: rotatedLongAgo });
  expect(preflight.recordVariable.place.name).toBe('OTHER_ROTATION');
});

test('neither a record nor a next token is there: no problem', async () => {
  const { record, next, problems } = await lookAtHome({ record: null });
  expect({ record, next, problems }).toEqual({
    record: { ok: true, value: undefined },
    next: { ok: true, value: undefined },
    problems: [],
  });
});

test.each<[string, SceneOptions, string]>([
  ['cannot be read', { recordReads: gitHubAnswer(403) }, 'GitHub answered 403'],
  ['is no record', { record: 'soon' }, 'no JSON'],
  ['is of a later release', { record: '{"v":2}' }, 'version is 2'],
])('a record that %s is a problem', async (_, options, cause) => {
  const preflight = await lookAtHome(options);
  expect(preflight.record.ok).toBe(false);
  expect(messages(preflight)).toEqual([expect.stringContaining(cause)]);
});

test('a next token of which nobody knows whether it is there is a problem', async () => {
  const preflight = await lookAtHome({ secrets: { 'acme/network as TE_TOKEN_NEXT': gitHubAnswer(500) } });
  expect(preflight.next.ok).toBe(false);
  expect(messages(preflight)).toEqual([expect.stringContaining('acme/network as TE_TOKEN_NEXT: GitHub answered 500')]);
});

const none = gitHubAnswer(404);
const usual = { next: { kind: 'none' } } as const;

test.each<[string, Partial<RunRequest>, NonNullable<SceneOptions['secrets']>[string], number[], object]>([
  ['is shown late', withToken, [none, none, {}], [1, 4], { ok: true, value: rotatedLongAgo }],
  ['is not shown any more', withNote, none, [1, 4, 10], { ok: true, value: undefined }],
  ['cannot be read', withToken, gitHubAnswer(500), [], { ok: false }],
  ['was not handed to the run', usual, none, [], { ok: true, value: undefined }],
])('a next token that %s: it is looked for again as long as a 404 may pass', async (_, handed, read, pauses, found) => {
  const { dependencies, log, clock } = sceneOf({ secrets: { [beside]: read } });
  const { next } = await runPreflight(requestFor(['acme/network'], handed), dependencies);
  expect(next).toMatchObject(found);
  expect(clock.naps).toEqual(pauses.map((pause) => pause * second));
  expect(log.lines).toEqual(pauses.map((pause) => expect.stringMatching(`${beside} is .* in ${pause} s$`)));
});

test('a second secret of the same name is a warning, never a failure', async () => {
  const preflight = await look(['acme/network/environments/live']);
  expect(preflight.warnings).toEqual([expect.stringContaining('There is a second secret TE_TOKEN')]);
});

test('the home in messages: its name and its commands, with the host and with who sees it', async () => {
  const { home } = await look(['orgs/acme'], { secrets: seen });
  if (!home.ok) throw new Error('it is rejected');
  const user = { name: 'Ada', accountGroup: undefined };
  const reference = homeReferenceOf(home.value, user, 'https://github.acme.example/api/v3');
  expect(reference).toMatchObject({ name: 'orgs/acme', user });
  expect(reference.setCommand).toMatch(/gh secret set TE_TOKEN --org acme --visibility all/);
  expect(reference.deleteNextCommand).toMatch(/gh secret delete TE_TOKEN_NEXT --org acme/);
  for (const command of [reference.setCommand, reference.deleteNextCommand])
    expect(command).toContain('github.acme.example');
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

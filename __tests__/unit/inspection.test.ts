import { describe, expect, test } from '@jest/globals';
import { type InspectionRequest, inspect, isPlace } from '../../src/inspection.ts';
import type { Target } from '../../src/target.ts';
import type { TokenCheck } from '../../src/thousandeyes.ts';
import { githubAnswer } from '../support/unit-ports.ts';
import { asker, named, rotatedLongAgo, type SceneOptions, sceneOf } from '../support/unit-scene.ts';
import { day, hour, now } from '../support/unit-time.ts';

function look(lines: readonly string[], options: SceneOptions = {}, request: Partial<InspectionRequest> = {}) {
  const targets = lines.map((line) => named(line));
  return inspect({ targets, createMissing: false, expiryVariable: undefined, asker, ...request }, sceneOf(options));
}

/** Why a target that is not the home can't be written. */
async function misfit(line: string, options: SceneOptions, request: Partial<InspectionRequest> = {}) {
  const { others } = await look(['acme/home', line], options, request);
  const [other] = others;
  return other !== undefined && !isPlace(other) ? other.problem.message : undefined;
}

test('everything is as it should be', async () => {
  const inspection = await look(['acme/network', 'orgs/acme'], {
    secrets: { 'orgs/acme': { access: { visibility: 'all' } } },
  });
  expect(inspection).toEqual({
    home: {
      ...named('acme/network'),
      key: { keyId: 'key of acme/network', key: 'k' },
      secret: { ...rotatedLongAgo, access: {} },
    },
    homeMisfit: undefined,
    isAccepted: true,
    others: [
      {
        ...named('orgs/acme'),
        key: { keyId: 'key of orgs/acme', key: 'k' },
        secret: { ...rotatedLongAgo, access: { visibility: 'all' } },
      },
    ],
    expiry: { kind: 'unknown' },
    problems: [],
    warnings: [],
  });
});

test('without a home nothing is looked at', async () => {
  await expect(look([])).rejects.toThrow('there is no home');
});

test('every problem is found, not just the first', async () => {
  const inspection = await look(
    ['acme/network', 'acme/gone', 'acme/old', 'orgs/acme'],
    {
      check: { kind: 'refused', why: 'ThousandEyes answered 401' },
      variable: githubAnswer(403),
      secrets: { 'acme/network': githubAnswer(404), 'orgs/acme': githubAnswer(404) },
      repositories: { 'acme/gone': githubAnswer(404), 'acme/old': { archived: true } },
    },
    { expiryVariable: 'TE_EXPIRY' },
  );
  expect(inspection.home).toBeUndefined();
  expect(inspection.problems).toHaveLength(2);
  expect(inspection.homeMisfit?.problem.cameBack).toContain('no secret TE_TOKEN');
  expect(inspection.others.filter((other) => !isPlace(other))).toHaveLength(3);
  expect(inspection.expiry).toEqual({ kind: 'unknown' });
});

describe('the current token', () => {
  const seen = async (check: TokenCheck) => {
    const { problems, warnings } = await look(['acme/network'], { check });
    return [...problems.map(({ todo }) => todo), ...warnings].join();
  };
  test.each([
    [{ kind: 'refused', why: 'w' }, /^First start a fresh run/],
    [{ kind: 'down', why: 'w' }, /^Start the run again later/],
    [{ kind: 'proxy', why: 'w' }, /^This is no answer of ThousandEyes but of a proxy/],
    [{ kind: 'accepted' }, /^$/],
  ] as const)('$kind', async (check, text) => {
    expect(await seen(check)).toMatch(text);
  });

  test.each([
    { kind: 'odd', why: 'ThousandEyes answered 404' },
    { kind: 'limited', ms: 1, why: 'ThousandEyes answered 429' },
  ] as const)('$kind is a warning', async (check) => {
    const { problems, warnings } = await look(['acme/network'], { check });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      `Checking the current token (GET /users/current): ${check.why}, which tells nothing about the token. Going on all the same.`,
    ]);
  });
});

describe('a target that can not be written', () => {
  test.each([
    [
      'its repository is not found',
      { repositories: { 'acme/edge': githubAnswer(404) } },
      'Reading acme/edge: GitHub answered 404. Either it does not exist',
    ],
    [
      'its repository was renamed',
      { repositories: { 'acme/edge': githubAnswer(301, { headers: { location: '/repos/acme/new' } }) } },
      'Reading acme/edge: GitHub answered 301. It was renamed or moved to acme/new;',
    ],
    [
      'its repository is archived',
      { repositories: { 'acme/edge': { archived: true } } },
      'Reading acme/edge: the repository is archived, so GitHub takes no secrets for it. Unarchive it, or remove the line from `targets`.',
    ],
    [
      'its repository is disabled',
      { repositories: { 'acme/edge': { disabled: true } } },
      'Reading acme/edge: the repository is disabled. See its page on GitHub for the reason, or remove the line from `targets`.',
    ],
    [
      'its key can not be read',
      { keys: { 'acme/edge': githubAnswer(403) } },
      'Reading the public key of the Actions secrets of acme/edge: GitHub answered 403. For the',
    ],
    [
      'its secret can not be read',
      { secrets: { 'acme/edge': githubAnswer(500) } },
      'Reading acme/edge: GitHub answered 500. If GitHub is at fault',
    ],
    [
      'its secret is missing',
      { secrets: { 'acme/edge': githubAnswer(404) } },
      'Reading acme/edge: GitHub answered 404, so there is no secret TE_TOKEN in the Actions secrets of acme/edge. Check the spelling, remove the line from `targets`, or set `create-missing: true` to have it created.',
    ],
  ])('%s', async (_, options, message) => {
    expect(await misfit('acme/edge', options)).toContain(message);
  });

  test('its key is one that nothing can be sealed for', async () => {
    expect(await misfit('acme/edge', { badKey: 'k' })).toContain(
      'Reading the public key of the Actions secrets of acme/edge: GitHub answered 200 with a public key that nothing can be sealed for. ',
    );
    const { home, homeMisfit } = await look(['acme/network'], { badKey: 'k' });
    expect(home).toBeUndefined();
    expect(homeMisfit).toMatchObject(named('acme/network'));
  });

  test('its key is tried with nothing in hand: there is no token yet', async () => {
    const tried: unknown[][] = [];
    const targets = [named('acme/network'), named('acme/edge')];
    const seal = (...given: unknown[]) => tried.push(given);
    const request = { targets, createMissing: false, expiryVariable: undefined, asker };
    await inspect(request, { ...sceneOf(), seal });
    expect(tried).toEqual([
      ['', { keyId: 'key of acme/network', key: 'k' }],
      ['', { keyId: 'key of acme/edge', key: 'k' }],
    ]);
  });

  test('a credential that sees only some of the selected repositories would take it from the others', async () => {
    const answer = githubAnswer(200, { said: 'only 2 of 3 selected repositories' });
    expect(await misfit('orgs/acme', { secrets: { 'orgs/acme': answer } })).toBe(
      'Reading orgs/acme: the credential sees only 2 of 3 selected repositories of the secret. Writing it would take it from the others. Use a credential that may see all repositories of the organization.',
    );
  });

  test('what a pattern found stays unnamed', async () => {
    const targets = [named('acme/home'), named('acme/tf-1', 'acme/tf-*')];
    const messages = await Promise.all(
      [
        { keys: { 'acme/tf-1': githubAnswer(500) } },
        { secrets: { 'acme/tf-1': githubAnswer(404) } },
        { repositories: { 'acme/tf-1': { archived: true } } },
      ].map(async (options) => {
        const { others } = await look([], options, { targets });
        return others[0] !== undefined && !isPlace(others[0]) ? others[0].problem.message : '';
      }),
    );
    expect(messages.join()).not.toContain('acme/tf-1');
    expect(messages[0]).toContain('Reading the public key of acme/tf-*: ');
    expect(messages[1]).toContain('Reading acme/tf-*: GitHub answered 404, so there is no secret TE_TOKEN. ');
  });
});

describe('a secret that is missing', () => {
  const missing = (line: string) => ({ secrets: { [line]: githubAnswer(404) } });

  test.each(['acme/edge', 'acme/edge/environments/Prod', 'acme/edge/dependabot'])(
    'is created where that is asked for: %s',
    async (line) => {
      const { others } = await look(['acme/home', line], missing(line), { createMissing: true });
      expect(others).toEqual([{ ...named(line), key: { keyId: `key of ${line}`, key: 'k' }, secret: undefined }]);
    },
  );

  test.each(['orgs/acme/dependabot', 'user/codespaces'])(
    'is never created where someone must choose who sees it: %s',
    async (line) => {
      expect(await misfit(line, missing(line), { createMissing: true })).toContain(
        'Secrets of an organization or a user are never created here, because someone must choose who sees them. Create it by hand: `gh secret set TE_TOKEN -',
      );
    },
  );

  test('is never created as the home', async () => {
    const { home, homeMisfit } = await look(['acme/network'], missing('acme/network'), { createMissing: true });
    expect(home).toBeUndefined();
    expect(homeMisfit?.problem.todo).toBe(
      'The home is the secret that the workflow itself reads, so it must exist. Check `targets` and `secret-name`, or set it: `gh secret set TE_TOKEN --repo acme/network`.',
    );
  });
});

describe('the expiry variable', () => {
  const read = (options: SceneOptions, home = 'acme/network') => look([home], options, { expiryVariable: 'TE_EXPIRY' });
  const value = '2028-01-01T00:00:00Z';

  test('is read beside the home', async () => {
    const { expiry, problems } = await read({ variable: { value, updatedAt: now } });
    expect(expiry).toEqual({ kind: 'known', validUntil: Date.UTC(2028, 0, 1), writtenAt: now });
    expect(problems).toEqual([]);
  });

  test('is not read where none is kept', async () => {
    expect((await look(['acme/network'], { variable: { value, updatedAt: now } })).expiry).toEqual({ kind: 'unknown' });
  });

  test('that is not there yet is no problem', async () => {
    const { expiry, problems } = await read({ variable: githubAnswer(404) });
    expect({ expiry, problems }).toEqual({ expiry: { kind: 'unknown' }, problems: [] });
  });

  test('older than the home by over an hour is of another token', async () => {
    const secrets = { 'acme/network': { updatedAt: now } };
    expect((await read({ secrets, variable: { value, updatedAt: now - hour - 1 } })).expiry).toEqual({
      kind: 'outdated',
    });
  });

  test('counts where the home is missing: nothing else is known of it', async () => {
    const secrets = { 'acme/network': githubAnswer(404) };
    expect((await read({ secrets, variable: { value, updatedAt: now - 900 * day } })).expiry.kind).toBe('known');
  });

  test('that is no date is a problem', async () => {
    const { problems } = await read({ variable: { value: 'soon `x`', updatedAt: now } });
    expect(problems.map(({ message }) => message)).toEqual([
      'Reading the expiry variable TE_EXPIRY beside the Actions secrets of acme/network: its value is no ISO 8601 date: "soon `x`". Delete the variable, or set it to the date on which the token expires, like 2028-11-23T19:00:00Z.',
    ]);
  });

  test.each([
    ['acme/network', 'Variables', 'repo'],
    ['acme/network/environments/x', 'Environments', 'repo'],
    ['orgs/acme', 'Organization variables', 'admin:org'],
  ])('that can not be read names the permission: %s', async (home, permission, scope) => {
    const { problems } = await read({ variable: githubAnswer(403) }, home);
    expect(problems[0]?.todo).toBe(
      `The credential needs the permission "${permission}: read and write" (a classic token the scope \`${scope}\`); else leave \`expiry-variable\` out.`,
    );
  });
});

test('reading many targets shows how far it is, and when it will be done', async () => {
  // Three reads each: one over the 900 that GitHub takes in a minute.
  const targets = Array.from({ length: 301 }, (_, index) => named(`acme/service-${index}`));
  const scene = sceneOf();
  const secrets = {
    read: async (target: Target) => {
      scene.clock.advance(20);
      return scene.secrets.read(target);
    },
  };
  await inspect({ targets, createMissing: true, expiryVariable: undefined, asker }, { ...scene, secrets });
  expect(scene.log.lines).toEqual(['Read: 1 of 301, done by about 2026-11-23 19:01 UTC']);
});

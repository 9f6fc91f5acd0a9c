import { expect, test } from '@jest/globals';
import { clearedFrom, runPreflight } from '../../../src/rotation/preflight.ts';
import type { TokenCheck } from '../../../src/thousandeyes/client.ts';
import { gitHubAnswer } from '../support/fakes.ts';
import { requestFor, type SceneOptions, sceneOf } from '../support/scene.ts';
import { day, now } from '../support/time.ts';

const githubUrl = 'https://api.github.com';

function look(lines: readonly string[], options: SceneOptions = {}) {
  return runPreflight(requestFor(lines), sceneOf(options).dependencies);
}

/** Of a home that nothing is wrong with but what the options say. */
const lookAtHome = (options: SceneOptions) => look(['acme/network'], options);

test.each<[string, TokenCheck, string, string]>([
  ['refused', { kind: 'refused', detail: 'a 401' }, 'a 401, so it does not accept', 'First start a fresh run'],
  ['not answered', { kind: 'down', mayPass: true, detail: 'it is down' }, 'it is down', 'Start the run again later'],
  [
    'not answered, because the address is wrong',
    { kind: 'down', mayPass: false, detail: 'unknown host' },
    'unknown host',
    'Check `thousandeyes-api-url` (https://api.thousandeyes.com/v7)',
  ],
  [
    'answered by a proxy',
    { kind: 'proxy', detail: 'a 407' },
    'a 407',
    'This is no answer of ThousandEyes but of a proxy',
  ],
  [
    'refused for an hour by the rate limit',
    { kind: 'limited', ms: 3_600_000, detail: 'a 429' },
    'a 429 and asks to wait longer',
    'Start the run again after 2026-11-23 20:00 UTC',
  ],
])('a current token that is %s stops the run', async (_, check, cause, action) => {
  const { problems, isAccepted, warnings } = await lookAtHome({ check });
  expect(problems).toEqual([
    {
      attempt: 'Checking the current token (GET /users/current)',
      cause: expect.stringContaining(cause),
      action: expect.stringContaining(action),
    },
  ]);
  expect({ isAccepted, warnings }).toEqual({ isAccepted: false, warnings: [] });
});

test('an answer that tells nothing about the current token is a warning', async () => {
  const check = { kind: 'unclear', detail: 'ThousandEyes answered 404' } as const;
  const { problems, warnings, isAccepted } = await lookAtHome({ check });
  expect(problems).toEqual([]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/ThousandEyes answered 4\d\d, which tells nothing about the token\. Going on/);
  expect(isAccepted).toBe(false);
});

test('a role that may not read is nothing to speak of, but no acceptance', async () => {
  const check = { kind: 'forbidden', detail: 'ThousandEyes answered 403' } as const;
  expect(await lookAtHome({ check })).toMatchObject({ problems: [], warnings: [], isAccepted: false });
});

test('a refused token: the date of the home, and no environment where the home is in none', async () => {
  const check = { kind: 'refused', detail: 'ThousandEyes answered 401' } as const;
  const { problems } = await lookAtHome({ check, secrets: { 'acme/network': { updatedAt: now - 3 * day } } });
  expect(problems[0]?.action).toContain('than the home acme/network (last written on 2026-11-20 19:00 UTC)');
  expect(problems[0]?.action).not.toContain('environment:');
  expect(problems[0]?.action).toContain('`gh secret set TE_TOKEN --repo acme/network`');
});

test('a refused token: no date of a home that cannot be read', async () => {
  const check = { kind: 'refused', detail: 'ThousandEyes answered 401' } as const;
  const { problems } = await lookAtHome({ check, secrets: { 'acme/network': gitHubAnswer(404) } });
  expect(problems[0]?.action).toContain('than the home acme/network: check the name');
});

test('a refused token: the environment that the job must name, and the secret that it may read instead', async () => {
  const line = 'acme/network/environments/live';
  const { problems, warnings } = await look([line], {
    check: { kind: 'refused', detail: 'ThousandEyes answered 401' },
    secrets: { [line]: { updatedAt: now - 3 * day }, 'acme/network': { updatedAt: now - 200 * day } },
  });
  const action = problems[0]?.action ?? '';
  expect(action).toContain('(last written on 2026-11-20 19:00 UTC): does it name `environment: live`?');
  expect(action).toContain('a second secret TE_TOKEN, in the Actions secrets of acme/network');
  // It is a warning of its own, too: it stays true when the token is mended.
  expect(warnings).toHaveLength(1);
  expect(action).toContain(warnings[0]);
});

test("a refused token: another target's shadow is no cause of it", async () => {
  const { problems, warnings } = await look(['acme/home', 'orgs/acme'], {
    check: { kind: 'refused', detail: 'ThousandEyes answered 401' },
  });
  expect(warnings).toHaveLength(1);
  expect(problems[0]?.action).not.toContain('second secret');
});

test('a refused token of an organization: the command keeps who sees the secret', async () => {
  const { problems } = await look(['orgs/octo-org'], {
    check: { kind: 'refused', detail: 'ThousandEyes answered 401' },
    secrets: { 'orgs/octo-org': { access: { visibility: 'all' } } },
  });
  expect(problems[0]?.action).toContain('`gh secret set TE_TOKEN --org octo-org --visibility all`');
});

const ada = { name: 'Ada', accountGroup: 'Network' };

test('whose token it is may be shown where the running repository is private', async () => {
  const preflight = await lookAtHome({ check: { kind: 'accepted', user: ada } });
  expect(preflight.user).toEqual(ada);
  expect(clearedFrom(preflight, githubUrl)).toMatchObject({ user: ada, homeReference: { user: ada } });
});

test.each<[string, SceneOptions]>([
  ['the event says that it is public', { eventSaysPublic: true }],
  ['it is public or internal', { repositories: { 'acme/network': { isPrivate: false } } }],
])('whose token it is stays unsaid where everyone reads the log: %s', async (_, options) => {
  const preflight = await lookAtHome({ check: { kind: 'accepted', user: ada }, ...options });
  expect(preflight.user).toBeUndefined();
  expect(JSON.stringify(clearedFrom(preflight, githubUrl))).not.toContain('Ada');
});

test('whose token it is stays unsaid where nobody knows who reads the log', async () => {
  const options = {
    check: { kind: 'accepted', user: ada },
    repositories: { 'acme/network': gitHubAnswer(403) },
  } as const;
  expect((await look(['acme/network/environments/live'], options)).user).toBeUndefined();
});

test('an answer without a name tells of nobody', async () => {
  expect((await lookAtHome({ check: { kind: 'accepted', user: undefined } })).user).toBeUndefined();
});

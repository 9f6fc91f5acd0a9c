import { expect, test } from '@jest/globals';
import { runPreflight } from '../../../../src/rotation/preflight/preflight.ts';
import type { TokenCheck } from '../../../../src/thousandeyes/client.ts';
import { gitHubAnswer } from '../../support/fakes.ts';
import { currentToken, parkedToken, requestFor, type SceneOptions, sceneOf } from '../../support/scene.ts';
import { now } from '../../support/time.ts';

function look(lines: readonly string[], options: SceneOptions = {}) {
  return runPreflight(requestFor(lines), sceneOf(options).dependencies);
}

/** Of a home that nothing is wrong with but what the options say. */
const lookAtHome = (options: SceneOptions) => look(['acme/network'], options);

test.each<[string, TokenCheck, string, string]>([
  ['not answered', { kind: 'down', mayPass: true, detail: 'it is down' }, 'it is down', 'again later'],
  [
    'not answered, because the address is wrong',
    { kind: 'down', mayPass: false, detail: 'unknown host' },
    'unknown host',
    '`thousandeyes-api-url` (https://api.thousandeyes.com/v7)',
  ],
  ['answered by a proxy', { kind: 'proxy', detail: 'a 407' }, 'a 407', 'https_proxy'],
  [
    'refused for an hour by the rate limit',
    { kind: 'limited', ms: 3_600_000, detail: 'a 429' },
    'a 429',
    'after 2026-11-23 20:00 UTC',
  ],
])('a current token that is %s stops the run', async (_, check, cause, step) => {
  const { problems, warnings } = await lookAtHome({ check });
  expect(problems).toMatchObject([{ attempt: expect.stringContaining('GET /users/current') }]);
  expect(problems[0]?.cause).toContain(cause);
  expect(problems[0]?.steps.join(' ')).toContain(step);
  expect(warnings).toEqual([]);
});

test('an answer that tells nothing about the current token is a warning', async () => {
  const check = { kind: 'unclear', detail: 'ThousandEyes answered 404' } as const;
  const { problems, warnings } = await lookAtHome({ check });
  expect(problems).toEqual([]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/ThousandEyes answered 4\d\d, which tells nothing about the token/);
});

test('a role that may not read is nothing to speak of', async () => {
  const check = { kind: 'forbidden', detail: 'ThousandEyes answered 403' } as const;
  expect(await lookAtHome({ check })).toMatchObject({ problems: [], warnings: [], hand: check });
});

test('a refused token is no problem yet: an earlier run may have left a newer one', async () => {
  const check = { kind: 'refused', detail: 'ThousandEyes answered 401' } as const;
  expect(await lookAtHome({ check })).toMatchObject({ problems: [], warnings: [], hand: check, parked: undefined });
});

test('what an earlier run left is checked beside it', async () => {
  const parkedCheck = { kind: 'refused', detail: 'ThousandEyes answered 401' } as const;
  const request = requestFor(['acme/network'], { next: { kind: 'token', token: parkedToken } });
  const preflight = await runPreflight(request, sceneOf({ parkedCheck }).dependencies);
  expect(preflight).toMatchObject({ hand: { kind: 'accepted' }, parked: parkedCheck, problems: [] });
});

test.each(['none', 'note'] as const)('nothing more is checked where it is a %s', async (kind) => {
  const next = kind === 'none' ? { kind } : { kind, at: now, run: undefined };
  const { dependencies } = sceneOf();
  const checked: string[] = [];
  const checkCurrent: typeof dependencies.thousandEyes.checkCurrent = async (token, signal) => {
    checked.push(token.reveal());
    return dependencies.thousandEyes.checkCurrent(token, signal);
  };
  const thousandEyes = { ...dependencies.thousandEyes, checkCurrent };
  const preflight = await runPreflight(requestFor(['acme/network'], { next }), { ...dependencies, thousandEyes });
  expect(preflight.parked).toBeUndefined();
  expect(checked).toEqual([currentToken.reveal()]);
});

const ada = { name: 'Ada', accountGroup: 'Network' };

test('whose token it is may be shown where the running repository is private', async () => {
  const preflight = await lookAtHome({ check: { kind: 'accepted', user: ada } });
  expect(preflight.user).toEqual(ada);
});

test('whose token it is stays unsaid where everyone reads the log: in a public or an internal repository', async () => {
  const repositories = { 'acme/network': { isPrivate: false } };
  expect((await lookAtHome({ check: { kind: 'accepted', user: ada }, repositories })).user).toBeUndefined();
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

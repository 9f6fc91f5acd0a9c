import { expect, test } from '@jest/globals';
import { DAY } from '../../sandbox/clocks/clock.ts';
import { findLeaks } from '../../sandbox/leaks.ts';
import { allOutput } from '../../sandbox/runner/runner.ts';
import { startWorld } from '../../sandbox/world.ts';
import { FakeAction } from './support/fake-action.ts';

const ASK = `
  const token = E['INPUT_THOUSANDEYES-TOKEN'];
  const te = (method, path) => fetch(E['INPUT_THOUSANDEYES-API-URL'] + path, { method, headers: { authorization: 'Bearer ' + token } });
  const gh = (path) => fetch(E['INPUT_GITHUB-API-URL'] + path, { headers: { authorization: 'Bearer ' + E['INPUT_GITHUB-TOKEN'] } });
`;

test('the scene: the home holds the token of an account that is due', async () => {
  await using world = await startWorld();
  expect(world.github.open('acme/network')).toBe(world.currentToken);
  const age = world.clock.now() - (world.github.secret('acme/network')?.updatedAt ?? 0);
  expect(Math.round(age / DAY)).toBe(400);
  expect(world.thousandeyes.activeTokens()).toEqual([world.currentToken]);
});

test('further targets hold the same, written when the home was', async () => {
  await using world = await startWorld({ ageInDays: 3 });
  world.setup(['acme/edge/environments/Production EU', 'orgs/octo-org as OTHER', 'user/codespaces']);
  expect(world.github.open('acme/edge/environments/Production EU')).toBe(world.currentToken);
  expect(world.github.secretNames('orgs/octo-org')).toEqual(['OTHER']);
  const { updatedAt } = world.github.secret('user/codespaces') ?? {};
  expect(updatedAt).toBe(world.github.secret('acme/network')?.updatedAt);
  world.setup(['acme/core'], { updatedAt: 5, value: 'older' });
  expect(world.github.secret('acme/core')).toMatchObject({ updatedAt: 5, value: 'older' });
});

test('a line that means no store is refused', async () => {
  await using world = await startWorld();
  for (const line of ['acme', 'acme/network/packages', 'orgs/acme/actions/x', 'acme/network/actions/x']) {
    expect(() => world.setup([line])).toThrow(`No store: ${line}`);
  }
});

test('an action finds both servers and both credentials', async () => {
  await using world = await startWorld();
  using action = new FakeAction(`${ASK}
    say([(await te('GET', '/users/current')).status, (await gh('/repos/' + E.INPUT_TARGETS)).status,
      (await gh('/repos/acme/network/actions/runs/' + E.GITHUB_RUN_ID)).status].join());`);
  const result = await world.run({ actionDir: action.folder });
  expect(result).toMatchObject({ exitCode: 0, stdout: '200,200,200\n' });
  expect(findLeaks(allOutput(result), world.currentToken)).toEqual([]);
});

test('what neither service knows fails the world that it was asked of', async () => {
  const world = await startWorld();
  await fetch(`${world.github.url}/nowhere`);
  await expect(world.close()).rejects.toThrow('The contract was broken: GET /nowhere: not in the contract');
});

test('a kill right after the token was issued leaves the action without an answer', async () => {
  await using world = await startWorld();
  using action = new FakeAction(`${ASK}
    say('asking');
    say(await (await te('POST', '/api-tokens')).text());`);
  const result = await world.run({
    actionDir: action.folder,
    kill: ({ phase, request }) => phase === 'acted' && request.path.endsWith('/api-tokens'),
  });
  expect(result).toMatchObject({ signal: 'SIGKILL', stdout: 'asking\n' });
  expect(world.thousandeyes.issued).toHaveLength(1);
});

test('a world on a faster clock', async () => {
  await using world = await startWorld({ scale: 1_000_000 });
  const start = world.clock.now();
  await fetch(`${world.github.url}/repos/acme/network`).then((answer) => answer.text());
  expect(world.clock.now() - start).toBeGreaterThan(100_000);
});

import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { startWorld } from '../../sandbox/world.ts';
import { FakeAction } from './support/fake-action.ts';

const ASK = `
  fs.writeFileSync(E.RUNNER_TEMP + '/journal', 'x');
  say(E.RUNNER_TEMP);
  const headers = { authorization: 'Bearer ' + E['INPUT_THOUSANDEYES-TOKEN'] };
  await fetch(E['INPUT_THOUSANDEYES-API-URL'] + '/users/current', { headers }).then((answer) => answer.text());
  await fetch(E['INPUT_THOUSANDEYES-API-URL'] + '/api-tokens', { method: 'POST', headers }).then((answer) => answer.text());
  say('went on');
  await new Promise((resolve) => setTimeout(resolve, 10_000));
`;

test.each([
  ['received', 0],
  ['acted', 1],
  ['answered', 1],
] as const)('a run dies once its request is %s, and its machine with it', async (phase, issued) => {
  await using world = await startWorld();
  using action = new FakeAction(ASK, `say('post')`);
  const result = await world.run({ actionDir: action.folder, ...world.killedAt({ phase, path: '/api-tokens' }) });
  expect(result).toMatchObject({ signal: 'SIGKILL', files: [{ path: 'journal' }] });
  expect(result).not.toHaveProperty('post');
  expect(existsSync(result.stdout.split('\n')[0] ?? '')).toBe(false);
  expect(world.thousandeyes.issued).toHaveLength(issued);
  expect(world.requests.map(({ path }) => path)).toEqual(['/v7/users/current', '/v7/api-tokens']);
});

test('requests are counted over both servers', async () => {
  await using world = await startWorld();
  using action = new FakeAction(ASK);
  const result = await world.run({ actionDir: action.folder, ...world.killedAt({ nth: 1, phase: 'received' }) });
  expect([result.signal, world.requests.length]).toEqual(['SIGKILL', 1]);
});

test('where the moment never comes, nothing is left for the next run', async () => {
  await using world = await startWorld();
  using action = new FakeAction(ASK.replace('10_000', '1'));
  const lived = await world.run({ actionDir: action.folder, ...world.killedAt({ nth: 3, phase: 'received' }) });
  const next = await world.run({ actionDir: action.folder });
  expect([lived.exitCode, next.exitCode]).toEqual([0, 0]);
  expect(world.requests.map(({ fault }) => fault)).toEqual([undefined, undefined, undefined, undefined]);
});

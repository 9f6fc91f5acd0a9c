import { connect } from 'node:net';
import { getOctokit } from '@actions/github';
import { describe, expect, test } from '@jest/globals';
import { GitHubClient } from '../../../src/github/client.ts';
import { Throttle } from '../../../src/github/throttle.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createConnector } from '../../../src/lib/connector.ts';
import { createHttp } from '../../../src/lib/http.ts';
import { announced, type Network } from '../../../src/lib/network.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { open, proxy } from '../../integration/support/connections.ts';
import { serve } from '../../integration/support/loopback.ts';
import { LossProcess } from '../../loss/support/process.ts';
import { home, startScene } from '../../loss/support/scene.ts';
import { fakeRetryContext } from '../../unit/support/fakes.ts';
import { read, scriptedGitHub, write } from '../../unit/support/scripted-github.ts';
import { minute, second } from '../../unit/support/time.ts';

/** Waits, and a proxy that is silent. */

const url = 'https://gh.example/api/v3/user';
const line = 'No answer from gh.example for 10 s; waiting on';

describe('an answer that is waited for longer than ten seconds is told', () => {
  const scene = () => {
    const { clock, log } = fakeRetryContext();
    const created = { status: 201, headers: {}, body: '' };
    const silent: Network = {
      send: async ({ timeout }) => {
        await clock.sleep(timeout - 1);
        return { status: 200, headers: {}, body: '' };
      },
      open: () => ({ answer: clock.sleep(minute).then(() => created), arrived: () => 0, close: () => undefined }),
      close: () => undefined,
    };
    const { send, open: exchange } = announced(silent, { clock, log });
    const ask = (timeout: number) => send({ method: 'GET', url, headers: {}, timeout });
    return { log, ask, exchange };
  };

  test('and none that comes before', async () => {
    const { log, ask } = scene();
    await ask(10 * second);
    expect(log.lines).toEqual([]);
    await ask(20 * second);
    expect(log.lines).toEqual([line]);
  });

  test('once for all that wait at the same time', async () => {
    const { log, ask } = scene();
    await Promise.all([ask(20 * second), ask(15 * second), ask(20 * second)]);
    expect(log.lines).toEqual([line]);
    await ask(20 * second);
    expect(log.lines).toEqual([line, line]);
  });

  test('also that to the request for a token', async () => {
    const { log, exchange } = scene();
    await exchange({ method: 'POST', url, headers: {}, patience: () => 0 }).answer;
    expect(log.lines).toEqual([line]);
  });
});

test("a wait for GitHub's limits is told, once for all that wait behind it", async () => {
  const { github, log } = scriptedGitHub([{ status: 204 }]);
  await Promise.all(Array.from({ length: 100 }, () => github.call(write)));
  expect(log.lines).toEqual([expect.stringMatching(/^Writing it: waiting 6\d s, as GitHub's limits ask$/)]);
});

test('the whole run is told of each of its waits', async () => {
  await using scene = await startScene({ frozen: true });
  const { world } = scene;
  world.github.showLate(home, 40_000);
  world.faults.add({ method: 'POST', path: '/api-tokens', times: 1, fault: { kind: 'hang', acted: false } });
  world.faults.add({ method: 'GET', path: 'secrets/TE_TOKEN', times: 1, fault: { kind: 'hang', acted: false } });
  using job = new LossProcess(scene);
  const run = await job.main();
  expect([run.failed, scene.missing]).toEqual([false, []]);
  for (const { url: address } of [world.thousandeyes, world.github])
    expect(run.said).toContain(`No answer from ${new URL(address).host} for 10 s`);
  expect(run.said).toMatch(/does not show the write of acme\/network yet; reading its date again in 1\d s/);
});

test('a proxy that is silent once is asked again', async () => {
  const server = await serve((_, response) => response.end('{"id":1}'));
  let asked = 0;
  const { address } = await proxy((socket) => {
    if (++asked === 1) return;
    const upstream = connect(Number(new URL(server).port), '127.0.0.1');
    upstream.on('error', () => undefined);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(upstream).pipe(socket);
  });
  const connector = createConnector({ http_proxy: address }, 50);
  const { send, close } = createHttp(systemClock, connector);
  open.push({ close }, connector);
  const { log, cancellation } = fakeRetryContext();
  const baseUrl = 'http://gh.invalid';
  const octokit = getOctokit('none', { baseUrl });
  const context = { clock: systemClock, log, cancellation, send, throttle: new Throttle(systemClock), octokit };
  const answer = await new GitHubClient(baseUrl, new Secret('ghp_of-the-proxy-test'), context).call(read);
  expect([answer.status, asked]).toEqual([200, 2]);
});

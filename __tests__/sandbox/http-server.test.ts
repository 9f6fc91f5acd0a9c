import { expect, test } from '@jest/globals';
import { SandboxClock } from '../../sandbox/clocks/clock.ts';
import { repositoryJson } from '../../sandbox/github/operations/json.ts';
import { Repositories } from '../../sandbox/github/stores/repositories.ts';
import { type Answer, SandboxServer } from '../../sandbox/http/server.ts';
import { Traffic } from '../../sandbox/http/traffic.ts';

/** A server that gives this answer to everything, or fails without one. */
class FixedServer extends SandboxServer {
  answer: Answer | undefined;

  protected override act(): Answer {
    if (!this.answer) throw new Error('broken');
    return this.answer;
  }
}

async function visit(answer: Answer | undefined): Promise<{ violations: string[]; reply: Response | string }> {
  const traffic = new Traffic(new SandboxClock({ start: Date.UTC(2030, 0, 1) }));
  const server = new FixedServer('github', '', traffic);
  server.answer = answer;
  await server.start();
  const reply = await fetch(`${server.url}/repos/acme/network`).catch(String);
  await server.stop();
  return { violations: traffic.violations, reply };
}

test('an answer that breaks the contract is recorded', async () => {
  const { violations } = await visit({ status: 200, body: { id: 1 } });
  expect(violations).toContain("GET /repos/acme/network → 200: body must have required property 'name'");
  const repository = new Repositories(new SandboxClock()).add('acme/network');
  const fine = repositoryJson('https://api.github.com', repository, 'Organization');
  expect((await visit({ status: 200, body: fine })).violations).toEqual([]);
});

test('a server that fails breaks the connection and is recorded', async () => {
  const { violations, reply } = await visit(undefined);
  expect(reply).toBe('TypeError: fetch failed');
  expect(violations).toEqual(['the sandbox failed at GET /repos/acme/network: Error: broken']);
});

test('answers carry the date of the sandbox', async () => {
  const { reply } = await visit({ status: 404, headers: { 'X-Own': 'a' }, body: { message: 'Not Found' } });
  const headers = (reply as Response).headers;
  expect([headers.get('date')?.slice(0, 16), headers.get('x-own')]).toEqual(['Tue, 01 Jan 2030', 'a']);
});

import { GitHub } from '../../src/github.ts';
import { NoAnswer } from '../../src/http.ts';
import { octokitFor } from '../../src/octokit.ts';
import { Secret } from '../../src/secret.ts';
import { judged } from './unit-contract.ts';
import { fakeRetryPorts, unpaced } from './unit-ports.ts';

/** What the wire answers: a status alone, or with a JSON body and headers. */
export type Reply = number | { status: number; json?: unknown; headers?: Record<string, string> };

/**
 * The GitHub client over a wire that answers by `METHOD /path`. A list is answered one after the other, its last entry
 * for ever; what is not in the table gets 404. A request that GitHub's description doesn't know fails the test.
 */
export function githubOver(replies: Record<string, Reply | readonly Reply[]>, credential = 'ghp_over-a-fake-wire') {
  const ports = fakeRetryPorts();
  const calls: string[] = [];
  const bodies: unknown[] = [];
  const counts = new Map<string, number>();
  const send = judged('github', 'https://gh.example', async ({ method, url, body }) => {
    const call = `${method} ${url.replace('https://gh.example', '')}`;
    calls.push(call);
    bodies.push(body === undefined ? undefined : JSON.parse(body));
    const reply = replies[call] ?? 404;
    const count = counts.get(call) ?? 0;
    counts.set(call, count + 1);
    const one = Array.isArray(reply) ? reply[Math.min(count, reply.length - 1)] : reply;
    if (one === 0) throw new NoAnswer('the connection broke off', true);
    const { status, json, headers = {} } = typeof one === 'number' ? { status: one } : one;
    return { status, headers, body: json === undefined ? '' : JSON.stringify(json), complete: true };
  });
  const secret = new Secret(credential);
  const octokit = octokitFor('https://gh.example', secret);
  const github = new GitHub('https://gh.example', secret, { ...ports, send, pace: unpaced, octokit });
  return { ...ports, github, calls, bodies };
}

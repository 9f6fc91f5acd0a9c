import { getOctokit } from '@actions/github';
import { GitHubClient } from '../../../src/github/client.ts';
import { Throttle } from '../../../src/github/throttle.ts';
import type { HttpRequest } from '../../../src/lib/http.ts';
import { NoAnswer } from '../../../src/lib/no-answer.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { fakeRetryContext } from './fakes.ts';
import { judged } from './judged-wire.ts';

/** What the wire answers: a status alone, or with a body (JSON, or text as it is) and headers. 0 is a broken connection. */
export type Reply =
  | number
  | { status: number; json?: unknown; text?: string; headers?: Record<string, string> }
  | NoAnswer;

/**
 * The GitHub client over a wire that answers by `METHOD /path`. A list is answered one after the other, its last entry
 * for ever; what is not in the table gets 404. A request that GitHub's description doesn't know fails the test.
 */
export function gitHubOver(replies: Record<string, Reply | readonly Reply[]>, credential = 'ghp_over-a-fake-wire') {
  const context = fakeRetryContext();
  const calls: string[] = [];
  const bodies: unknown[] = [];
  const requests: HttpRequest[] = [];
  const counts = new Map<string, number>();
  const send = judged('github', 'https://gh.example', async (request) => {
    const { method, url, body } = request;
    const call = `${method} ${url.replace('https://gh.example', '')}`;
    requests.push(request);
    calls.push(call);
    bodies.push(body === undefined ? undefined : JSON.parse(body));
    const reply = replies[call] ?? 404;
    const count = counts.get(call) ?? 0;
    counts.set(call, count + 1);
    const one = Array.isArray(reply) ? reply[Math.min(count, reply.length - 1)] : reply;
    if (one instanceof NoAnswer) throw one;
    if (one === 0) throw new NoAnswer('the connection broke off');
    const { status, json, text, headers = {} } = typeof one === 'number' ? { status: one } : one;
    return { status, headers, body: text ?? (json === undefined ? '' : JSON.stringify(json)) };
  });
  const octokit = getOctokit(credential, { baseUrl: 'https://gh.example', userAgent: 'rotate-thousandeyes-token' });
  const throttle = new Throttle(context.clock);
  const github = new GitHubClient('https://gh.example', new Secret(credential), {
    ...context,
    send,
    throttle,
    octokit,
  });
  return { ...context, github, calls, bodies, requests };
}

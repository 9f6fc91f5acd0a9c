import { getOctokit } from '@actions/github';
import { GitHubClient, type GitHubRequest } from '../../../src/github/client.ts';
import { policies } from '../../../src/github/policies.ts';
import { Throttle } from '../../../src/github/throttle.ts';
import type { HttpRequest } from '../../../src/lib/http.ts';
import type { RawAnswer } from '../../../src/lib/raw-answer.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { fakeRetryContext } from './fakes.ts';
import { judged } from './judged-wire.ts';
import { second } from './time.ts';

const base = 'https://gh.example/api/v3';
const path = '/repos/acme/network';

/** A read and a write, each of which a test changes to its needs. */
export const read: GitHubRequest = { what: 'Reading it', method: 'GET', path, policy: policies.read };
export const write: GitHubRequest = {
  what: 'Writing it',
  method: 'PUT',
  path: `${path}/actions/secrets/TE_TOKEN`,
  policy: policies.home,
  body: { encrypted_value: 'c2VhbGVk', key_id: '7' },
};

export type Scripted = Partial<RawAnswer> | Error;

/** The GitHub client over a wire that gives one answer after the other, whatever is asked; the last one stays. */
export function scriptedGitHub(answers: readonly [Scripted, ...Scripted[]], value = 'ghp_of-the-github-client') {
  const context = fakeRetryContext();
  const startedAt = context.clock.monotonic();
  const requests: HttpRequest[] = [];
  /** When each request left, in seconds from the begin. */
  const sentAt: number[] = [];
  const elapsed = () => context.clock.monotonic() - startedAt;
  const send = judged('github', base, async (request: HttpRequest): Promise<RawAnswer> => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(request);
    sentAt.push(elapsed() / second);
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, body: '{}', ...answer };
  });
  const octokit = getOctokit(value, { baseUrl: base, userAgent: 'rotate-thousandeyes-token' });
  const throttle = new Throttle(context.clock);
  const github = new GitHubClient(base, new Secret(value), { ...context, send, throttle, octokit });
  return { ...context, throttle, github, requests, sentAt, elapsed };
}

/** One read, and all that it took. */
export async function readOnce(...answers: readonly [Scripted, ...Scripted[]]) {
  const scene = scriptedGitHub(answers);
  const answer = await scene.github.call(read);
  return { ...scene, answer, naps: scene.clock.naps, sent: scene.requests.length };
}

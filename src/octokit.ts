import { Octokit } from '@octokit/core';
import type { Secret } from './secret.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * The toolkit's Octokit without its table of all endpoints, and without the HTTP stack that it brings along. It logs
 * nothing, because it would log what is ours to word.
 */
export function octokitFor(githubUrl: string, credential: Secret): Octokit {
  return new Octokit({
    auth: `token ${credential.reveal()}`,
    baseUrl: githubUrl,
    log: silent,
    userAgent: 'rotate-thousandeyes-token',
  });
}

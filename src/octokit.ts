import { Octokit } from '@octokit/core';
import type { Secret } from './secret.ts';

/** The toolkit's Octokit without its table of all endpoints, and without the HTTP stack that it brings along. */
export function octokitFor(githubUrl: string, credential: Secret): Octokit {
  return new Octokit({
    auth: `token ${credential.reveal()}`,
    baseUrl: githubUrl,
    userAgent: 'rotate-thousandeyes-token',
  });
}

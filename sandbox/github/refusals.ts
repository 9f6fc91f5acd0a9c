import type { Fault } from '../http/faults.ts';
import { Refusal } from './errors.ts';

/**
 * Answers of GitHub that are no missing permission, each as a fault. The words of the 403s are GitHub's, as people
 * reported them in public issues; those of `endedVersion` and of the pages are the sandbox's.
 */
export const githubRefusals = {
  ipAllowList: (owner = 'acme'): Fault =>
    refusal(
      403,
      `Although you appear to have the correct authorization credentials, the \`${owner}\` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.`,
    ),
  classicForbidden: (owner = 'acme'): Fault =>
    refusal(
      403,
      `\`${owner}\` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.`,
    ),
  lifetimeTooLong: (owner = 'acme', days = 366): Fault =>
    refusal(
      403,
      `The '${owner}' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than ${days} days. Please adjust your token's lifetime at the following URL: https://github.com/settings/personal-access-tokens/1234567`,
    ),
  suspendedInstallation: (): Fault => refusal(403, 'This installation has been suspended'),
  /** What a classic token of a user without the admin role gets; it tells no scope that would help. */
  notAdmin: (): Fault => refusal(403, 'Must have admin rights to Repository.'),
  /** The version of the REST API that was asked for has ended. */
  endedVersion: (version = '2022-11-28'): Fault => refusal(410, `The API version ${version} is no longer supported.`),
  /** A host that shows its login page in place of an API: a web address, or a proxy's portal. */
  loginPage: (location = 'https://github.example/login?return_to=%2F', status = 302): Fault => {
    return page(status, `<html><body>You are being <a href="${location}">redirected</a>.</body></html>`, { location });
  },
  /** A host that is GitHub, but not its API. */
  webNotFound: (): Fault =>
    page(404, '<!DOCTYPE html><html><head><title>Page not found · GitHub</title></head></html>'),
};

// What GitHub sends along with everything: no limit is near.
const HEADERS = {
  'x-github-request-id': 'ABCD:0123456789ABCDEF',
  'x-ratelimit-limit': '5000',
  'x-ratelimit-remaining': '4882',
  'x-ratelimit-used': '118',
  'x-ratelimit-resource': 'core',
};

function refusal(status: number, message: string): Fault {
  return { kind: 'status', ...new Refusal(status, message, HEADERS).answer() };
}

function page(status: number, body: string, headers: Record<string, string> = {}): Fault {
  return { kind: 'status', status, headers, contentType: 'text/html; charset=utf-8', body };
}

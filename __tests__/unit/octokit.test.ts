import { expect, jest, test } from '@jest/globals';
import { octokitFor } from '../../src/octokit.ts';
import { patience } from '../../src/retry.ts';
import { Secret } from '../../src/secret.ts';
import { githubOver } from '../support/unit-github.ts';

test('a request goes to the given API with the credential and the name of this action', async () => {
  const sent: { url: string; headers: Record<string, string> }[] = [];
  const fetch = async (url: string, { headers }: { headers: Record<string, string> }) => {
    sent.push({ url, headers });
    return { status: 204, url, headers: [] };
  };
  const octokit = octokitFor('https://gh.example/api/v3', new Secret('ghp_of-octokit'));
  await octokit.request('GET /user', { request: { fetch } });
  expect(sent).toMatchObject([
    {
      url: 'https://gh.example/api/v3/user',
      headers: {
        authorization: 'token ghp_of-octokit',
        'user-agent': expect.stringMatching(/^rotate-thousandeyes-token octokit-core/),
      },
    },
  ]);
});

test('what it would say of an answer stays unsaid: the log is ours to word', async () => {
  const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const headers = { deprecation: 'Tue, 01 Dec 2026 00:00:00 GMT', sunset: 'Wed, 01 Dec 2027 00:00:00 GMT' };
  const { github } = githubOver({ 'GET /orgs/acme/actions/secrets': { status: 200, json: {}, headers } });
  expect(await github.call('Reading it', 'GET', '/orgs/acme/actions/secrets', patience.read)).toMatchObject({
    status: 200,
  });
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});

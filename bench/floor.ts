import * as core from '@actions/core';
import { getOctokit } from '@actions/github';
import sodium from 'libsodium-wrappers';
import { Agent, request } from 'undici';

/**
 * The floor: what a rotation of one target can cost at least. The same requests in the same round trips by the same
 * packages, each by its own entry, and nothing besides: nothing is tested, journaled, retried or reported. GitHub's
 * requests are sent by octokit, as its authors intend, or with `FLOOR_SENDER=undici` by undici, as the action does it.
 */
const token = core.getInput('thousandeyes-token');
const credential = core.getInput('github-token');
const thousandEyes = core.getInput('thousandeyes-api-url');
const baseUrl = core.getInput('github-api-url');
const repository = `/repos/${core.getInput('targets')}`;
const secrets = `${repository}/actions/secrets`;
/** As long as a record of one target. */
const text = JSON.stringify({ v: 1, run: 'x'.repeat(400) });
const agent = new Agent({ connections: 40 });
const octokit = getOctokit(credential, { baseUrl, userAgent: 'rotate-thousandeyes-token' });

const next = `${secrets}/TE_TOKEN_NEXT`;
const name = 'TE_TOKEN_ROTATION';
const record = `${repository}/actions/variables/${name}`;

for (const secret of [token, credential]) core.setSecret(secret);

// Inspect: nothing is kept beside the home.
const [key] = await Promise.all([
  toGitHub('GET', `${secrets}/public-key`),
  toGitHub('GET', repository),
  toGitHub('GET', `${secrets}/TE_TOKEN`),
  toGitHub('GET', next, {}, 404),
  toGitHub('GET', record),
  toThousandEyes('GET', '/users/current', token),
  sodium.ready,
]);
// Prove.
await Promise.all([toGitHub('PUT', next, sealed('asked', key)), toGitHub('PATCH', record, { name })]);
// Issue.
const { bearerToken } = (await toThousandEyes('POST', '/api-tokens', token)) as { bearerToken: string };
core.setSecret(bearerToken);
// Keep, and verify.
const box = sealed(bearerToken, key);
await Promise.all([
  toGitHub('PUT', next, box),
  toThousandEyes('GET', '/users/current', bearerToken),
  toGitHub('GET', `${secrets}/TE_TOKEN`),
]);
// Finish: the home, the record, and then nothing is kept any more.
await Promise.all([toGitHub('PUT', `${secrets}/TE_TOKEN`, box), toGitHub('GET', next)]);
await toGitHub('GET', `${secrets}/TE_TOKEN`);
await Promise.all([toGitHub('PATCH', record, { name, value: text }), toGitHub('GET', next)]);
await toGitHub('DELETE', next);
await agent.destroy();

function sealed(clear: string, key: unknown): object {
  const { key_id, key: publicKey } = key as { key_id: string; key: string };
  const box = sodium.crypto_box_seal(clear, sodium.from_base64(publicKey, sodium.base64_variants.ORIGINAL));
  return { encrypted_value: sodium.to_base64(box, sodium.base64_variants.ORIGINAL), key_id };
}

async function toGitHub(
  method: 'GET' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  content: object = {},
  expected = 200,
): Promise<unknown> {
  const options = { method, baseUrl, url: path, headers: { 'x-github-api-version': '2022-11-28' }, ...content };
  if (process.env.FLOOR_SENDER !== 'undici')
    return octokit.request(options).then(
      ({ data }) => data,
      (error: { status: number }) => {
        if (error.status !== expected) throw error;
      },
    );
  const built = octokit.request.endpoint(options);
  const headers = { ...(built.headers as Record<string, string>), authorization: `token ${credential}` };
  return send(method, built.url, headers, built.body === undefined ? undefined : JSON.stringify(built.body), expected);
}

function toThousandEyes(method: 'GET' | 'POST', path: string, bearer: string): Promise<unknown> {
  return send(method, thousandEyes + path, { accept: 'application/hal+json', authorization: `Bearer ${bearer}` });
}

async function send(
  method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE',
  url: string,
  headers: Record<string, string>,
  body?: string,
  expected = 200,
): Promise<unknown> {
  const answer = await request(url, { method, headers, body: body ?? null, dispatcher: agent });
  const text = await answer.body.text();
  if (answer.statusCode >= 300 && answer.statusCode !== expected)
    throw new Error(`${method} ${url}: ${answer.statusCode}`);
  return text === '' ? undefined : JSON.parse(text);
}

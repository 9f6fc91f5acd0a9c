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
const agent = new Agent({ connections: 40 });
const octokit = getOctokit(credential, { baseUrl, userAgent: 'rotate-thousandeyes-token' });

for (const secret of [token, credential]) core.setSecret(secret);

// Preflight.
const [key] = await Promise.all([
  toGitHub('GET', `${secrets}/public-key`),
  toGitHub('GET', repository),
  toGitHub('GET', `${secrets}/TE_TOKEN`),
  toThousandEyes('GET', '/users/current', token),
  sodium.ready,
]);
// Probe.
await toGitHub('PUT', `${secrets}/ROTATION_WRITE_TEST`, sealed('A test whether secrets can be written.', key));
// Issue.
const [issued] = await Promise.all([
  toThousandEyes('POST', '/api-tokens', token),
  toGitHub('DELETE', `${secrets}/ROTATION_WRITE_TEST`),
]);
const { bearerToken } = issued as { bearerToken: string };
core.setSecret(bearerToken);
// Verify, store, confirm.
await toThousandEyes('GET', '/users/current', bearerToken);
await toGitHub('PUT', `${secrets}/TE_TOKEN`, sealed(bearerToken, key));
await toGitHub('GET', `${secrets}/TE_TOKEN`);
await agent.destroy();

function sealed(clear: string, key: unknown): object {
  const { key_id, key: publicKey } = key as { key_id: string; key: string };
  const box = sodium.crypto_box_seal(clear, sodium.from_base64(publicKey, sodium.base64_variants.ORIGINAL));
  return { encrypted_value: sodium.to_base64(box, sodium.base64_variants.ORIGINAL), key_id };
}

async function toGitHub(method: 'GET' | 'PUT' | 'DELETE', path: string, content: object = {}): Promise<unknown> {
  const options = { method, baseUrl, url: path, headers: { 'x-github-api-version': '2022-11-28' }, ...content };
  if (process.env.FLOOR_SENDER !== 'undici') return (await octokit.request(options)).data;
  const built = octokit.request.endpoint(options);
  const headers = { ...(built.headers as Record<string, string>), authorization: `token ${credential}` };
  return send(method, built.url, headers, built.body === undefined ? undefined : JSON.stringify(built.body));
}

function toThousandEyes(method: 'GET' | 'POST', path: string, bearer: string): Promise<unknown> {
  return send(method, thousandEyes + path, { accept: 'application/hal+json', authorization: `Bearer ${bearer}` });
}

async function send(
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  url: string,
  headers: Record<string, string>,
  body?: string,
): Promise<unknown> {
  const answer = await request(url, { method, headers, body: body ?? null, dispatcher: agent });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${url}: ${answer.statusCode}`);
  return text === '' ? undefined : JSON.parse(text);
}

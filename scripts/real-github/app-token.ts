import { createSign } from 'node:crypto';
import { appendFileSync } from 'node:fs';

/** A GitHub App, and for which repository it is asked. */
export type App = { api: string; clientId: string; privateKey: string; repository: string };

/** The two forms of an App's token, as the header has them. Source: GitHub's changelog of 2026-05-15. */
export const FORMS = { stateless: 'enabled', stateful: 'disabled' } as const;

/**
 * A token of an App's installation in one of its two forms, which may read what a check reads and nothing else.
 *
 * @throws where GitHub gives none
 */
export async function appToken({ api, repository, ...app }: App, form: keyof typeof FORMS): Promise<string> {
  const headers = { authorization: `Bearer ${signed(app)}`, 'x-github-stateless-s2s-token': FORMS[form] };
  const { id } = await asked<{ id: number }>(`${api}/repos/${repository}/installation`, { headers });
  const permissions = { metadata: 'read', secrets: 'read', environments: 'read', actions_variables: 'read' };
  const body = JSON.stringify({ repositories: [repository.split('/')[1]], permissions });
  const path = `${api}/app/installations/${id}/access_tokens`;
  return (await asked<{ token: string }>(path, { method: 'POST', headers, body })).token;
}

/** What an App proves itself with, for five minutes. Source: GitHub's "Generating a JSON Web Token (JWT) for a GitHub App". */
function signed({ clientId, privateKey }: Pick<App, 'clientId' | 'privateKey'>): string {
  const now = Math.floor(Date.now() / 1000);
  const parts = [
    { alg: 'RS256', typ: 'JWT' },
    { iat: now - 60, exp: now + 300, iss: clientId },
  ];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
}

async function asked<Answer>(url: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${init.method ?? 'GET'} ${new URL(url).pathname}: ${answer.status}`);
  return (await answer.json()) as Answer;
}

// node scripts/real-github/app-token.ts
if (import.meta.main) {
  const { GITHUB_API_URL: api = '', GITHUB_OUTPUT: output = '', CLIENT_ID, PRIVATE_KEY, REPOSITORY } = process.env;
  const app = { api, clientId: CLIENT_ID ?? '', privateKey: PRIVATE_KEY ?? '', repository: REPOSITORY ?? '' };
  for (const form of ['stateless', 'stateful'] as const) {
    const token = await appToken(app, form);
    console.log(`::add-mask::${token}`);
    appendFileSync(output, `${form}=${token}\n`);
    console.log(`::notice::An App's ${form} token has ${token.length} characters`);
  }
}

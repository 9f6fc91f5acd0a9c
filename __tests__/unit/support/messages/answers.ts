import type { GitHubAnswer } from '../../../../src/github/answer.ts';
import { causeOf } from '../../../../src/github/answer.ts';
import { policies } from '../../../../src/github/policies.ts';
import { RepositoriesClient } from '../../../../src/github/repositories.ts';
import { SecretsClient } from '../../../../src/github/secrets.ts';
import { VariablesClient } from '../../../../src/github/variables.ts';
import { fileFault } from '../../../../src/lib/file-fault.ts';
import { noAnswerFrom } from '../../../../src/lib/no-answer.ts';
import { proxyFor } from '../../../../src/lib/proxy.ts';
import type { Result } from '../../../../src/lib/result.ts';
import { runtimeFaults } from '../../../../src/lib/runtime.ts';
import { Secret } from '../../../../src/lib/secret.ts';
import { resolved } from '../fakes.ts';
import { gitHubOver, type Reply } from '../github-over-wire.ts';
import { json, thousandEyesOver, type WireReply } from '../thousandeyes-over-wire.ts';
import { second } from '../time.ts';
import { type Chapter, type Message, type Situation, situation } from './manuscript.ts';
import { logLines } from './playing.ts';

const part = (text: string): Message => ({ kind: 'cause', text });
const codes = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_WEBASSEMBLY_NOT_SUPPORTED',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'EHOSTUNREACH',
  'ECONNRESET',
  'EWHATEVER',
];
const errors = [...codes.map((code) => ({ code })), { name: 'HTTPParserError' }];
const proxy = proxyFor(new URL('https://api.github.com'), { https_proxy: 'ftp://proxy.example' });

const token = new Secret('te-token-of-the-answers');

const echo = json(401, { error: 'invalid_token', error_description: `The token ${token.reveal()} is invalid` });

/** What is made of ThousandEyes' answers to the request for a token. */
function thousandEyesAnswers(title: string, ...replies: readonly WireReply[]): Situation {
  return {
    title,
    say: async () => {
      const said: Message[] = [];
      for (const reply of replies) {
        const answer = await thousandEyesOver(reply).api.regenerate(token).answer;
        if ('detail' in answer) said.push(part(answer.detail));
      }
      return said;
    },
  };
}

const home = resolved('acme/network');
const organization = resolved('orgs/acme');

/** Every kind of request to GitHub, each to a server that answers all alike. */
async function everyRequest(reply: Reply): Promise<GitHubAnswer[]> {
  const answers: GitHubAnswer[] = [];
  const ask = async (request: (over: ReturnType<typeof gitHubOver>['github']) => Promise<unknown>) => {
    const everything = new Proxy({}, { get: () => reply, has: () => true });
    const { github, log } = gitHubOver(everything);
    const result = (await request(github)) as Result<unknown, GitHubAnswer> | boolean | undefined;
    for (const line of log.lines.slice(0, 1)) logLines.add(line);
    if (typeof result === 'object' && !result.ok) answers.push(result.error);
  };
  await ask((github) => new SecretsClient(github).publicKey(home));
  await ask((github) => new SecretsClient(github).read(home));
  await ask((github) => new SecretsClient(github).read(organization));
  await ask((github) => new SecretsClient(github).count(home));
  await ask((github) => new SecretsClient(github).isSharedByOrganization('acme', 'network', 'TE_TOKEN'));
  await ask((github) => new SecretsClient(github).delete(home, policies.cleanup));
  await ask((github) => new SecretsClient(github).write(home, { keyId: '1', value: 'c2VhbGVk' }, policies.other));
  const record = { store: home.target.store, name: 'TE_TOKEN_ROTATION' };
  await ask((github) => new VariablesClient(github).read(record));
  await ask((github) => new VariablesClient(github).update(record, {}, policies.other));
  await ask((github) => new VariablesClient(github).create(record, { value: 'x', access: {} }, policies.other));
  await ask((github) => new RepositoriesClient(github).read('acme', 'network'));
  await ask((github) => new RepositoriesClient(github).list('acme'));
  await ask((github) => new RepositoriesClient(github).hasEnvironment('acme', 'network', 'production'));
  return answers;
}

/** GitHub asked for quiet, and the next request does not wait for that. */
async function wantsQuiet(): Promise<Message[]> {
  const { github } = gitHubOver({ 'GET /repos/acme/network': { status: 429, headers: { 'retry-after': '7200' } } });
  const repositories = new RepositoriesClient(github);
  await repositories.read('acme', 'network');
  const second = await repositories.read('acme', 'edge');
  return second.ok ? [] : [part(causeOf(second.error))];
}

export const answers: Chapter = {
  title: 'What came back',
  situations: [
    situation(
      'Nothing, by what went wrong',
      ...errors.map((error) => part(noAnswerFrom(error, 'api.github.com').message)),
    ),
    situation(
      'A runner whose settings are wrong',
      ...runtimeFaults({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, false).map(part),
    ),
    situation(
      "A file of the runner's that cannot be written",
      ...['EACCES', 'EROFS', 'ENOSPC', 'ENOENT', 'EIO'].map((code) => part(fileFault({ code }, 'RUNNER_TEMP'))),
    ),
    situation('A proxy that cannot be used', ...(proxy.ok ? [] : [part(proxy.error)])),
    {
      title: 'From ThousandEyes, about the current token',
      say: async () => {
        const found = await thousandEyesOver(echo).api.checkCurrent(token, new AbortController().signal);
        return 'detail' in found ? [part(found.detail)] : [];
      },
    },
    thousandEyesAnswers(
      'From ThousandEyes, to the request for a token',
      { status: 0, body: 'SSH-2.0' },
      json(409, { detail: 'The user has reached the maximum number of allowed tokens' }),
      echo,
      json(502, { detail: 'Issued as 0e44c1c4-3cc9-4c1e-9f3e-9c86a1d1b8e5' }),
      { status: 502, body: '<html>' },
      json(503, { bearerToken: 'te-beside-an-error' }),
      json(201, { token: 'te-elsewhere' }),
      json(201, { bearerToken: 'x'.repeat(50_000) }),
      { status: 201, body: '{"bearerToken": "te-' },
    ),
    {
      title: 'From GitHub, a 200 that is none',
      say: async () => [...new Set((await everyRequest({ status: 200, json: {} })).map(causeOf))].map(part),
    },
    { title: 'From GitHub, earlier', say: wantsQuiet },
    {
      title: 'From GitHub, again and again',
      say: async () => {
        const failures = [
          ...(await everyRequest(503)),
          ...(await everyRequest({ status: 429, headers: { 'retry-after': String((7 * second) / second) } })),
        ];
        return [...new Set(failures.map(causeOf))].map(part);
      },
    },
  ],
};

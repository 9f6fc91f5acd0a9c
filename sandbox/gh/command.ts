import { appendFileSync, fstatSync, readSync } from 'node:fs';
import { text } from 'node:stream/consumers';

/**
 * A stand-in for GitHub's `gh`, by its manual, with the few commands and options that the README and the job summary use.
 * It knows nothing of the action: its own sealing, its own paths. Takes SANDBOX_URL in place of api.github.com, and GH_TOKEN
 * as gh does.
 */
const [command = '', verb = '', ...rest] = process.argv.slice(2);

type Words = { plain: string[]; options: [name: string, value: string][] };

/** Every option takes a value, and an option that is not expected ends it, as it would with gh. */
function wordsOf(words: string[], known: string[]): Words {
  const plain: string[] = [];
  const options: [string, string][] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) plain.push(word);
    else if (!known.includes(word)) throw new Error(`unknown option ${word}`);
    else options.push([word, words[++index] ?? '']);
  }
  return { plain, options };
}

async function call(
  base: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; data: unknown }> {
  const url = `${base}/${path.replace(/^\//, '')}`;
  const headers = { authorization: `token ${process.env.GH_TOKEN}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const said = await answer.text();
  return { status: answer.status, data: said === '' ? undefined : JSON.parse(said) };
}

async function must(base: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const { status, data } = await call(base, method, path, body);
  if (status >= 300) throw new Error(`gh: ${JSON.stringify(data)} (HTTP ${status})`);
  return data;
}

/** `gh api`: -f takes text, -F also numbers; a name that ends in [] collects. */
async function api(words: string[]): Promise<void> {
  const { plain, options } = wordsOf(words, ['--method', '--hostname', '-f', '-F']);
  const body: Record<string, unknown> = {};
  let method = 'GET';
  let base = process.env.SANDBOX_URL ?? '';
  for (const [option, value] of options) {
    if (option === '--method') method = value;
    else if (option === '--hostname') base = `http://${value}`;
    else {
      const [, name = '', given = ''] = /^([^=]*)=?(.*)$/s.exec(value) ?? [];
      const typed = option === '-F' && /^\d+$/.test(given) ? Number(given) : given;
      if (!name.endsWith('[]')) body[name] = typed;
      else
        body[name.slice(0, -2)] = [
          ...((body[name.slice(0, -2)] as unknown[]) ?? []),
          ...(value.includes('=') ? [typed] : []),
        ];
    }
  }
  await must(base, method, plain[0] ?? '', body);
}

/**
 * Where what `--repo`, `--env` and `--org` name is: the API's base URL and the REST path. Without `--repo`, of the repository
 * whose clone this is; with a host in front of it (`HOST/OWNER/REPO`), or in GH_HOST, of another GitHub than github.com.
 */
function placeOf(options: Words['options'], kind: 'secrets' | 'variables'): { base: string; path: string } {
  const named = Object.fromEntries(options);
  const { '--repo': repo = process.env.GH_REPO ?? '', '--env': environment, '--org': owner } = named;
  const [, host = process.env.GH_HOST, name] = /^(?:([^/]+)\/)?([^/]+\/[^/]+)$/.exec(repo) ?? [];
  const base = host === undefined ? (process.env.SANDBOX_URL ?? '') : `http://${host}`;
  if (owner !== undefined) return { base, path: `orgs/${owner}/actions/${kind}` };
  const place = environment === undefined ? 'actions' : `environments/${encodeURIComponent(environment)}`;
  return { base, path: `repos/${name}/${place}/${kind}` };
}

/** What a file holds, or one line of what stands in place of a terminal: the next command may ask for the next line. */
async function asked(): Promise<string> {
  if (fstatSync(0).isFile()) return (await text(process.stdin)).replace(/[\r\n]+$/, '');
  const line: Buffer[] = [];
  const next = Buffer.alloc(1);
  while (readSync(0, next) > 0 && next.toString() !== '\n') line.push(Buffer.from(next));
  return Buffer.concat(line).toString();
}

async function secretSet(words: string[]): Promise<void> {
  const { plain, options } = wordsOf(words, ['--repo', '--env', '--org', '--visibility', '--body']);
  const { '--body': body, '--visibility': visibility } = Object.fromEntries(options);
  const value = body ?? (await asked());
  const { default: sodium } = await import('libsodium-wrappers');
  await sodium.ready;
  const { base, path } = placeOf(options, 'secrets');
  const { key, key_id } = (await must(base, 'GET', `${path}/public-key`)) as { key: string; key_id: string };
  const sealed = sodium.crypto_box_seal(value, sodium.from_base64(key, sodium.base64_variants.ORIGINAL));
  const encrypted_value = sodium.to_base64(sealed, sodium.base64_variants.ORIGINAL);
  const seen = visibility === undefined ? {} : { visibility };
  await must(base, 'PUT', `${path}/${plain[0]}`, { encrypted_value, key_id, ...seen });
}

/** `gh secret delete` and `gh variable delete`. */
async function remove(kind: 'secrets' | 'variables', words: string[]): Promise<void> {
  const { plain, options } = wordsOf(words, ['--repo', '--env', '--org']);
  const { base, path } = placeOf(options, kind);
  await must(base, 'DELETE', `${path}/${plain[0]}`);
}

async function variableSet(words: string[]): Promise<void> {
  const { plain, options } = wordsOf(words, ['--repo', '--env', '--body']);
  const body = { name: plain[0], value: Object.fromEntries(options)['--body'] ?? (await asked()) };
  const { base, path } = placeOf(options, 'variables');
  const { status } = await call(base, 'PATCH', `${path}/${plain[0]}`, body);
  if (status >= 300) await must(base, 'POST', path, body);
}

async function variableGet(words: string[]): Promise<void> {
  const { plain, options } = wordsOf(words, ['--repo', '--env', '--org']);
  const { base, path } = placeOf(options, 'variables');
  process.stdout.write(`${((await must(base, 'GET', `${path}/${plain[0]}`)) as { value: string }).value}\n`);
}

/** Only noted: whoever follows the README starts the run. */
function workflow(words: string[]): void {
  const { plain, options } = wordsOf(words, ['--repo', '-f']);
  const note = { verb, file: plain[0], '--repo': process.env.GH_REPO, ...Object.fromEntries(options) };
  appendFileSync(process.env.GH_NOTES ?? '', `${JSON.stringify(note)}\n`);
}

const commands: Record<string, (words: string[]) => unknown> = {
  'secret set': secretSet,
  'secret delete': (words) => remove('secrets', words),
  'variable get': variableGet,
  'variable set': variableSet,
  'variable delete': (words) => remove('variables', words),
  'workflow run': workflow,
  'workflow enable': workflow,
  // A person is logged in here by a variable, and follows a run on its page.
  'auth login': () => undefined,
  'run watch': () => undefined,
};

if (command === 'api') await api([verb, ...rest]);
else {
  const run = commands[`${command} ${verb}`];
  if (run === undefined) throw new Error(`unknown command gh ${command} ${verb}`);
  await run(rest);
}

import { appendFileSync } from 'node:fs';
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

/** The REST path of what `--repo` and `--env` name. */
function placeOf(options: Words['options']): string {
  const { '--repo': repo, '--env': environment } = Object.fromEntries(options);
  return `repos/${repo}/environments/${encodeURIComponent(environment ?? '')}`;
}

async function secretSet(words: string[]): Promise<void> {
  const { plain, options } = wordsOf(words, ['--repo', '--env', '--body']);
  const base = process.env.SANDBOX_URL ?? '';
  const said = Object.fromEntries(options)['--body'];
  const value = said ?? (await text(process.stdin)).replace(/[\r\n]+$/, '');
  const { default: sodium } = await import('libsodium-wrappers');
  await sodium.ready;
  const { key, key_id } = (await must(base, 'GET', `${placeOf(options)}/secrets/public-key`)) as {
    key: string;
    key_id: string;
  };
  const sealed = sodium.crypto_box_seal(value, sodium.from_base64(key, sodium.base64_variants.ORIGINAL));
  const encrypted_value = sodium.to_base64(sealed, sodium.base64_variants.ORIGINAL);
  await must(base, 'PUT', `${placeOf(options)}/secrets/${plain[0]}`, { encrypted_value, key_id });
}

/** Only noted: whoever follows the README starts the run. */
function workflow(words: string[]): void {
  const { plain, options } = wordsOf(words, ['--repo', '-f']);
  appendFileSync(
    process.env.GH_NOTES ?? '',
    `${JSON.stringify({ verb, file: plain[0], ...Object.fromEntries(options) })}\n`,
  );
}

if (command === 'api') await api([verb, ...rest]);
else if (command === 'secret' && verb === 'set') await secretSet(rest);
else if (command === 'workflow' && ['run', 'enable'].includes(verb)) workflow(rest);
else throw new Error(`unknown command gh ${command} ${verb}`);

import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** What `gh api` does with these options, by its manual: -f is a string, -F takes integers as such, `[]` is an array. */
const script = `
const [command, ...words] = process.argv.slice(2);
if (command !== 'api') throw new Error('not known here: ' + command);
const body = {};
let [method, host, path] = ['GET', 'api.github.com', ''];
while (words.length > 0) {
  const word = words.shift();
  if (word === '--method') method = words.shift();
  else if (word === '--hostname') host = words.shift();
  else if (word === '-f' || word === '-F') {
    const [, name, list, value] = /^([^=[]+)(\\[\\])?(?:=(.*))?$/s.exec(words.shift());
    const typed = word === '-F' && /^\\d+$/.test(value) ? Number(value) : value;
    if (list) body[name] = [...(body[name] ?? []), ...(typed === undefined ? [] : [typed])];
    else body[name] = typed;
  } else if (path === '' && !word.startsWith('-')) path = word;
  else throw new Error('not known here: ' + word);
}
const headers = { authorization: 'Bearer ' + process.env.GH_TOKEN, 'content-type': 'application/json' };
const answer = await fetch('http://' + host + path, { method, headers, body: JSON.stringify(body) });
if (!answer.ok) throw new Error('gh: HTTP ' + answer.status + ' ' + (await answer.text()));
`;

/** A stand-in for GitHub's command line on a PATH of its own. */
export class Gh {
  readonly #folder = mkdtempSync(join(tmpdir(), 'loss-gh-'));

  constructor() {
    writeFileSync(join(this.#folder, 'gh.mjs'), script);
    writeFileSync(join(this.#folder, 'gh'), `#!/bin/sh\nexec '${process.execPath}' '${this.#folder}/gh.mjs' "$@"\n`);
    chmodSync(join(this.#folder, 'gh'), 0o755);
  }

  /** Runs a shell command, as a person would who pastes it. */
  async shell(command: string, token: string): Promise<void> {
    const PATH = [this.#folder, process.env.PATH].join(delimiter);
    await promisify(execFile)('sh', ['-c', command], { env: { PATH, GH_TOKEN: token } });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** The command that a job summary gives for the home. */
export function commandIn(summary: string): string | undefined {
  return /```sh\n(.*?)\n```/s.exec(summary)?.[1];
}

import { readFileSync } from 'node:fs';
import { compare } from './compare.ts';
import { Description } from './description.ts';
import type { Exchange } from './exchange.ts';
import { playInSandbox, STEPS } from './scenario.ts';

/** Says where GitHub, as recorded, contradicts what was played in the sandbox. Prints what it only notes. */
export function judge(recording: string, sandbox: Exchange[]): string[] {
  const real = recording
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Exchange);
  const description = new Description();
  const { differences, notes } = compare(real, sandbox, (operation, status) => description.required(operation, status));
  for (const note of notes) console.log(`  ${note}`);
  return [...missing(real), ...differences];
}

/** What the run was there to see: without it nothing was compared. */
function missing(real: Exchange[]): string[] {
  const seen = new Set(real.map(({ status }) => status));
  const wanted = {
    200: 'a read',
    201: 'a secret that is new',
    204: 'a write',
    301: 'a rename',
    403: 'a missing permission',
  };
  return Object.entries(wanted).flatMap(([status, what]) =>
    seen.has(Number(status)) ? [] : [`GitHub was not seen to answer ${status}, ${what}`],
  );
}

// node scripts/real-github/judge.ts RECORDING TARGETS
if (import.meta.main) {
  const [file = '', targets = ''] = process.argv.slice(2);
  const found = judge(readFileSync(file, 'utf8'), await playInSandbox(STEPS, linesFor(targets)));
  for (const one of found) console.log(`::error::${one}`);
  console.log(found.length === 0 ? 'The sandbox answers as GitHub does.' : `${found.length} differences.`);
  process.exitCode = found.length === 0 ? 0 : 1;
}

/** The same kinds of stores with the sandbox's names. */
function linesFor(targets: string): string[] {
  return targets
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.replace(/^orgs\/[^/]+/, 'orgs/acme').replace(/^(?!orgs\/|user\/)[^/]+\/[^/]+/, 'acme/network'));
}

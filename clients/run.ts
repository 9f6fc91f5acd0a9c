import { parseArgs } from 'node:util';
import { act } from './act.ts';
import { type Client, Proofs } from './client.ts';
import { gh } from './gh.ts';
import { actionlint, zizmor } from './linters.ts';
import { type Need, usePath } from './needs.ts';
import { prism } from './prism.ts';
import { pynacl } from './pynacl.ts';
import { thousandeyes } from './thousandeyes.ts';

/**
 * Tries the action with programs that nobody here wrote. Each is taken from the PATH; `--install` gets the newest of each
 * first. `--only NAME` picks one, and may be repeated. Ends with 1 where something is not so, and otherwise with 3 where not
 * all could be tried, which `--if-present` allows.
 */
const { values } = parseArgs({
  options: {
    install: { type: 'boolean', default: false },
    'if-present': { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
});
const NOT_ALL_TRIED = 3;
const CLIENTS: readonly Client[] = [act, gh, thousandeyes, pynacl, prism, actionlint, zizmor];

usePath();
const chosen = CLIENTS.filter(({ name }) => values.only?.includes(name) ?? true);
const unknown = values.only?.filter((name) => !CLIENTS.some((client) => client.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`No such client: ${unknown.join(', ')}. There are ${CLIENTS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const proofs = new Proofs();
const untried: string[] = [];
for (const client of chosen) {
  console.log(`\n${client.name}`);
  if (areReady(client.needs)) await prove(client);
  else untried.push(client.name);
}
if (untried.length > 0) console.log(`\nNot tried: ${untried.join(', ')}`);
if (proofs.failed > 0) console.log(`\n${proofs.failed} not so`);
if (proofs.failed > 0) process.exitCode = 1;
else if (untried.length > 0 && !values['if-present']) process.exitCode = NOT_ALL_TRIED;

async function prove(client: Client): Promise<void> {
  console.log(`  ${await client.version()}`);
  try {
    await client.prove(proofs);
  } catch (error) {
    proofs.fails('It ended too early', error instanceof Error ? error.stack : String(error));
  }
}

/** Says what is missing. */
function areReady(needs: readonly Need[]): boolean {
  const missing = needs.filter((need) => !isReady(need));
  for (const { name, install } of missing) {
    const hint = install && !values.install ? ': `npm run test:clients -- --install` gets it' : '';
    console.log(`  - ${name} is not there${hint}`);
  }
  return missing.length === 0;
}

/** Installs what can be, where that was asked for. What can't be installed may still be there. */
function isReady(need: Need): boolean {
  try {
    if (values.install) need.install?.();
  } catch (error) {
    console.log(`  ${need.name} could not be installed:\n${wordsOf(error).replaceAll(/^(?=.)/gm, '      ')}`);
  }
  return need.isThere();
}

/** Of the installer; of the system where it did not start. */
function wordsOf(error: unknown): string {
  const { message = String(error), stderr = '' } = error as { message?: string; stderr?: unknown };
  return String(stderr).trim() || message;
}

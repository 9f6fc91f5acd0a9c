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
 * first. What is missing fails, unless `--if-present`. `--only NAME` picks one, and may be repeated.
 */
const { values } = parseArgs({
  options: {
    install: { type: 'boolean', default: false },
    'if-present': { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
});
const CLIENTS: readonly Client[] = [act, gh, thousandeyes, pynacl, prism, actionlint, zizmor];

usePath();
const chosen = CLIENTS.filter(({ name }) => values.only?.includes(name) ?? true);
const unknown = values.only?.filter((name) => !CLIENTS.some((client) => client.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`No such client: ${unknown.join(', ')}. There are ${CLIENTS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const proofs = new Proofs();
for (const client of chosen) await tried(client);
if (proofs.failed > 0) {
  console.log(`\n${proofs.failed} not so`);
  process.exitCode = 1;
}

async function tried(client: Client): Promise<void> {
  console.log(`\n${client.name}`);
  const missing = client.needs.filter((need) => !isReady(need));
  for (const { name, install } of missing) {
    const text = `${name} is not there`;
    if (values['if-present']) console.log(`  - ${text}`);
    else proofs.fails(text, install ? '`npm run test:clients -- --install` gets it' : '');
  }
  if (missing.length > 0) return;
  console.log(`  ${await client.version()}`);
  try {
    await client.prove(proofs);
  } catch (error) {
    proofs.fails('It ended too early', error instanceof Error ? error.stack : String(error));
  }
}

/** Installs what can be, where that was asked for. What can't be installed may still be there. */
function isReady(need: Need): boolean {
  try {
    if (values.install) need.install?.();
  } catch (error) {
    console.log(`  ${need.name} could not be installed: ${String(error).split('\n')[0]}`);
  }
  return need.isThere();
}

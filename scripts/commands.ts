import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { commandsIn, type Form, formsOf } from './commands/forms.ts';
import { isOnPath, Machine } from './commands/machine.ts';

/**
 * Runs every command of CONTRIBUTING's table to its end, the long ones small, in a fresh clone of what was last committed,
 * with an empty home folder. `--small` has `npm test` run small, too; `--only TEXT` leaves out those without that text, but
 * for the first, which installs what the others need. It may be repeated.
 */
const { values } = parseArgs({
  options: { small: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
});
const forms = formsOf(values.small, isOnPath);
const isChosen = (command: string, index: number) =>
  index === 0 || (values.only?.some((text) => command.includes(text)) ?? true);

using machine = new Machine(process.cwd());
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    machine[Symbol.dispose]();
    process.exit(1);
  });
for (const command of commandsIn(readFileSync('CONTRIBUTING.md', 'utf8')).filter(isChosen))
  if (!(await works(command, forms[command] ?? {}))) process.exitCode = 1;

/** Whether it does, or can't be tried here. What it came to is printed, and if that is a failure, what it printed. */
async function works(command: string, { small = command, until, notes, untried }: Form): Promise<boolean> {
  console.log(small);
  if (untried !== undefined) {
    console.log(`  - not tried: ${untried}`);
    return true;
  }
  const started = performance.now();
  const { code, output } = await machine.run(small, until);
  const seconds = `${Math.round((performance.now() - started) / 1000)} s`;
  const note = notes?.[code ?? -1];
  const isFine = code === 0 || note !== undefined;
  if (isFine) console.log(`  ✓ ${seconds}${note === undefined ? '' : `, but ${note}`}`);
  else console.log(`  ✗ ${seconds}, ended with ${code ?? 'a signal'}:\n${output}`);
  return isFine;
}

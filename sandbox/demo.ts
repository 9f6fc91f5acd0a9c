import { parseArgs } from 'node:util';
import { failures } from './demo/failures.ts';
import { guards } from './demo/guard.ts';
import { modes } from './demo/modes.ts';
import { rotations } from './demo/rotations.ts';
import type { Scenario } from './demo/scenario.ts';
import { heading, Stage } from './demo/stage.ts';
import { columns, indent, paint, say, wrap } from './demo/terminal.ts';

const SCENARIOS: readonly Scenario[] = [...rotations, ...failures, ...modes, ...guards];
const USAGE = 'npm run demo -- [--list | NAME]';

// Whoever reads may close the pipe early, as `head` does.
process.stdout.on('error', () => process.exit(1));
process.exitCode = await demo(process.argv.slice(2));

/** Plays the scenario that is named, the first unless one is. Yields the exit code. */
async function demo(args: string[]): Promise<number> {
  const { values, positionals } = parsed(args);
  if (values.list) return list();
  const [name = SCENARIOS[0]?.name, ...more] = positionals;
  const scenario = SCENARIOS.find((candidate) => candidate.name === name);
  if (!scenario || more.length > 0) return refuse(`No such scenario: ${positionals.join(' ')}`);
  return play(scenario);
}

function parsed(args: string[]): { values: { list?: boolean }; positionals: string[] } {
  try {
    return parseArgs({ args, allowPositionals: true, options: { list: { type: 'boolean' } } });
  } catch (error) {
    process.exit(refuse(error instanceof Error ? error.message : String(error)));
  }
}

async function play(scenario: Scenario): Promise<number> {
  heading(`${scenario.name}: ${scenario.title}`);
  say(indent(wrap(scenario.story, columns - 2)));
  await using world = await scenario.scene();
  const stage = new Stage(world);
  await scenario.play(stage);
  const isSo = stage.end();
  say();
  say(paint('dim', isSo ? `More scenarios: npm run demo -- --list` : 'Something above is not as it should be.'));
  return isSo ? 0 : 1;
}

function list(): number {
  say(`Scenarios (${USAGE}):`);
  say();
  const longest = Math.max(...SCENARIOS.map(({ name }) => name.length));
  const margin = ' '.repeat(longest + 4);
  for (const { name, title } of SCENARIOS) {
    const wrapped = indent(wrap(title, columns - margin.length), margin).trimStart();
    say(`  ${paint('bold', name.padEnd(longest))}  ${wrapped}`);
  }
  return 0;
}

function refuse(message: string): number {
  process.stderr.write(`${message}\nUsage: ${USAGE}\n\n`);
  process.stderr.write(`${wrap(`Scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}`, columns)}\n`);
  return 2;
}

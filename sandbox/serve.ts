import { renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { HOME, startWorld } from './world.ts';

/**
 * Starts both servers and keeps them up until it is ended, for a step that uses the action as a workflow does. Prints the
 * action's inputs, one `name=value` a line as GITHUB_OUTPUT takes them, or writes them to the file given by `--output`.
 */
const { values } = parseArgs({ options: { output: { type: 'string' } } });
const world = await startWorld();
const other = 'orgs/octo-org';
world.setup([other]);

const delimiter = 'END_OF_TARGETS';
const lines = [
  `thousandeyes-token=${world.currentToken}`,
  `github-token=${world.githubToken}`,
  `thousandeyes-api-url=${world.thousandeyes.url}`,
  `github-api-url=${world.github.url}`,
  `targets<<${delimiter}`,
  HOME,
  other,
  delimiter,
];
const text = `${lines.join('\n')}\n`;
if (values.output === undefined) process.stdout.write(text);
else {
  // In one move, so that whoever waits for the file never reads half of it.
  writeFileSync(`${values.output}.new`, text);
  renameSync(`${values.output}.new`, values.output);
}

// The servers themselves keep no process alive.
const alive = setInterval(() => undefined, 60_000);

// What broke the contract fails the process, so that whoever ends it learns of it.
process.once('SIGTERM', async () => {
  clearInterval(alive);
  await world.close();
});

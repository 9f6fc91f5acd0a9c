import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startWorld } from '../../sandbox/world.ts';
import { startRecorder } from './recorder.ts';

/**
 * Starts a ThousandEyes on loopback, and in front of the real GitHub a recorder that appends the shape of each answer to the
 * file given by `--record`, one JSON a line. Writes the action's inputs to the file given by `--output`, as GITHUB_OUTPUT
 * takes them. With `--slow` ThousandEyes takes so many seconds to check a new token. Stays up until it is ended.
 */
const { values } = parseArgs({
  options: {
    output: { type: 'string', default: 'real-github.out' },
    record: { type: 'string', default: 'real-github.jsonl' },
    github: { type: 'string', default: process.env.GITHUB_API_URL ?? 'https://api.github.com' },
    slow: { type: 'string', default: '0' },
  },
});
const { output, record, github, slow } = values;
const world = await startWorld();
const checksNew = { server: 'thousandeyes', path: '/users/current', nth: 2 } as const;
if (slow !== '0') world.faults.add({ ...checksNew, fault: { kind: 'delay', ms: Number(slow) * 1000 } });
writeFileSync(record, '');
const recorder = await startRecorder(github, (exchange) => appendFileSync(record, `${JSON.stringify(exchange)}\n`));
const lines = [
  `thousandeyes-token=${world.currentToken}`,
  `thousandeyes-api-url=${world.thousandeyes.url}`,
  `github-api-url=${recorder.url}`,
];
// In one move, so that whoever waits for the file never reads half of it.
writeFileSync(`${output}.new`, `${lines.join('\n')}\n`);
renameSync(`${output}.new`, output);

// The servers themselves keep no process alive.
const alive = setInterval(() => undefined, 60_000);
process.once('SIGTERM', async () => {
  clearInterval(alive);
  await recorder.close();
  await world.close();
});

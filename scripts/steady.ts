import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * Runs the suite again and again, each time in another order, in another time zone, half of them over a year's end,
 * and with no network but loopback where the system can take it away. What fails here, fails someone sometime.
 */
const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '20' } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
const zones = ['UTC', 'America/St_Johns', 'Pacific/Apia', 'Asia/Kathmandu'];
const isolated = ['--map-root-user', '--net', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"'];
const canIsolate = spawnSync('unshare', [...isolated, 'true']).status === 0;
if (!canIsolate) console.log('This system can not take the network away (unshare, ip): it stays.');

for (let round = 1; round <= rounds; round++) {
  const zone = zones[round % zones.length] ?? 'UTC';
  // Each zone by turns with both.
  const atYearsEnd = Math.floor(round / zones.length) % 2 === 1;
  const started = performance.now();
  const { status, stdout, stderr } = suite(round, zone, atYearsEnd ? untilYearsEnd() : 0);
  const seconds = Math.round((performance.now() - started) / 1000);
  const moment = atYearsEnd ? "a year's end" : 'now';
  console.log(
    `${status === 0 ? '✓' : '✗'} round ${round} of ${rounds}: seed ${round}, ${zone}, ${moment}, ${seconds} s`,
  );
  if (status === 0) continue;
  console.log(`${stdout}\n${stderr}`);
  process.exitCode = 1;
}

function suite(seed: number, zone: string, offset: number) {
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const args = [...jest, '--randomize', `--seed=${seed}`, ...positionals];
  const [command, ...rest] = canIsolate
    ? ['unshare', ...isolated, process.execPath, ...args]
    : [process.execPath, ...args];
  const clock = `--import=${pathToFileURL('sandbox/clocks/moved.ts').href}?${offset}`;
  return spawnSync(command, rest, {
    env: { ...process.env, TZ: zone, ...(offset === 0 ? {} : { NODE_OPTIONS: clock }) },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** From now to half a minute before midnight (UTC), in ms, so that the year ends while the suite runs. */
function untilYearsEnd(): number {
  return Date.UTC(new Date().getUTCFullYear(), 11, 31, 23, 59, 30) - Date.now();
}

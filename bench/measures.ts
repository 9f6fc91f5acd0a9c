import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PUBLISHED_LIMITS } from '../sandbox/github/access/limits.ts';
import { type RunOptions, type RunResult, runAction } from '../sandbox/runner/runner.ts';
import { HOME, startWorld, type World } from '../sandbox/world.ts';
import type { FloorAction } from './floor-action.ts';
import { Preloads } from './preloads.ts';

/** What each figure of the benchmark is measured by. All times in ms. */

const root = fileURLToPath(new URL('..', import.meta.url));
const guardFolder = `${root}guard`;
const preloaded = new Preloads();
process.once('exit', () => preloaded[Symbol.dispose]());

/** Bare node: the same binary, nothing to do. */
export function bareNode(): number {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - start;
}

/** The home and so many others, over several kinds of store. */
function targetLines(count: number): string[] {
  const kinds = ['', '/dependabot', '/environments/live', '/codespaces', '/agents'];
  const others = Array.from({ length: count - 1 }, (_, index) => `acme/service-${index}${kinds[index % kinds.length]}`);
  return [HOME, ...others];
}

/** A run of main and post in a world of its own, of whose answers each takes so many ms longer. */
export async function rotation(targets: number, options: RunOptions = {}, latency = 0): Promise<RunResult> {
  await using world = await startWorld({ latency });
  return await rotationIn(world, targets, options);
}

async function rotationIn(world: World, targets: number, options: RunOptions): Promise<RunResult> {
  const lines = targetLines(targets);
  world.setup(lines.slice(1));
  noteRecord(world, lines);
  const run = await world.run({ ...options, with: { targets: lines.join('\n'), ...options.with } });
  if (run.exitCode !== 0) throw new Error(`the run failed:\n${run.log}${run.stderr}`);
  return run;
}

/** As a rotation long ago noted it: the very first one notes the token in hand before all else. */
function noteRecord(world: World, lines: readonly string[]): void {
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const { updatedAt = 0 } = world.github.secret(HOME) ?? {};
  const date = `${new Date(updatedAt).toISOString().slice(0, 19)}Z`;
  world.variable().seed({
    v: 1,
    token: `sha256:${hash(world.currentToken).slice(0, 16)}`,
    since: date,
    previous: 'sha256:60303ae22b998861',
    home: date,
    targets: lines.map((line) => hash(line.toLowerCase()).slice(0, 12)),
    behind: [],
  });
}

/** The floor of a rotation of one target, and what sends GitHub's requests in it. */
export async function floor({ folder }: FloorAction, sender: 'octokit' | 'undici'): Promise<number> {
  const run = await rotation(1, { actionDir: folder, env: { FLOOR_SENDER: sender } });
  return run.durationMs;
}

/** A guard that has nothing to say. */
export async function guard(): Promise<number> {
  const record = JSON.stringify({ v: 1, token: 'sha256:9f86d081884c7d65', validUntil: '2099-01-01T00:00:00Z' });
  const run = await runAction({ actionDir: guardFolder, with: { record } });
  if (run.exitCode !== 0 || run.log !== '') throw new Error(`the guard spoke:\n${run.log}${run.stderr}`);
  return run.durationMs;
}

/** The time to load the action and refuse its inputs. */
export async function loading(): Promise<number> {
  await using world = await startWorld();
  const run = await world.run({ post: false, with: { mode: 'nonsense' } });
  return run.durationMs;
}

/** Sequential round trips, counted as multiples of a latency that dwarfs all else. */
export async function roundTrips(targets: number): Promise<number> {
  const latency = 300;
  await using world = await startWorld({ latency });
  await rotationIn(world, targets, { post: false });
  return longestChain(world, latency);
}

/** From the answer that holds the token to the moment at which GitHub has it beside the home, as multiples of a latency. */
export async function answerToParked(): Promise<number> {
  const latency = 300;
  await using world = await startWorld({ latency });
  const times = { issued: 0, parked: 0 };
  world.on(({ phase, request }) => {
    const { method, path } = request;
    if (phase === 'answered' && path.endsWith('/api-tokens')) times.issued = performance.now();
    if (phase === 'answered' && method === 'PUT' && path.endsWith('/TE_TOKEN_NEXT')) times.parked = performance.now();
  });
  await rotationIn(world, 10, { post: false });
  return (times.parked - times.issued) / latency;
}

/** How many requests each further target costs. */
export async function requestsOfTarget(): Promise<number> {
  const [few, many] = [10, 30];
  const [atFew, atMany] = [await requests(few), await requests(many)];
  return (atMany - atFew) / (many - few);
}

async function requests(targets: number): Promise<number> {
  await using world = await startWorld();
  await rotationIn(world, targets, { post: false });
  // The write tests are one for each owner and kind of store, however many targets there are.
  return world.requests.filter(({ path }) => !path.endsWith('ROTATION_WRITE_TEST')).length;
}

/** The longest chain of requests of which each began after the one before it was answered. */
function longestChain({ requests }: World, latency: number): number {
  let [count, end] = [0, Number.NEGATIVE_INFINITY];
  for (const { at } of [...requests].sort((a, b) => a.at - b.at)) {
    if (at < end) continue;
    count++;
    end = at + latency * 0.9;
  }
  return count;
}

interface Probed {
  readonly run: RunResult;
  /** From the bytes that hold the token to the end of the journal's write that follows them. */
  readonly window: number;
  /** Bytes. */
  readonly maxRss: number;
}

async function probed(
  run: (options: RunOptions) => Promise<RunResult>,
  preloads: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Probed> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const file = join(folder, 'probe.json');
  try {
    const execArgv = [...preloads, ...preloaded.execArgv('probe.ts')];
    const result = await run({ env: { BENCH_PROBE: file, ...env }, execArgv });
    return { run: result, ...(JSON.parse(readFileSync(file, 'utf8')) as { window: number; maxRss: number }) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How long a token is in memory only. */
export async function answerToJournal(): Promise<number> {
  return (await probed((options) => rotation(1, { ...options, post: false }))).window;
}

export interface ManyTargets {
  readonly seconds: number;
  /** What the limits allow at best for so many writes, in sandbox seconds. */
  readonly bestSeconds: number;
  readonly maxRss: number;
  readonly requests: number;
  readonly refused: number;
  readonly stored: number;
}

/** Three owners, six kinds of store, against a GitHub that enforces its published limits, on a clock 20 times as fast. */
export async function manyTargets(count: number): Promise<ManyTargets> {
  await using world = await startWorld({ scale: 20, secondaryLimits: PUBLISHED_LIMITS });
  const lines = manyLines(count);
  world.setup(lines.slice(1));
  noteRecord(world, lines);
  const startedAt = world.clock.now();
  const { run, maxRss } = await probed(
    (options) => world.run({ ...options, post: false, timeout: 600_000, with: { targets: lines.join('\n') } }),
    preloaded.execArgv('scaled.ts'),
    world.clock.env,
  );
  if (run.exitCode !== 0) throw new Error(`the run failed:\n${run.log.slice(-2000)}`);
  const [token] = world.thousandeyes.issued;
  const toGitHub = world.requests.filter(({ server }) => server === 'github');
  const writes = toGitHub.filter(({ method }) => method !== 'GET').length;
  return {
    seconds: (world.clock.now() - startedAt) / 1000,
    bestSeconds: bestSeconds(toGitHub.length - writes, writes),
    maxRss,
    requests: world.requests.length,
    refused: world.github.refusedForLimits,
    stored: lines.filter((line) => world.github.open(line) === token).length,
  };
}

function manyLines(count: number): string[] {
  const kinds = ['', '/dependabot', '/environments/live', '/codespaces', '/agents'];
  const owners = ['acme', 'octo-org', 'octo-labs'];
  const others = Array.from({ length: count - 1 - owners.length }, (_, index) => {
    const owner = owners[index % owners.length];
    return `${owner}/service-${index}${kinds[Math.floor(index / owners.length) % kinds.length]}`;
  });
  return [HOME, ...owners.map((owner) => `orgs/${owner}`), ...others];
}

/** 900 reads a minute, then 500 writes an hour; within the last hour 80 at once and then 80 a minute. */
function bestSeconds(reads: number, writes: number): number {
  const readMinutes = Math.floor((reads - 1) / PUBLISHED_LIMITS.pointsPerMinute);
  const hours = Math.floor((writes - 1) / PUBLISHED_LIMITS.writesPerHour);
  const rest = writes - hours * PUBLISHED_LIMITS.writesPerHour;
  return readMinutes * 60 + hours * 3600 + Math.max(0, Math.ceil(rest / PUBLISHED_LIMITS.writesPerMinute) - 1) * 60;
}

/** Bytes of what the runner downloads and loads. */
export function bundleBytes(): number {
  return readdirSync(`${root}dist`)
    .filter((name) => name.endsWith('.js'))
    .reduce((sum, name) => sum + statSync(`${root}dist/${name}`).size, 0);
}

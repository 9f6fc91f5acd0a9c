import { execFile } from 'node:child_process';
import { stringify } from 'yaml';
import { Gh } from '../gh/gh.ts';
import { splitLine } from '../github/stores/target-line.ts';
import type { SandboxRequest } from '../http/traffic.ts';
import { findLeaks } from '../leaks.ts';
import { expression } from '../runner/expressions.ts';
import { allOutput, type Inputs, type RunOptions, type RunResult } from '../runner/runner.ts';
import { HOME, type World } from '../world.ts';
import { rendered } from './markdown.ts';
import { storesTable } from './stores.ts';
import { columns, indent, paint, say, wrap } from './terminal.ts';

const ACTION = 'octo-org/rotate-thousandeyes-token';
const SCALED_CLOCK = ['--import', import.meta.resolve('../clocks/scaled.ts')];
const PUBLIC_HOSTS = ['--import', import.meta.resolve('../runner/public-hosts.ts')];

type Claim = { text: string; holds: boolean };

/** Where a scenario is played: shows what a person would see, and keeps what is claimed about it. */
export class Stage {
  readonly world: World;
  readonly #claims: Claim[] = [];
  readonly #results: RunResult[] = [];

  constructor(world: World) {
    this.world = world;
  }

  /** A fresh run of the workflow: shows its step, its log and its summary. */
  async run(title: string, given: Inputs, options: RunOptions = {}): Promise<RunResult> {
    const { world } = this;
    heading(title);
    say(indent(paint('dim', workflowStep(`${ACTION}@v2`, { ...TOKENS, ...given }))));
    const result = await world
      .workflow(underPublicNames(world, { ...options, with: { ...given, ...options.with } }))
      .run();
    showRun(result);
    this.#results.push(result);
    return result;
  }

  /** Runs the guard on the sandbox's clock, as a step of a workflow that uses the token, and shows its log. */
  async runGuard(title: string, options: { without?: boolean; environment?: string } = {}): Promise<RunResult> {
    const { world } = this;
    heading(title);
    const record = expression('vars.TE_TOKEN_ROTATION');
    say(indent(paint('dim', workflowStep(`${ACTION}/guard@v2`, { record }))));
    const { environment } = options;
    const where = environment === undefined ? {} : { environment };
    const given = options.without ? { with: { record: '' } } : {};
    const result = await world.guard({ ...where, ...given, env: world.clock.env, execArgv: SCALED_CLOCK });
    showLog('Workflow log', result);
    this.#results.push(result);
    return result;
  }

  /** Runs a step of shell commands, with the values that its job would get; its exit code. */
  async runScript(title: string, script: string, values: Record<string, string>): Promise<number> {
    heading(title);
    say(indent(paint('dim', stringify([{ run: script }], { lineWidth: 0 }).trimEnd())));
    using gh = new Gh();
    const env = { ...gh.environment('none'), ...values };
    const { exitCode, stdout } = await new Promise<{ exitCode: number; stdout: string }>((resolve) => {
      const child = execFile('sh', ['-e', '-c', script], { env }, (_, output) =>
        resolve({ exitCode: child.exitCode ?? 1, stdout: output }),
      );
    });
    heading('Workflow log');
    for (const line of stdout.trimEnd().split('\n')) say(indent(coloured(line.replace(/^::error::/, 'Error: '))));
    say(indent(paint('dim', `(exit code ${exitCode})`)));
    return exitCode;
  }

  /** Runs a command that the action gave, as a person does who pastes it; whether it succeeded. */
  async runCommand(title: string, command: string, typed = ''): Promise<boolean> {
    const { githubToken, github, requests } = this.world;
    const before = requests.length;
    using gh = new Gh();
    const exitCode = await gh.shell(command, githubToken, github.url, typed);
    heading(title);
    say(indent(paint('cyan', command)));
    say();
    say(`  GitHub answers ${requests.slice(before).at(-1)?.status ?? 'nothing'}`);
    return exitCode === 0;
  }

  /** Lists the requests that fit, as a server's own log would. */
  showRequests(title: string, fits: (request: SandboxRequest) => boolean): SandboxRequest[] {
    const found = this.world.requests.filter(fits);
    heading(title);
    for (const { method, path, status, fault } of found) {
      const end = fault === 'reset-after' ? 'connection reset' : String(status ?? 'no answer');
      say(indent(brokenAtSlash(`${method.padEnd(6)} ${path} → ${end}`)));
    }
    return found;
  }

  showStores(lines: readonly string[]): void {
    heading("What each store now holds (opened with the sandbox's private keys)");
    say(indent(storesTable(this.world, lines)));
  }

  /** Something to look at; the demo fails if it isn't so. */
  claim(text: string, holds: boolean): void {
    this.#claims.push({ text, holds });
  }

  claimOutcome(result: RunResult, expected: 'succeeds' | 'fails'): void {
    this.claim(`The step ${expected}.`, result.exitCode === (expected === 'succeeds' ? 0 : 1));
  }

  /** That every one of these targets holds the token that was issued last. */
  claimNewToken(lines: readonly string[], text: string): void {
    const issued = this.world.thousandeyes.issued.at(-1);
    const holds = issued !== undefined && lines.every((line) => this.#valueAt(line) === issued);
    this.claim(text, holds);
  }

  /** That every one of these targets holds what it held at first. */
  claimOldToken(lines: readonly string[], text: string): void {
    this.claimToken(this.world.currentToken, lines, text);
  }

  claimToken(token: string, lines: readonly string[], text: string): void {
    this.claim(
      text,
      lines.every((line) => this.#valueAt(line) === token),
    );
  }

  claimIssued(count: number, text: string): void {
    this.claim(text, this.world.thousandeyes.issued.length === count);
  }

  claimQuietPost({ post }: RunResult): void {
    this.claim('The post step finds nothing left to do and says nothing.', post?.exitCode === 0 && post.log === '');
  }

  /** Shows what was claimed. Yields whether all of it is so. */
  end(): boolean {
    const leaks = this.#results.flatMap((result) => this.#leaksIn(result));
    this.claim('No token stands in the log, the summary, an output or a file.', leaks.length === 0);
    const sound = this.world.violations.length === 0;
    this.claim("Every request and every answer keeps to the two services' published descriptions.", sound);
    heading('What to look at');
    for (const { text, holds } of this.#claims) {
      const mark = holds ? paint('green', '✓') : paint('red', '✗ not so:');
      say(`  ${mark} ${indent(wrap(text, columns - 4), '    ').trimStart()}`);
    }
    return this.#claims.every(({ holds }) => holds);
  }

  #valueAt(line: string): string | undefined {
    const { store, name } = splitLine(line);
    return this.world.github.open(store, name);
  }

  #leaksIn(result: RunResult): string[] {
    const { accounts } = this.world.thousandeyes;
    const tokens = accounts.flatMap((account) => account.tokens.map(({ value }) => value));
    return [...tokens, this.world.githubToken].flatMap((token) => findLeaks(allOutput(result), token));
  }
}

export function heading(text: string): void {
  say();
  for (const line of wrap(text, columns).split('\n')) say(paint(['bold', 'underline'], line));
  say();
}

const TOKENS: Inputs = {
  'thousandeyes-token': expression('secrets.TE_TOKEN'),
  'thousandeyes-token-next': expression('secrets.TE_TOKEN_NEXT'),
  'github-token': expression('steps.app.outputs.token'),
};

function workflowStep(uses: string, inputs: Inputs): string {
  return stringify([{ uses, with: inputs }], { lineWidth: 0 }).trimEnd();
}

/** The action meets both services at their own addresses, so that what it says is what people see. */
function underPublicNames({ github, thousandeyes }: World, options: RunOptions): RunOptions {
  const [api, port] = ['https://api.github.com', (url: string) => Number(new URL(url).port)];
  const hosts = { 'api.github.com': port(github.url), 'api.thousandeyes.com': port(thousandeyes.url) };
  const urls = { 'github-api-url': api, 'thousandeyes-api-url': 'https://api.thousandeyes.com/v7' };
  return {
    ...options,
    with: { ...urls, ...options.with },
    context: { apiUrl: api, ...options.context },
    env: { SANDBOX_HOSTS: JSON.stringify(hosts), ...options.env },
    execArgv: [...PUBLIC_HOSTS, ...(options.execArgv ?? [])],
  };
}

function showRun(result: RunResult): void {
  showLog('Workflow log', result);
  if (result.post && result.post.log !== '') showLog('Workflow log of the post step', result.post);
  const summary = [result.summary, result.post?.summary ?? ''].join('\n');
  heading('Job summary');
  say(indent(summary.trim() === '' ? 'None: the step ended before it could write one.' : rendered(summary)));
}

function showLog(title: string, { log, exitCode, signal }: Pick<RunResult, 'log' | 'exitCode' | 'signal'>): void {
  heading(title);
  for (const line of log.split('\n')) if (line !== '') say(indent(coloured(line)));
  const end = signal === null ? `exit code ${exitCode}` : `killed by ${signal}`;
  say(indent(paint('dim', log === '' ? `(nothing; ${end})` : `(${end})`)));
}

/** A request too long for a line goes on below its path. */
function brokenAtSlash(line: string): string {
  if (line.length <= columns - 2) return line;
  const at = line.lastIndexOf('/', columns - 2);
  return `${line.slice(0, at)}\n         ${line.slice(at)}`;
}

function coloured(line: string): string {
  // A command is left whole, so that it can be copied.
  const text = line.startsWith('gh ') ? line : indent(wrap(line, columns - 4)).trimStart();
  if (line.startsWith('Error: ')) return paint('red', text);
  if (line.startsWith('Warning: ')) return paint('yellow', text);
  return line.startsWith('Notice: ') ? paint('blue', text) : text;
}

/** Whether a request writes the home's secret. */
export function writesHome({ method, path }: SandboxRequest): boolean {
  return method === 'PUT' && path.endsWith(`/repos/${HOME}/actions/secrets/TE_TOKEN`);
}

import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunResult } from '../sandbox/runner/runner.ts';
import { startWorld, type World } from '../sandbox/world.ts';
import type { Client, Proofs } from './client.ts';
import { pythonModule } from './needs.ts';
import { firstLine } from './shell.ts';

/** Value and body are null where it was deleted. */
type Written = { path: string; value: string | null; body: Record<string, unknown> | null };

/** The ten stores, as targets and as paths of the API. */
const STORES: [target: string, path: string][] = [
  ['acme/network', '/repos/acme/network/actions'],
  ['acme/network/environments/Production EU/West', '/repos/acme/network/environments/Production%20EU%2FWest'],
  ['acme/network/dependabot', '/repos/acme/network/dependabot'],
  ['acme/network/codespaces', '/repos/acme/network/codespaces'],
  ['acme/network/agents', '/repos/acme/network/agents'],
  ['orgs/acme', '/orgs/acme/actions'],
  ['orgs/acme/dependabot', '/orgs/acme/dependabot'],
  ['orgs/acme/codespaces', '/orgs/acme/codespaces'],
  ['orgs/acme/agents', '/orgs/acme/agents'],
  ['user/codespaces', '/user/codespaces'],
];
const HOME = '/repos/acme/network/actions';
const RECORD = `${HOME}/variables/TE_TOKEN_ROTATION`;

/** A GitHub in Python, made from the published description alone, takes every mode that writes and opens it with PyNaCl. */
export const pynacl: Client = {
  name: 'pynacl',
  needs: [pythonModule('nacl', 'PyNaCl')],
  version: () =>
    firstLine('python3', '-c', 'import nacl, sys; print("PyNaCl", nacl.__version__, "Python", sys.version)'),
  async prove(proofs) {
    await using world = await startWorld();
    await using github = await PythonGitHub.start(world.githubToken);
    await proveRehearsal(proofs, world, github);
    await proveSync(proofs, world, github);
    await proveRotation(proofs, world, github);
    proofs.equals('it said nothing on standard error', github.errors, '');
  },
};

async function proveRehearsal(proofs: Proofs, world: World, github: PythonGitHub): Promise<void> {
  const { exitCode, log } = await played(world, github, 'rehearse');
  proofs.holds('a rehearsal in ten stores succeeds', exitCode === 0, log);
  const others = STORES.slice(1).map(([, path]) => `${path}/secrets/ROTATION_WRITE_TEST`);
  const tests = [`${HOME}/secrets/TE_TOKEN_NEXT`, ...others].sort();
  const paths = (all: Written[]) => all.map(({ path }) => path).sort();
  const set = github.written.filter(({ body }) => body !== null);
  const deleted = github.written.filter(({ body }) => body === null);
  proofs.equals('it writes a test secret in each, and an empty record', paths(set), [...tests, RECORD].sort());
  proofs.equals('it deletes each', paths(deleted), tests);
  proofs.equals("no repository sees an organization's", inOrganizations(set), Array(4).fill(['selected', []]));
}

async function proveRotation(proofs: Proofs, world: World, github: PythonGitHub): Promise<void> {
  const { exitCode, log, outputs, post } = await played(world, github, 'rotate');
  proofs.holds('a rotation of ten stores succeeds', exitCode === 0 && post?.exitCode === 0, log);
  const [issued = 'none'] = world.thousandeyes.issued;
  for (const [target, path] of STORES)
    proofs.equals(`PyNaCl opens what was sealed for ${target}`, github.opened(path), [issued]);
  const seen = inOrganizations(github.written.filter(({ path }) => path.endsWith('/TE_TOKEN')));
  proofs.equals("organizations' secrets keep who sees them", seen, Array(4).fill(['selected', [11, 12]]));
  const parked = github.written
    .filter(({ path }) => path === `${HOME}/secrets/TE_TOKEN_NEXT`)
    .map(({ value }) => value);
  proofs.equals('PyNaCl opens the note and the token beside the home; then it is deleted', parked.slice(1), [
    issued,
    null,
  ]);
  proofs.holds(
    'the note says since when and by which run',
    /^asked \S+ https:\S+$/.test(parked[0] ?? ''),
    parked[0] ?? '',
  );
  const record = github.written.findLast(({ path }) => path === RECORD)?.value ?? '{}';
  proofs.equals('the record holds the date', JSON.parse(record).validUntil, outputs['valid-until']);
}

async function proveSync(proofs: Proofs, world: World, github: PythonGitHub): Promise<void> {
  const { exitCode, log } = await played(world, github, 'sync');
  proofs.holds('a sync of ten stores succeeds', exitCode === 0, log);
  const opened = STORES.map(([, path]) => github.opened(path));
  const expected = STORES.map((_, index) => (index === 0 ? [] : [world.currentToken]));
  proofs.equals('PyNaCl opens what was sealed for each but the home', opened, expected);
  const besides = github.written.filter(({ path }) => !path.endsWith('/secrets/TE_TOKEN')).map(({ path }) => path);
  proofs.equals('nothing else is written but the record', [...new Set(besides)], [RECORD]);
}

/** Runs the action in a mode with the ten stores; what was written before is forgotten. */
function played(world: World, github: PythonGitHub, mode: string): Promise<RunResult> {
  github.written.length = 0;
  const targets = STORES.map(([target]) => target).join('\n');
  return world.run({ with: { mode, targets, 'github-api-url': github.url } });
}

/** Who sees what was written in organizations. */
function inOrganizations(written: Written[]): unknown[] {
  const organizations = written.filter(({ path }) => path.startsWith('/orgs/'));
  return organizations.map(({ body }) => [body?.visibility, body?.selected_repository_ids]);
}

class PythonGitHub {
  readonly written: Written[] = [];
  errors = '';
  url = '';
  readonly #process: ChildProcess;

  private constructor() {
    const project = join(import.meta.dirname, '..');
    const description = join(project, 'contracts', 'github-secrets.openapi.json');
    const program = join(import.meta.dirname, 'python', 'github.py');
    this.#process = spawn('python3', [program, description], { stdio: 'pipe' });
  }

  /** What the token's secret in a store was set to, in order. */
  opened(path: string): (string | null)[] {
    return this.written.filter((one) => one.path === `${path}/secrets/TE_TOKEN`).map(({ value }) => value);
  }

  static async start(token: string): Promise<PythonGitHub> {
    const github = new PythonGitHub();
    const { stdin, stdout, stderr } = github.#process;
    if (stdin === null || stdout === null || stderr === null) throw new Error('Python has no pipes');
    const secrets = STORES.map(([target, path]) => [
      `${path}/secrets/TE_TOKEN`,
      target.startsWith('orgs/') || target.startsWith('user/') ? 'selected' : null,
    ]);
    stdin.end(`${JSON.stringify({ token, secrets: Object.fromEntries(secrets) })}\n`);
    stderr.on('data', (text) => {
      github.errors += String(text);
    });
    const lines = createInterface({ input: stdout });
    const port = await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      github.#process.once('close', () => reject(new Error(github.errors)));
    });
    lines.on('line', (line) => github.written.push(JSON.parse(line)));
    github.url = `http://127.0.0.1:${port}`;
    return github;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.kill();
    await ended;
  }
}

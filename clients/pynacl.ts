import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startWorld } from '../sandbox/world.ts';
import type { Client } from './client.ts';
import { pythonModule } from './needs.ts';
import { firstLine } from './shell.ts';

type Written = { path: string; value: string; body: Record<string, unknown> };

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
const VARIABLE = 'TE_TOKEN_VALID_UNTIL';

/** A GitHub in Python, made from the published description alone, takes a whole rotation and opens it with PyNaCl. */
export const pynacl: Client = {
  name: 'pynacl',
  needs: [pythonModule('nacl', 'PyNaCl')],
  version: () =>
    firstLine('python3', '-c', 'import nacl, sys; print("PyNaCl", nacl.__version__, "Python", sys.version)'),
  async prove(proofs) {
    await using world = await startWorld();
    await using github = await PythonGitHub.start(world.githubToken);
    const targets = STORES.map(([target]) => target).join('\n');
    const given = { targets, 'expiry-variable': VARIABLE, 'github-api-url': github.url };
    const { exitCode, log, outputs, post } = await world.run({ with: given });
    proofs.holds('a rotation of ten stores succeeds', exitCode === 0 && post?.exitCode === 0, log);
    const [issued = 'none'] = world.thousandeyes.issued;
    for (const [target, path] of STORES) {
      const opened = github.written.filter((one) => one.path === `${path}/secrets/TE_TOKEN`).map(({ value }) => value);
      proofs.equals(`PyNaCl opens what was sealed for ${target}`, opened, [issued]);
    }
    const organizations = github.written.filter(({ path }) => /^\/orgs\/.*\/TE_TOKEN$/.test(path));
    const sent = organizations.map(({ body }) => [body.visibility, body.selected_repository_ids]);
    proofs.equals("organizations' secrets keep who sees them", sent, Array(4).fill(['selected', [11, 12]]));
    const date = github.written.find(({ path }) => path.endsWith(`/variables/${VARIABLE}`))?.value;
    proofs.equals('the variable holds the date', date, outputs['valid-until']);
    proofs.equals('it said nothing on standard error', github.errors, '');
  },
};

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

import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { HOME, startWorld, type World } from '../sandbox/world.ts';
import { Published } from '../scripts/contracts/published.ts';
import type { Client, Proofs } from './client.ts';
import { forward } from './forward.ts';
import { fromNpm, type Need, npmFolder } from './needs.ts';
import { firstLine } from './shell.ts';

const folder = npmFolder('openapi');
const description: Need = {
  name: "GitHub's whole description (npm)",
  isThere: () => Published.isIn(folder),
  install: () => Published.install(folder),
};

/** A proxy between the action and the sandbox, which holds every request and every answer to the whole description. */
export const prism: Client = {
  name: 'prism',
  needs: [fromNpm('prism', '@stoplight/prism-cli'), description],
  version: async () => `Prism ${await firstLine('prism', '--version')}, description ${new Published(folder).version}`,
  async prove(proofs) {
    const published = new Published(folder);
    await proveCloud(proofs, published.cloud);
    await proveEnterprise(proofs, published.enterpriseServer);
  },
};

const STORES = ['actions', 'dependabot', 'codespaces', 'agents'];

async function proveCloud(proofs: Proofs, file: string): Promise<void> {
  await using world = await startWorld();
  const stores = STORES.flatMap((store) => [`${HOME}/${store}`, `orgs/acme/${store}`]);
  const others = [...stores.slice(1), `${HOME}/environments/Production EU/West`, 'user/codespaces'];
  await proveWith(proofs, file, world, others);
}

/** A GitHub Enterprise Server has fewer stores. */
async function proveEnterprise(proofs: Proofs, file: string): Promise<void> {
  await using world = await startWorld({ enterprise: true });
  const others = ['orgs/acme', 'orgs/acme/dependabot', `${HOME}/dependabot`, `${HOME}/environments/Production EU/West`];
  await proveWith(proofs, file, world, others);
}

/** Every mode with the home, these targets and what a pattern finds. */
async function proveWith(proofs: Proofs, file: string, world: World, others: string[]): Promise<void> {
  world.setup([...others, 'acme/terraform-core', 'acme/terraform-edge']);
  world.setup(['orgs/acme'], { selected: ['network', 'terraform-core'] });
  await using judge = await Judge.start(file, world.github.origin, new URL(world.github.url).pathname);
  const targets = [HOME, ...others, 'acme/terraform-*'].join('\n');
  for (const mode of ['rehearse', 'rotate', 'sync', 'check']) {
    world.later('1 minute');
    const { exitCode, log } = await world.workflow({ with: { targets, mode, 'github-api-url': judge.url } }).run();
    const [count, broken] = judge.told();
    const title = `${basename(file)}, ${others.length + 3} targets, mode ${mode}`;
    proofs.holds(`${title}: succeeds`, exitCode === 0, log);
    proofs.holds(`${title}: ${count} requests and answers are as described`, broken.length === 0, broken.join('\n'));
  }
}

/** Prism, and before it a server that reads what Prism says of each answer. */
class Judge {
  url = '';
  readonly #process: ChildProcess;
  readonly #server = createServer();
  #count = 0;
  #broken: string[] = [];

  private constructor(file: string, upstream: string, port: number) {
    this.#process = spawn('prism', ['proxy', '--port', String(port), file, upstream], { stdio: 'pipe' });
  }

  /** @param base what stands before the paths that are described, such as `/api/v3` */
  static async start(file: string, upstream: string, base: string): Promise<Judge> {
    const port = await freePort();
    const root = base.replace(/\/$/, '');
    const judge = new Judge(file, upstream + root, port);
    await judge.#listens();
    judge.#server.on('request', async (incoming, response) => {
      const { method = '', url = '', headers } = incoming;
      const path = url.slice(root.length);
      const asked = { method, path, headers, body: await buffer(incoming) };
      const answered = await forward(`http://127.0.0.1:${port}`, asked, response);
      judge.#count += 1;
      const violations = JSON.parse(String(answered['sl-violations'] ?? '[]')) as { message: string }[];
      const status = response.statusCode;
      // The description has no 404 for what is not there.
      if (method === 'GET' && status === 404) return;
      judge.#broken.push(...violations.map(({ message }) => `${method} ${path} → ${status}: ${message}`));
    });
    await new Promise<void>((resolve) => judge.#server.listen(0, '127.0.0.1', resolve));
    judge.url = `http://127.0.0.1:${(judge.#server.address() as AddressInfo).port}${root}`;
    return judge;
  }

  /** How many requests there were since the last time, and what was not as described. */
  told(): [number, string[]] {
    const told: [number, string[]] = [this.#count, this.#broken];
    this.#count = 0;
    this.#broken = [];
    return told;
  }

  async #listens(): Promise<void> {
    const { stdout, stderr } = this.#process;
    if (stdout === null || stderr === null) throw new Error('Prism has no pipes');
    stderr.resume();
    const lines = createInterface({ input: stdout });
    await new Promise<void>((resolve, reject) => {
      lines.on('line', (line) => line.includes('Prism is listening') && resolve());
      this.#process.once('close', () => reject(new Error('Prism ended')));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.kill();
    await ended;
  }
}

/** Prism takes no port 0. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

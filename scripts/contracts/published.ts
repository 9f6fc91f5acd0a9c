import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installNpm } from '../npm.ts';
import type { Description } from './openapi.ts';

const PACKAGE = '@octokit/openapi';

/** GitHub's description of its REST API as npm carries it, in a folder of its own that goes away with it: it has 400 MB. */
export class Published {
  readonly #folder: string;
  readonly #files: string;
  /** The version of the package. */
  readonly version: string;

  /** @param version a version of the package, or a tag. @throws where npm can't get it */
  constructor(version = 'latest') {
    this.#folder = mkdtempSync(join(tmpdir(), 'published-'));
    try {
      installNpm(this.#folder, `${PACKAGE}@${version}`);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
    const root = join(this.#folder, 'node_modules', PACKAGE);
    this.#files = join(root, 'generated');
    this.version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
  }

  /** What the contract says of where it comes from. */
  get source(): string {
    return `${PACKAGE} ${this.version} (MIT), api.github.com description; prose and examples removed, references resolved`;
  }

  /** The file that describes github.com. */
  get cloud(): string {
    return join(this.#files, 'api.github.com.json');
  }

  /** The file that describes the newest GitHub Enterprise Server. */
  get enterpriseServer(): string {
    const files = readdirSync(this.#files).filter((name) => /^ghes-\d+\.\d+\.json$/.test(name));
    const newest = files.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
    if (newest === undefined) throw new Error(`${PACKAGE} ${this.version} has no GitHub Enterprise Server`);
    return join(this.#files, newest);
  }

  read(): Description {
    return JSON.parse(readFileSync(this.cloud, 'utf8'));
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

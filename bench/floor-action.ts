import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformFileSync } from '@swc/core';
import { parse, stringify } from 'yaml';

const project = join(import.meta.dirname, '..');
const ncc = createRequire(import.meta.url).resolve('@vercel/ncc/dist/ncc/cli.js');

/** The floor as an action of its own in a temporary folder, bundled as the shipped one is, with the same inputs. */
export class FloorAction {
  /** Where its action.yml is. */
  readonly folder = mkdtempSync(join(tmpdir(), 'floor-'));

  constructor() {
    const write = (name: string, text: string): void => writeFileSync(join(this.folder, name), text);
    symlinkSync(join(project, 'node_modules'), join(this.folder, 'node_modules'), 'junction');
    write('package.json', '{ "type": "module" }\n');
    const options = { swcrc: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2024' } } as const;
    write('floor.js', transformFileSync(join(project, 'bench/floor.ts'), options).code);
    execFileSync(process.execPath, [ncc, 'build', 'floor.js', '--out', 'dist'], { cwd: this.folder, stdio: 'ignore' });
    const action = parse(readFileSync(join(project, 'action.yml'), 'utf8')) as object;
    write('action.yml', stringify({ ...action, runs: { using: 'node24', main: 'dist/index.js' } }));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

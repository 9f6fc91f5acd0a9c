import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transformFileSync } from '@swc/core';

const project = join(import.meta.dirname, '..');
const sources = ['bench/probe.ts', 'sandbox/clocks/scaled.ts', 'sandbox/clocks/replaced-date.ts'];

/**
 * What is preloaded into the action to measure it, as JavaScript in a temporary folder: what strips types in Node would
 * take some 17 MiB of the process that is measured.
 */
export class Preloads {
  readonly #folder = mkdtempSync(join(tmpdir(), 'preloads-'));

  constructor() {
    writeFileSync(join(this.#folder, 'package.json'), '{ "type": "module" }\n');
    const options = { swcrc: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2024' } } as const;
    for (const source of sources) {
      const { code } = transformFileSync(join(project, source), options);
      writeFileSync(join(this.#folder, nameOf(source)), code.replace(/(from ["']\.\/[\w-]+)\.ts/g, '$1.js'));
    }
  }

  /** What Node is told to preload one of them. */
  execArgv(source: string): string[] {
    return ['--import', pathToFileURL(join(this.#folder, nameOf(source))).href];
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}

function nameOf(source: string): string {
  return basename(source).replace(/\.ts$/, '.js');
}

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { licensesText } from './licenses.ts';

/**
 * Builds the bundle that is checked in, into the folder given by `--out`: TypeScript to JavaScript, and the steps with all
 * that they load with ncc. The entries of the two steps, a few lines each, stay what the compiler makes of them; the
 * guard is one file of its own, because it loads nothing of the rest.
 */
const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const ncc = require.resolve('@vercel/ncc/dist/ncc/cli.js');
const run = (...args: string[]) => execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });

rmSync('build', { recursive: true, force: true });
run(tsc, '--project', 'tsconfig.build.json');
run(ncc, 'build', 'build/steps.js', '--out', 'build/bundle');
renameSync('build/bundle/index.js', 'build/bundle/steps.js');
run(ncc, 'build', 'build/guard.js', '--out', 'build/guard');
renameSync('build/guard/index.js', 'build/bundle/guard.js');
for (const entry of ['main.js', 'post.js', 'event-file.js', 'journal-files.js', 'signals.js'])
  copyFileSync(`build/${entry}`, `build/bundle/${entry}`);
writeFileSync('build/bundle/licenses.txt', licensesText('.'));
// Only now, so that a build that fails leaves the old bundle alone.
rmSync(values.out, { recursive: true, force: true });
cpSync('build/bundle', values.out, { recursive: true });

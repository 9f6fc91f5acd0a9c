import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

/** Builds the bundle that is checked in: TypeScript to JavaScript, and that with ncc to the folder given by `--out`. */
const { values } = parseArgs({ options: { out: { type: 'string', default: 'dist' } } });
const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const ncc = require.resolve('@vercel/ncc/dist/ncc/cli.js');
const run = (...args: string[]) => execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });

rmSync('build', { recursive: true, force: true });
run(tsc, '--project', 'tsconfig.build.json');
run(ncc, 'build', 'build/index.js', '--out', 'build/bundle', '--license', 'licenses.txt');
// The post step's entry is a bundle of its own: it loads the other only when there is something to do.
run(ncc, 'build', 'build/post.js', '--out', 'build/post');
copyFileSync('build/post/index.js', 'build/bundle/post.js');
// Only now, so that a build that fails leaves the old bundle alone.
rmSync(values.out, { recursive: true, force: true });
cpSync('build/bundle', values.out, { recursive: true });

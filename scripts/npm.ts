import { execFileSync, type StdioOptions } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/**
 * Installs packages of npm into the `node_modules` of a folder, which need not exist, running none of their scripts. Takes
 * the npm that runs this script, as what is called `npm` on Windows can't be started without a shell. @throws with npm's
 * words where it fails
 */
export function installNpm(folder: string, ...packages: string[]): void {
  mkdirSync(folder, { recursive: true });
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const flags = ['install', '--prefix', folder, '--no-save', '--ignore-scripts', ...quiet];
  const { npm_execpath: npm } = process.env;
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe'];
  if (npm === undefined) execFileSync('npm', [...flags, ...packages], { stdio });
  else execFileSync(process.execPath, [npm, ...flags, ...packages], { stdio });
}

import { execFileSync } from 'node:child_process';

/** Installs packages of npm into a folder's `node_modules`, running none of their scripts. @throws where npm fails */
export function installNpm(folder: string, ...packages: string[]): void {
  const flags = ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  // npm is a script on Windows, which only a shell can run.
  const shell = process.platform === 'win32';
  execFileSync('npm', [...flags, ...packages], { stdio: ['ignore', 'ignore', 'inherit'], shell });
}

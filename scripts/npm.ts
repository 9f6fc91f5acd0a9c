import { execFileSync, type StdioOptions } from 'node:child_process';

/**
 * Installs packages of npm into a folder's `node_modules`, running none of their scripts. Takes the npm that runs this
 * script, as what is called `npm` on Windows can't be started without a shell. @throws where npm fails
 */
export function installNpm(folder: string, ...packages: string[]): void {
  const flags = ['install', '--prefix', folder, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  const { npm_execpath: npm } = process.env;
  const stdio: StdioOptions = ['ignore', 'ignore', 'inherit'];
  if (npm === undefined) execFileSync('npm', [...flags, ...packages], { stdio });
  else execFileSync(process.execPath, [npm, ...flags, ...packages], { stdio });
}

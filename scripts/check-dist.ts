import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';

/** Fails where `dist` is not what the sources build. */
const built = 'build/check';
execFileSync(process.execPath, ['scripts/build.ts', '--out', built], { stdio: 'inherit' });
const names = [...new Set([...readdirSync('dist'), ...readdirSync(built)])].sort();
const differing = names.filter((name) => contentOf('dist', name) !== contentOf(built, name));
rmSync(built, { recursive: true });
if (differing.length > 0) {
  console.error(`dist is not what the sources build: ${differing.join(', ')}. Run \`npm run build\` and commit dist.`);
  process.exitCode = 1;
}

/** Without line endings, which a checkout on Windows may change. */
function contentOf(folder: string, name: string): string | undefined {
  try {
    return readFileSync(`${folder}/${name}`, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return undefined;
  }
}

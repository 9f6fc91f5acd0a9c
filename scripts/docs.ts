import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateActionMarkdownDocs } from 'action-docs';

/** Writes the README's tables of inputs and outputs from action.yml; with `--check` only says whether they are current. */
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const folder = mkdtempSync(join(tmpdir(), 'docs-'));
try {
  const readmeFile = values.check ? join(folder, 'README.md') : 'README.md';
  if (values.check) copyFileSync('README.md', readmeFile);
  await generateActionMarkdownDocs({ sourceFile: 'action.yml', readmeFile, updateReadme: true, tocLevel: 3 });
  if (readFileSync(readmeFile, 'utf8') !== readFileSync('README.md', 'utf8')) {
    process.stderr.write('The tables in README.md are not what action.yml says: run `npm run docs`.\n');
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

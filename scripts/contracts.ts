import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changesBetween, headed, reportOf } from './contracts/changes.ts';
import { cut, textOf } from './contracts/cut.ts';
import type { Description } from './contracts/openapi.ts';
import { contradictions, type PermissionData } from './contracts/permissions.ts';
import { Published } from './contracts/published.ts';

/**
 * Writes `contracts/github-secrets.openapi.json` from GitHub's published description, of the newest version of its package
 * or of the one that is given, and tells in Markdown what has changed, or writes that to the file given by `--report`.
 */
const { values, positionals } = parseArgs({ options: { report: { type: 'string' } }, allowPositionals: true });
const contract = new URL('../contracts/github-secrets.openapi.json', import.meta.url);
const permissions = new URL('../contracts/github-permissions.json', import.meta.url);

const { description, source, version } = fetched(positionals[0]);
const before: Description = read(contract);
const after = cut(description, source);
writeFileSync(contract, textOf(after));

const contradicted = contradictions(read<PermissionData>(permissions), description);
const report = [
  `GitHub's description as of @octokit/openapi ${version}; before, ${before.info.version}.`,
  '',
  reportOf(changesBetween(before, after)),
  ...headed('The permission data is contradicted', contradicted),
].join('\n');
if (values.report === undefined) console.log(report);
else writeFileSync(values.report, report);

/** In a folder of its own, which goes away again. */
function fetched(version: string | undefined): { description: Description; source: string; version: string } {
  const folder = mkdtempSync(join(tmpdir(), 'published-'));
  try {
    Published.install(folder, version);
    const published = new Published(folder);
    return { description: published.read(), source: published.source, version: published.version };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read<T>(file: URL): T {
  return JSON.parse(readFileSync(file, 'utf8'));
}

import { readFileSync } from 'node:fs';
import type { schema } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import type { Reporter } from '@stryker-mutator/api/report';
import { parse } from 'yaml';

/** Mutants that change nothing, by the reason why. */
type Known = readonly { readonly because: string; readonly mutants: readonly string[] }[];

/** Long enough to tell one mutant from another. */
const longest = 120;

/** Fails the run where a mutant survives that `survivors.yml` doesn't explain, or explains one that is killed by now. */
class Judge implements Reporter {
  onMutationTestReportReady({ files }: schema.MutationTestResult): void {
    const text = readFileSync(new URL('./survivors.yml', import.meta.url), 'utf8');
    const explained = (parse(text) as Known).flatMap(({ mutants }) => mutants);
    const mutantsThat = (...statuses: schema.MutantStatus[]) =>
      Object.entries(files).flatMap(([path, file]) => mutantsOf(nameOf(path), file, statuses));
    const survivors = mutantsThat('Survived', 'NoCoverage');
    // Where the machine stalls, a mutant that changes nothing runs out of time, too.
    const perhaps = [...survivors, ...mutantsThat('Timeout')];
    const judged = Object.keys(files).map((path) => `${nameOf(path)}: `);
    tell('These mutants survive, and nothing explains why', without(survivors, explained));
    tell(
      'These mutants are explained in survivors.yml, but none survives',
      without(explained, perhaps).filter((mutant) => judged.some((name) => mutant.startsWith(name))),
    );
  }
}

function nameOf(path: string): string {
  return path.replace(/^src\//, '');
}

function mutantsOf(
  name: string,
  { source, mutants }: schema.FileResult,
  statuses: readonly schema.MutantStatus[],
): string[] {
  const lines = source.split('\n');
  return mutants
    .filter(({ status }) => statuses.includes(status))
    .map(({ location, replacement = '' }) => `${name}: ${folded(textAt(lines, location))} → ${folded(replacement)}`);
}

/** The report counts lines and columns from one. */
function textAt(lines: readonly string[], { start, end }: schema.Location): string {
  const affected = lines.slice(start.line - 1, end.line);
  const last = affected.length - 1;
  return affected
    .map((line, index) => line.slice(index === 0 ? start.column - 1 : 0, index === last ? end.column - 1 : undefined))
    .join('\n');
}

function folded(code: string): string {
  const line = code.replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** As often as each stands in `these` more than in `those`: the same code may stand twice in a file. */
function without(these: readonly string[], those: readonly string[]): string[] {
  const left = [...those];
  return these.filter((text) => {
    const index = left.indexOf(text);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function tell(headline: string, mutants: readonly string[]): void {
  if (mutants.length === 0) return;
  console.error(`${headline}:\n${mutants.map((mutant) => `    - ${JSON.stringify(mutant)}`).join('\n')}`);
  process.exitCode = 1;
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Reporter, 'judge', Judge)];

import { type Description, isTree, type Json, type Tree } from './openapi.ts';
import { READ_PROPERTIES } from './operations.ts';

export type Change = {
  /** Such as `PUT /orgs/{org}/actions/secrets/{secret_name}`. */
  operation: string;
  /** Where in the operation, empty where it is the operation itself. */
  where: readonly string[];
  kind: 'added' | 'removed' | 'changed';
};

const REQUIRED = ' (required)';

/** What differs between two contracts; of what was added or removed as a whole, its top. */
export function changesBetween(before: Description, after: Description): Change[] {
  const [old, now] = [operationsOf(before), operationsOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return names.flatMap((operation) => differences(operation, old[operation], now[operation], []));
}

/**
 * Whether the action may rely on what has changed. It does not care for what is new in an answer, but for a new value of a
 * list; nor for what it need not send; nor for properties of answers that it never reads.
 */
export function isReliedOn({ where, kind }: Change): boolean {
  const [part = '', ...below] = where;
  if (part === 'responses') {
    const unread = propertiesIn(below).some((name) => !READ_PROPERTIES.has(name));
    return !unread && (kind !== 'added' || below.includes('enum'));
  }
  if (kind !== 'added' || part === 'deprecated') return true;
  if (part === 'parameters') return below[0]?.endsWith(REQUIRED) ?? false;
  return part === 'requestBody' && below.at(-2) !== 'properties';
}

/** A list of changes in Markdown, the ones that matter first. */
export function reportOf(changes: readonly Change[]): string {
  const lines = (relied: boolean): string[] =>
    changes
      .filter((change) => isReliedOn(change) === relied)
      .map(({ operation, where, kind }) => `- \`${operation}\`: ${[kind, where.join(' › ')].join(' ').trim()}`);
  return [...headed('The action may rely on this', lines(true)), ...headed('Other changes', lines(false))].join('\n');
}

/** A heading and what stands below it, or nothing. */
export function headed(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${heading}`, '', ...lines, ''];
}

function operationsOf({ paths }: Description): Record<string, Tree> {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId: _, ...rest }]) => [`${method.toUpperCase()} ${path}`, rest]),
  );
  return Object.fromEntries(all);
}

function differences(operation: string, before: Json | undefined, after: Json | undefined, where: string[]): Change[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [{ operation, where, kind: 'added' }];
  if (after === undefined) return [{ operation, where, kind: 'removed' }];
  const [old, now] = [named(before), named(after)];
  if (!isTree(old) || !isTree(now)) return old === now ? [] : [{ operation, where, kind: 'changed' }];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  return keys.flatMap((key) => differences(operation, old[key], now[key], [...where, key]));
}

/** A list as an object: parameters by name, values by themselves, schemas by their place. Order is no change. */
function named(value: Json): Json {
  if (!Array.isArray(value)) return value;
  return Object.fromEntries(
    value.map((item, index) => {
      if (!isTree(item)) return [JSON.stringify(item), true];
      const name = typeof item.name === 'string' ? item.name : String(index);
      return [item.required === true ? name + REQUIRED : name, item];
    }),
  );
}

function propertiesIn(where: readonly string[]): string[] {
  return where.flatMap((name, index) => {
    if (where[index - 1] === 'properties') return [name];
    return where[index - 1] === 'required' ? [JSON.parse(name)] : [];
  });
}

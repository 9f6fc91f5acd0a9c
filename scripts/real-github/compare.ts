import type { Exchange, Shape } from './exchange.ts';

export type Comparison = {
  /** Where the sandbox and GitHub contradict each other. */
  differences: string[];
  /** What GitHub says beyond the sandbox, and its description does not promise. */
  notes: string[];
};

/** Headers that mean something to a client; the rest is transport, caching and browsers. */
const MEANINGFUL = [
  'content-type',
  'date',
  'deprecation',
  'github-authentication-token-expiration',
  'location',
  'retry-after',
  'sunset',
  'x-accepted-github-permissions',
  'x-accepted-oauth-scopes',
  'x-github-request-id',
  'x-github-sso',
  'x-oauth-scopes',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
];

/** A new App token that isn't known everywhere yet, a limit, an outage: what GitHub may answer to any request. */
const passing = (status: number) => status === 401 || status === 429 || status >= 500;

/**
 * Holds what GitHub answered against what the sandbox answers to the same requests, by shape alone.
 *
 * @param required the JSON pointers that GitHub's description promises for an operation and a status
 */
export function compare(
  real: Exchange[],
  sandbox: Exchange[],
  required: (operation: string, status: number) => Set<string>,
): Comparison {
  const played = grouped(sandbox);
  const result: Comparison = { differences: [], notes: [] };
  for (const [key, { operation, status, exchanges }] of grouped(real)) {
    const same = played.get(key);
    if (same !== undefined) {
      compareGroup(`${operation} → ${status}`, exchanges, same.exchanges, required(operation, status), result);
    } else if (passing(status)) result.notes.push(`${operation} → ${status}: met by chance, and not compared`);
    else result.differences.push(`${operation} → ${status}: the sandbox never answers so`);
  }
  return result;
}

type Group = { operation: string; status: number; exchanges: Exchange[] };

function grouped(all: Exchange[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const exchange of all) {
    const { operation, status } = exchange;
    const key = `${operation} ${status}`;
    const group = groups.get(key) ?? { operation, status, exchanges: [] };
    group.exchanges.push(exchange);
    groups.set(key, group);
  }
  return groups;
}

function compareGroup(
  at: string,
  real: Exchange[],
  sandbox: Exchange[],
  required: Set<string>,
  { differences, notes }: Comparison,
): void {
  const differ = (what: string) => differences.push(`${at}: ${what}`);
  const media = [real, sandbox].map((side) => [...new Set(side.map(({ mediaType }) => mediaType))].sort().join(', '));
  if (media[0] !== media[1]) differ(`GitHub sends ${media[0] || 'no body'}, the sandbox ${media[1] || 'none'}`);
  for (const name of MEANINGFUL) {
    const [github, own] = [real, sandbox].map((side) => side.some(({ headers }) => headers.includes(name)));
    if (github !== own) differ(`only ${github ? 'GitHub' : 'the sandbox'} sends the header ${name}`);
  }
  const [github, own] = [merged(real), merged(sandbox)];
  for (const [pointer, types] of Object.entries(own)) {
    const theirs = github[pointer];
    if (theirs === undefined && couldHave(github, pointer)) differ(`only the sandbox has ${pointer}`);
    if (theirs !== undefined && !agree(theirs, types)) {
      differ(`${pointer || 'the body'} is ${theirs.join(' or ')}, in the sandbox ${types.join(' or ')}`);
    }
  }
  for (const pointer of Object.keys(github)) {
    if (pointer in own || !couldHave(own, pointer)) continue;
    if (required.has(pointer)) differ(`only GitHub has ${pointer}, which its description promises`);
    else notes.push(`${at}: only GitHub has ${pointer}`);
  }
}

/** Whether a field could be there: its parent is, and is not just a list that happened to be empty. */
function couldHave(shape: Shape, pointer: string): boolean {
  const parent = pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
  return parent in shape && !pointer.endsWith('/*');
}

/** Null says nothing about what else a field can be. */
function agree(a: string[], b: string[]): boolean {
  const [left, right] = [a, b].map((types) => types.filter((type) => type !== 'null'));
  if (left === undefined || right === undefined || left.length === 0 || right.length === 0) return true;
  return left.some((type) => right.includes(type));
}

function merged(exchanges: Exchange[]): Shape {
  const all: Record<string, Set<string>> = {};
  for (const { body } of exchanges) {
    for (const [pointer, types] of Object.entries(body)) {
      all[pointer] = new Set([...(all[pointer] ?? []), ...types]);
    }
  }
  return Object.fromEntries(Object.entries(all).map(([pointer, types]) => [pointer, [...types].sort()]));
}

import { isLoopback } from '../lib/proxy.ts';
import { failed, ok, type Result } from '../lib/result.ts';
import { runtimeFaults } from '../lib/runtime.ts';
import { canStandInHeader, looksLikeToken, repeatsSecret, Secret } from '../lib/secret.ts';
import { quote } from '../lib/text.ts';
import type { Workflow } from '../lib/workflow.ts';
import type { Mode } from '../rotation/outcome.ts';
import { type NextSecret, nextSecretFrom } from '../rotation/record/next.ts';
import { isPattern, lineFrom, nameFault, nextNameOf, recordNameOf, type Target } from '../targets/target.ts';
import type { Environment } from './environment.ts';

/** Everything the user said, checked. */
export interface Inputs {
  readonly thousandEyesToken: Secret;
  /** What an earlier run left. */
  readonly next: NextSecret;
  readonly githubToken: Secret;
  /** In upper case. */
  readonly secretName: string;
  /** The home first; it is no pattern. Not empty. */
  readonly lines: readonly Target[];
  readonly mode: Mode;
  readonly rotateWhenDaysLeft: number | undefined;
  readonly createMissing: boolean;
  readonly exposeToken: boolean;
  /** Base URLs without a slash at their end. */
  readonly thousandEyesUrl: string;
  readonly githubUrl: string;
}

/** Hides the credentials of the inputs: before anything is done with them. */
export function maskInputs(input: Environment['input'], { mask }: Pick<Workflow, 'mask'>): void {
  for (const name of ['thousandeyes-token', 'github-token']) mask(new Secret(input(name) ?? ''));
  const next = nextSecretFrom(input('thousandeyes-token-next') ?? '');
  if (next.kind === 'token') mask(next.token);
}

/** The default of `thousandeyes-token-next` in action.yml: the runner sets it only where a workflow lacks the line. */
const missingLine = '<the line is missing>';
const homeGone =
  '`thousandeyes-token-next` has a token, which an earlier run left. If the home was deleted, set it to any word, and run this workflow: it finishes.';
/** Of secrets and variables. Source: GitHub's "Secrets reference" and "Variables reference". */
const longestName = 255;
const modes: readonly Mode[] = ['rotate', 'sync', 'check', 'rehearse'];

/**
 * All inputs, or every fault in them, never with a token. An empty one counts as left out, because `${{ inputs.mode }}` is
 * empty on a schedule. Only `targets` must not be: a typo in a variable's name would point the rotation elsewhere.
 */
export function inputsFrom({
  input,
  repository,
  githubUrl,
  variables,
}: Pick<Environment, 'input' | 'repository' | 'githubUrl' | 'variables'>): Result<Inputs, readonly string[]> {
  const faults: string[] = [];
  const source: Source = {
    read: (name) => input(name) ?? '',
    faults,
    fault: (name, expected, given) => faults.push(`Input \`${name}\`: expected ${expected}, got ${given}.`),
  };
  const givenNext = input('thousandeyes-token-next') ?? missingLine;
  const next = nextSecretFrom(givenNext);
  const thousandEyesToken = tokenOf(
    'thousandeyes-token',
    next.kind === 'token'
      ? homeGone
      : 'Usually this is a workflow that runs for a fork or for Dependabot: those get no Actions secrets. Else the secret has another name than the workflow says, or belongs to an environment that the job does not name.',
    source,
  );
  const githubToken = tokenOf(
    'github-token',
    "It takes the installation token of a GitHub App, or a personal access token, that can write the secrets and the record; the workflow's own GITHUB_TOKEN can't. If a step before this one creates it, check the output name.",
    source,
  );
  swappedTokens(thousandEyesToken.reveal(), githubToken.reveal(), next, source);
  const secretName = secretNameOf(source);
  const mode = modeOf(source);
  const lines = linesOf(input('targets') ?? repository, secretName, faults);
  const [home] = lines;
  if (givenNext === missingLine) faults.push(lineToAdd(home === undefined ? secretName : home.secret));
  const inputs: Inputs = {
    thousandEyesToken,
    next,
    githubToken,
    secretName,
    lines: lines.filter((line) => line !== undefined),
    mode,
    rotateWhenDaysLeft: daysOf(source),
    createMissing: flagOf('create-missing', source),
    exposeToken: flagOf('expose-token', source),
    thousandEyesUrl: thousandEyesUrlOf(source),
    githubUrl: urlOf('github-api-url', githubUrl, '`https://api.github.com`', thousandEyesHost, source),
  };
  faults.push(...runtimeFaults(variables));
  return faults.length > 0 ? failed(faults) : ok(inputs);
}

/** Where inputs come from and their faults go. Reading goes on after a fault, so that all are told at once. */
interface Source {
  /** An input; empty where it was left out. */
  readonly read: (name: string) => string;
  readonly faults: string[];
  readonly fault: (name: string, expected: string, given: string) => void;
}

function tokenOf(name: string, whenEmpty: string, { read, faults, fault }: Source): Secret {
  const value = read(name);
  if (value === '') faults.push(`Input \`${name}\` is empty. ${whenEmpty}`);
  else {
    const wrong = tokenFault(value);
    if (wrong !== undefined) fault(name, 'a token alone, on one line and without spaces', wrong);
  }
  return new Secret(value);
}

/** What is wrong with the form of a token, without showing it. */
function tokenFault(value: string): string | undefined {
  if (/^bearer\s/i.test(value)) return 'one with `Bearer ` in front: leave that word out';
  if (/^token\s/i.test(value)) return 'one with `token ` in front: leave that word out';
  if (/[\r\n]/.test(value)) return 'one with a line break inside: it was probably pasted with one';
  if (/["'`]/.test(value)) return 'one with a quotation mark in it: it was probably stored with its quotes';
  return canStandInHeader(value) ? undefined : `${value.length} characters of which some are none of a token`;
}

const gitHubToken = /^(?:gh[a-z]_|github_pat_)/;
const gitHubHost = /(?:^|\.)(?:github|ghe)\.com$/;
const thousandEyesHost = /(?:^|\.)thousandeyes\.com$/;
/** ThousandEyes' bearer tokens are UUIDs. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A credential goes to its own service only: one that was put into the other's input is told before it travels. */
function swappedTokens(thousandEyes: string, github: string, next: NextSecret, { fault }: Source): void {
  const gitHubs = 'a token of GitHub (it begins like one)';
  if (gitHubToken.test(thousandEyes)) fault('thousandeyes-token', 'a User API Token of ThousandEyes', gitHubs);
  if (uuid.test(github)) fault('github-token', 'a token of GitHub', 'what looks like a token of ThousandEyes (a UUID)');
  if (github !== '' && github === thousandEyes)
    fault('github-token', 'a token of GitHub', 'the same value as `thousandeyes-token`');
  if (next.kind !== 'token') return;
  const left = next.token.reveal();
  const wrong = gitHubToken.test(left) ? gitHubs : left === github ? 'the same value as `github-token`' : undefined;
  if (wrong !== undefined)
    fault('thousandeyes-token-next', 'what an earlier run left in the secret beside the home, or nothing', wrong);
}

function flagOf(name: string, { read, fault }: Source): boolean {
  const value = read(name);
  if (/^(?:true|True|TRUE)$/.test(value)) return true;
  if (value !== '' && !/^(?:false|False|FALSE)$/.test(value)) fault(name, '`true` or `false`', shown(value));
  return false;
}

/** @param others hosts of the other service, which must not get this one's credential */
function urlOf(name: string, fallback: string, example: string, others: RegExp, { read, fault }: Source): string {
  const value = read(name) || fallback;
  const wrong = urlFault(value, example);
  if (wrong !== undefined) fault(name, wrong, shown(withoutUserInfo(value)));
  else if (others.test(new URL(value).hostname)) fault(name, `a URL like ${example}`, shown(value));
  return value.replace(/\/+$/, '');
}

/** Another version of the API answers `/users/current` as well, so that nothing but the last step would fail. */
function thousandEyesUrlOf(source: Source): string {
  const name = 'thousandeyes-api-url';
  const usual = 'https://api.thousandeyes.com/v7';
  const url = urlOf(name, usual, `\`${usual}\``, gitHubHost, source);
  const isTheirs = URL.canParse(url) && thousandEyesHost.test(new URL(url).hostname);
  if (isTheirs && !url.endsWith('/v7'))
    source.fault(name, 'the base of version 7 of the API, which ends in `/v7`', shown(withoutUserInfo(url)));
  return url;
}

function secretNameOf({ read, fault }: Source): string {
  const value = read('secret-name') || 'TE_TOKEN';
  const wrong = nameFault(value);
  if (wrong !== undefined) fault('secret-name', `the name of a secret (${wrong})`, shown(value));
  return value.toUpperCase();
}

function modeOf({ read, fault }: Source): Mode {
  const value = read('mode') || 'rotate';
  const mode = modes.find((each) => each === value);
  if (mode === undefined) fault('mode', '`rotate`, `sync`, `check` or `rehearse`', shown(value));
  return mode ?? 'rotate';
}

function daysOf({ read, fault }: Source): number | undefined {
  const value = read('rotate-when-days-left');
  if (value === '') return undefined;
  const days = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (!(days >= 15 && days <= 700)) fault('rotate-when-days-left', 'a whole number from 15 to 700', shown(value));
  return days;
}

/** The lines of `targets`, the home first; undefined for one that names nothing. That each is there once is seen to later. */
function linesOf(text: string, secretName: string, faults: string[]): (Target | undefined)[] {
  const given = text
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ text: line.trim(), where: `Input \`targets\`, line ${index + 1}` }))
    .filter((line) => line.text !== '' && !line.text.startsWith('#'));
  const lines = given.map((line) => {
    const parsed = lineFrom(line.text, secretName);
    if (parsed.ok) return parsed.value;
    const why = looksLikeToken(line.text) ? '' : `: ${parsed.error}`;
    faults.push(
      `${line.where}: expected a target like \`acme/network\`, \`acme/network/environments/Production\` or \`orgs/acme\`, got ${shown(line.text)}${why}.`,
    );
    return undefined;
  });
  if (given.length === 0)
    faults.push(
      'Input `targets`: expected at least one target, got none. The first line is the home: the secret that the workflow itself reads.',
    );
  const [home] = lines;
  if (home === undefined) return lines;
  faults.push(...homeFaults(home));
  const own = [recordNameOf(home.secret), nextNameOf(home.secret)];
  for (const [index, line] of given.entries()) {
    const named = lines[index];
    if (named !== undefined && own.includes(named.secret))
      faults.push(
        `${line.where}: expected a secret with another name than ${own.map(shown).join(' and ')}, which this action needs beside the home, got ${shown(line.text)}.`,
      );
  }
  return lines;
}

function homeFaults(home: Target): string[] {
  const faults: string[] = [];
  const feature = isPattern(home) ? undefined : home.store.feature;
  const wanted =
    feature === undefined
      ? 'one target and no pattern'
      : `an Actions secret (of a repository, an environment or an organization), not a ${feature} one`;
  if (feature !== 'actions')
    faults.push(
      `Input \`targets\`: the first line is the home, the secret that the workflow itself reads, so it must be ${wanted}.`,
    );
  const { length } = home.secret;
  const most = longestName - recordNameOf('').length;
  // One that is longer still is told as no name at all.
  if (length > most && length <= longestName)
    faults.push(
      `Input \`targets\`: expected a name of at most ${most} characters for the home's secret, because the record beside it has that name with \`${recordNameOf('')}\` behind it, got one of ${length}.`,
    );
  return faults;
}

/** What to say of a workflow that lacks the line, with the line, by the name of the home's secret. */
function lineToAdd(secret: string): string {
  const name = nameFault(secret) === undefined && !repeatsSecret(secret) ? secret : 'TE_TOKEN';
  return `Input \`thousandeyes-token-next\` is missing. Add this line beside \`thousandeyes-token\`: \`thousandeyes-token-next: \${{ secrets.${nextNameOf(name)} }}\`. The secret need not exist: it is there only while a rotation is unfinished.`;
}

/** https, or http to this machine; nothing beside host, port and path. */
function urlFault(text: string, example: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '') return `a URL like ${example}`;
  if (url.username !== '' || url.password !== '') return 'a URL without a user name and password';
  if (url.search !== '' || url.hash !== '') return 'a URL without `?` and `#`';
  if (url.protocol === 'https:') return undefined;
  return url.protocol === 'http:' && isLoopback(url) ? undefined : 'an https URL: a credential is sent there';
}

function withoutUserInfo(text: string): string {
  return text.replace(/^(https?:\/\/)?.*@/s, '$1***@');
}

function shown(value: string): string {
  if (looksLikeToken(value)) return 'what looks like a token';
  return value === '' ? 'nothing' : `\`${quote(value, 80).replaceAll('`', "'").replaceAll(': //', '://')}\``;
}

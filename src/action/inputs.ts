import { isIPv4 } from 'node:net';
import { failed, ok, type Result } from '../lib/result.ts';
import { runtimeFaults } from '../lib/runtime.ts';
import { canStandInHeader, repeatsSecret, Secret } from '../lib/secret.ts';
import { quote } from '../lib/text.ts';
import type { Mode } from '../rotation/outcome.ts';
import { type NextSecret, nextSecretFrom } from '../rotation/record/next.ts';
import { isPattern, lineFrom, nameFault, nextNameOf, recordNameOf, type Target } from '../targets/target.ts';

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

/** Reads one input by name: the runner's value, trimmed; undefined where the runner gave none. */
export type ReadInput = (name: string) => string | undefined;

/** What the inputs' defaults are taken from. */
export interface InputDefaults {
  /** `owner/name` of the running repository. */
  readonly repository: string;
  readonly githubUrl: string;
  /** The environment. */
  readonly variables: NodeJS.ProcessEnv;
}

/** The default of `thousandeyes-token-next` in action.yml: the runner sets it only where a workflow lacks the line. */
const missingLine = '<the line is missing>';
/** Of secrets and variables. Source: GitHub's "Secrets reference" and "Variables reference". */
const longestName = 255;
const modes: readonly Mode[] = ['rotate', 'sync', 'check', 'rehearse'];

/**
 * Checks all inputs: the inputs, or every fault in them, each with what was expected and what was given, never with a
 * token. An input that is empty counts as left out, because an expression like `${{ inputs.mode }}` is empty on a
 * schedule. Only `targets` must not be: a typo in a variable's name would point the rotation elsewhere.
 */
export function inputsFrom(readInput: ReadInput, defaults: InputDefaults): Result<Inputs, readonly string[]> {
  const faults: string[] = [];
  const source: Source = {
    read: (name) => readInput(name) ?? '',
    faults,
    fault: (name, expected, given) => faults.push(`Input \`${name}\`: expected ${expected}, got ${given}.`),
  };
  const thousandEyesToken = tokenOf(
    'thousandeyes-token',
    'Usually this is a workflow that runs for a fork or for Dependabot: those get no Actions secrets. Else the secret has another name than the workflow says, or belongs to an environment that the job does not name.',
    source,
  );
  const githubToken = tokenOf(
    'github-token',
    "It takes the installation token of a GitHub App, or a personal access token, that can write the secrets and the record; the workflow's own GITHUB_TOKEN can't. If a step before this one creates it, check the output name.",
    source,
  );
  const givenNext = readInput('thousandeyes-token-next') ?? missingLine;
  const next = nextSecretFrom(givenNext);
  swappedTokens(thousandEyesToken, githubToken, next, source);
  const secretName = secretNameOf('secret-name', source);
  const mode = modeOf('mode', source);
  const lines = linesOf(readInput('targets') ?? defaults.repository, secretName, faults);
  const [home] = lines;
  if (givenNext === missingLine) faults.push(lineToAdd(home === undefined ? secretName : home.secret));
  const inputs: Inputs = {
    thousandEyesToken,
    next,
    githubToken,
    secretName,
    lines: lines.filter((line) => line !== undefined),
    mode,
    rotateWhenDaysLeft: daysOf('rotate-when-days-left', source),
    createMissing: flagOf('create-missing', source),
    exposeToken: flagOf('expose-token', source),
    thousandEyesUrl: thousandEyesUrlOf('thousandeyes-api-url', source),
    githubUrl: urlOf('github-api-url', defaults.githubUrl, '`https://api.github.com`', source),
  };
  faults.push(...runtimeFaults(defaults.variables));
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
/** ThousandEyes' bearer tokens are UUIDs. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A credential goes to its own service only: one that was put into the other's input is told before it travels. */
function swappedTokens(thousandEyes: Secret, github: Secret, next: NextSecret, { fault }: Source): void {
  if (gitHubToken.test(thousandEyes.reveal()))
    fault('thousandeyes-token', 'a User API Token of ThousandEyes', 'a token of GitHub (it begins like one)');
  if (uuid.test(github.reveal()))
    fault('github-token', 'a token of GitHub', 'what looks like a token of ThousandEyes (a UUID)');
  if (github.reveal() !== '' && github.reveal() === thousandEyes.reveal())
    fault('github-token', 'a token of GitHub', 'the same value as `thousandeyes-token`');
  if (next.kind !== 'token') return;
  const expected = 'what an earlier run left in the secret beside the home, or nothing';
  if (gitHubToken.test(next.token.reveal()))
    fault('thousandeyes-token-next', expected, 'a token of GitHub (it begins like one)');
  else if (next.token.reveal() === github.reveal())
    fault('thousandeyes-token-next', expected, 'the same value as `github-token`');
}

function flagOf(name: string, { read, fault }: Source): boolean {
  const value = read(name);
  if (/^(?:true|True|TRUE)$/.test(value)) return true;
  if (value !== '' && !/^(?:false|False|FALSE)$/.test(value)) fault(name, '`true` or `false`', shown(value));
  return false;
}

function urlOf(name: string, fallback: string, example: string, { read, fault }: Source): string {
  const value = read(name) || fallback;
  const wrong = urlFault(value, example);
  if (wrong !== undefined) fault(name, wrong, shown(withoutUserInfo(value)));
  return value.replace(/\/+$/, '');
}

/** Another version of the API answers `/users/current` as well, so that nothing but the last step would fail. */
function thousandEyesUrlOf(name: string, source: Source): string {
  const url = urlOf(name, 'https://api.thousandeyes.com/v7', '`https://api.thousandeyes.com/v7`', source);
  const isTheirs = URL.canParse(url) && /(?:^|\.)thousandeyes\.com$/.test(new URL(url).hostname);
  if (isTheirs && !url.endsWith('/v7'))
    source.fault(name, 'the base of version 7 of the API, which ends in `/v7`', shown(withoutUserInfo(url)));
  return url;
}

function secretNameOf(name: string, { read, fault }: Source): string {
  const value = read(name) || 'TE_TOKEN';
  const wrong = nameFault(value);
  if (wrong !== undefined) fault(name, `the name of a secret (${wrong})`, shown(value));
  return value.toUpperCase();
}

function modeOf(name: string, { read, fault }: Source): Mode {
  const value = read(name) || 'rotate';
  const mode = modes.find((each) => each === value);
  if (mode === undefined) fault(name, '`rotate`, `sync`, `check` or `rehearse`', shown(value));
  return mode ?? 'rotate';
}

function daysOf(name: string, { read, fault }: Source): number | undefined {
  const value = read(name);
  if (value === '') return undefined;
  const days = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (!(days >= 15 && days <= 700)) fault(name, 'a whole number from 15 to 700', shown(value));
  return days;
}

/** A line of `targets` as it stands there; undefined where it names nothing. */
interface GivenLine {
  readonly number: number;
  readonly text: string;
  readonly line: Target | undefined;
}

/**
 * The lines of `targets`, the home first; undefined for one that names nothing. The same target twice is for a later
 * step: patterns find some, too.
 */
function linesOf(text: string, secretName: string, faults: string[]): (Target | undefined)[] {
  const given: GivenLine[] = [];
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const parsed = lineFrom(line, secretName);
    given.push({ number: index + 1, text: line, line: parsed.ok ? parsed.value : undefined });
    if (parsed.ok) continue;
    faults.push(
      `Input \`targets\`, line ${index + 1}: expected a target like \`acme/network\`, \`acme/network/environments/Production\` or \`orgs/acme\`, got ${shown(line)}: ${parsed.error}.`,
    );
  }
  if (given.length === 0) {
    faults.push(
      'Input `targets`: expected at least one target, got none. The first line is the home: the secret that the workflow itself reads.',
    );
  }
  const home = given[0]?.line;
  if (home !== undefined) faults.push(...homeFaults(home), ...takenNames(home.secret, given));
  return given.map(({ line }) => line);
}

function homeFaults(home: Target): string[] {
  const faults: string[] = [];
  const fault = homeFault(home);
  if (fault !== undefined)
    faults.push(
      `Input \`targets\`: the first line is the home, the secret that the workflow itself reads, so it must be ${fault}.`,
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

/** The targets that have a name which the action needs for itself. */
function takenNames(secret: string, given: readonly GivenLine[]): string[] {
  const names = [recordNameOf(secret), nextNameOf(secret)];
  return given
    .filter(({ line }) => line !== undefined && names.includes(line.secret))
    .map(
      ({ number, text }) =>
        `Input \`targets\`, line ${number}: expected a secret with another name than ${names.map(shown).join(' and ')}, which this action needs beside the home, got ${shown(text)}.`,
    );
}

function homeFault(home: Target): string | undefined {
  if (isPattern(home)) return 'one target and no pattern';
  const { store } = home;
  return store.feature === 'actions'
    ? undefined
    : `an Actions secret (of a repository, an environment or an organization), not a ${store.feature} one`;
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

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

function withoutUserInfo(text: string): string {
  return text.replace(/^(https?:\/\/)?.*@/s, '$1***@');
}

function shown(value: string): string {
  return value === '' ? 'nothing' : `\`${quote(value, 80).replaceAll('`', "'").replaceAll(': //', '://')}\``;
}

import { isIPv4 } from 'node:net';
import { canStandInHeader, Secret } from './secret.ts';
import { type Line, LineError, lineFrom, secretNameFault } from './target.ts';
import { quote } from './text.ts';

export type Mode = 'rotate' | 'sync' | 'check';

/** Everything the user said, checked. */
export interface Inputs {
  readonly thousandEyesToken: Secret;
  readonly githubToken: Secret;
  /** In upper case. */
  readonly secretName: string;
  /** The home first; it is no pattern. Not empty. */
  readonly lines: readonly Line[];
  readonly mode: Mode;
  readonly expiryVariable: string | undefined;
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
}

/**
 * Checks all inputs. An input that is empty counts as left out, because an expression like `${{ inputs.mode }}` is
 * empty on a schedule; only `targets` must not be, lest a typo in a variable's name point the rotation elsewhere.
 *
 * @returns the inputs, or every fault in them, each with what was expected and what was given; never with a token
 */
export function inputsFrom(
  readInput: ReadInput,
  defaults: InputDefaults,
): { inputs: Inputs } | { faults: readonly string[] } {
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
    "It takes the installation token of a GitHub App, or a personal access token, that may write the secrets; the workflow's own GITHUB_TOKEN can't. If a step before this one makes it, see that its output is spelled right.",
    source,
  );
  const secretName = secretNameOf('secret-name', source);
  const mode = modeOf('mode', source);
  const expiryVariable = variableNameOf('expiry-variable', source);
  const inputs: Inputs = {
    thousandEyesToken,
    githubToken,
    secretName,
    lines: linesOf(readInput('targets') ?? defaults.repository, secretName, faults),
    mode,
    expiryVariable,
    rotateWhenDaysLeft: daysOf('rotate-when-days-left', expiryVariable, source),
    createMissing: flagOf('create-missing', source),
    exposeToken: flagOf('expose-token', source),
    thousandEyesUrl: urlOf('thousandeyes-api-url', 'https://api.thousandeyes.com/v7', source),
    githubUrl: urlOf('github-api-url', defaults.githubUrl, source),
  };
  return faults.length > 0 ? { faults } : { inputs };
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
  else if (!canStandInHeader(value))
    fault(
      name,
      'a token, on one line and without spaces',
      `${value.length} characters of which some are none of a token`,
    );
  return new Secret(value);
}

function flagOf(name: string, { read, fault }: Source): boolean {
  const value = read(name);
  if (/^(?:true|True|TRUE)$/.test(value)) return true;
  if (value !== '' && !/^(?:false|False|FALSE)$/.test(value)) fault(name, '`true` or `false`', shown(value));
  return false;
}

function variableNameOf(name: string, { read, fault }: Source): string | undefined {
  const value = read(name);
  const wrong = value === '' ? undefined : secretNameFault(value)?.replace('secret', 'variable');
  if (wrong !== undefined) fault(name, `the name of an Actions variable (${wrong})`, shown(value));
  return value === '' ? undefined : value.toUpperCase();
}

function urlOf(name: string, fallback: string, { read, fault }: Source): string {
  const value = read(name) || fallback;
  const wrong = urlFault(value);
  if (wrong !== undefined) fault(name, wrong, shown(withoutUserInfo(value)));
  return value.replace(/\/+$/, '');
}

function secretNameOf(name: string, { read, fault }: Source): string {
  const value = read(name) || 'TE_TOKEN';
  const wrong = secretNameFault(value);
  if (wrong !== undefined) fault(name, `the name of a secret (${wrong})`, shown(value));
  return value.toUpperCase();
}

function modeOf(name: string, { read, fault }: Source): Mode {
  const value = read(name) || 'rotate';
  if (value === 'rotate' || value === 'sync' || value === 'check') return value;
  fault(name, '`rotate`, `sync` or `check`', shown(value));
  return 'check';
}

function daysOf(name: string, expiryVariable: string | undefined, { read, faults, fault }: Source): number | undefined {
  const value = read(name);
  if (value === '') return undefined;
  const days = /^\d{1,4}$/.test(value) ? Number(value) : Number.NaN;
  if (!(days >= 15 && days <= 700)) fault(name, 'a whole number from 15 to 700', shown(value));
  if (expiryVariable === undefined) {
    faults.push(
      `Input \`${name}\` needs \`expiry-variable\`: the date is kept there. Name a variable, or leave both out.`,
    );
  }
  return days;
}

/** The lines of `targets`, the home first. The same target twice is for a later step: patterns find some, too. */
function linesOf(text: string, secretName: string, faults: string[]): Line[] {
  const lines: (Line | undefined)[] = [];
  text.split(/\r\n|\r|\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    try {
      lines.push(lineFrom(line, secretName));
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      lines.push(undefined);
      faults.push(
        `Input \`targets\`, line ${index + 1}: expected a target like \`acme/network\`, \`acme/network/environments/Production\` or \`orgs/acme\`, got ${shown(line)}: ${error.message}.`,
      );
    }
  });
  if (lines.length === 0) {
    faults.push(
      'Input `targets`: expected at least one target, got none. The first line is the home: the secret that the workflow itself reads.',
    );
  }
  const [home] = lines;
  const fault = home === undefined ? undefined : homeFault(home);
  if (fault !== undefined)
    faults.push(
      `Input \`targets\`: the first line is the home, the secret that the workflow itself reads, so it must be ${fault}.`,
    );
  return lines.filter((line) => line !== undefined);
}

function homeFault(home: Line): string | undefined {
  if (home.kind === 'pattern') return 'one target and no pattern';
  const { store } = home.target;
  return store.feature === 'actions'
    ? undefined
    : `an Actions secret (of a repository, an environment or an organization), not a ${store.feature} one`;
}

/** https, or http to this machine; nothing beside host, port and path. */
function urlFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return 'a URL like `https://api.github.com`';
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
  return value === '' ? 'nothing' : `\`${quote(value, 80).replaceAll('`', "'")}\``;
}

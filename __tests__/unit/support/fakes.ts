import type { GitHubAnswer } from '../../../src/github/answer.ts';
import type { CredentialContext } from '../../../src/github/credential.ts';
import type { Access, StoredSecret } from '../../../src/github/secrets.ts';
import { createCancellation } from '../../../src/lib/cancellation.ts';
import { httpDateFrom } from '../../../src/lib/http-date.ts';
import type { Secret } from '../../../src/lib/secret.ts';
import type { Workflow } from '../../../src/lib/workflow.ts';
import type { ReadyHome, ReadyTarget } from '../../../src/rotation/preflight/preflight-target.ts';
import { lineFrom, namedTarget, type ResolvedTarget, type Target } from '../../../src/targets/target.ts';
import { FakeClock } from './fake-clock.ts';
import { now } from './time.ts';

/** No process has it: it is above the largest that Linux, macOS and Windows give. */
export const deadPid = 2 ** 31 - 1;

/** What a run says to the runner, kept: lines of the log, and all the rest by name. */
export class FakeWorkflow implements Workflow {
  /** The log, each line with its kind in front where it is no plain one. */
  readonly lines: string[] = [];
  readonly masks: string[] = [];
  readonly outputs: Record<string, string> = {};
  readonly states: Record<string, string> = {};
  /** Every summary that was written, the last one counting. */
  readonly summaries: string[] = [];
  hasFailed = false;
  /** What can't be written: a disk that is full. */
  readonly broken = new Set<'output' | 'state' | 'summary'>();

  info = (line: string): void => {
    this.lines.push(line);
  };
  warning = (text: string): void => {
    this.lines.push(`warning: ${text}`);
  };
  notice = (text: string): void => {
    this.lines.push(`notice: ${text}`);
  };
  error = (text: string): void => {
    this.lines.push(`error: ${text}`);
  };
  mask = (token: Secret): void => {
    this.masks.push(token.reveal());
  };
  output = (name: string, value: string): boolean => {
    if (this.broken.has('output')) return false;
    this.outputs[name] = value;
    return true;
  };
  hasOutput = (name: string): boolean => {
    return name in this.outputs;
  };
  state = (name: string, value: string): boolean => {
    if (this.broken.has('state')) return false;
    this.states[name] = value;
    return true;
  };
  summary = (markdown: string): boolean => {
    if (this.broken.has('summary')) return false;
    this.summaries.push(markdown);
    return true;
  };
  fail = (): void => {
    this.hasFailed = true;
  };
}

/** Time that moves by itself, a log that remembers, and a cancel at hand. */
export function fakeRetryContext(options: { now?: number; auto?: boolean; turns?: number } = {}) {
  const clock = new FakeClock({ now, ...options });
  const log = new FakeWorkflow();
  return { clock, log, ...createCancellation(clock) };
}

/** What GitHub answered, as the client hands it on. */
export function gitHubAnswer(status: number, more: Partial<GitHubAnswer> = {}): GitHubAnswer {
  return {
    status,
    at: httpDateFrom(more.headers?.date) ?? now,
    headers: {},
    data: undefined,
    message: '',
    detail: String(status),
    isHtml: false,
    mayPass: true,
    ...more,
  };
}

export function target(line: string): Target {
  const parsed = lineFrom(line, 'TE_TOKEN');
  if (!parsed.ok) throw new Error(`no target: ${line}: ${parsed.error}`);
  return parsed.value;
}

export function resolved(line: string): ResolvedTarget {
  return namedTarget(target(line), 'TE_TOKEN');
}

export interface SecretOptions {
  readonly updatedAt?: number;
  readonly access?: Access;
}

export function storedSecret({ updatedAt = 1, access = {} }: SecretOptions = {}): StoredSecret {
  return { updatedAt, access };
}

/** A home that can be written. */
export function readyHome(line: string, options: SecretOptions = {}): ReadyHome {
  return { ...readyTarget(line), secret: storedSecret(options) };
}

/** A target that can be written, whose secret is still to be created. */
export function readyTarget(line: string): ReadyTarget {
  return {
    ...resolved(line),
    key: { keyId: `key-of-${line.replace(/\W/g, '-')}`, key: `${'A'.repeat(43)}=` },
    secret: undefined,
  };
}

export function credentialOf(
  kind: CredentialContext['kind'] = 'classic',
  more: Partial<CredentialContext> = {},
): CredentialContext {
  return { kind, severalOwners: false, githubUrl: 'https://api.github.com', ...more };
}

/** Hands out the given values one after the other; one more is an error of the test. */
export function script<Value>(...values: readonly Value[]): (() => Promise<Value>) & { readonly asked: () => number } {
  let asked = 0;
  const next = async () => {
    if (asked >= values.length) throw new Error(`asked ${asked + 1} times, expected at most ${values.length}`);
    return values[asked++] as Value;
  };
  return Object.assign(next, { asked: () => asked });
}

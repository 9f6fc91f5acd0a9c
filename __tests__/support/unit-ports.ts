import { createCancellation } from '../../src/cancellation.ts';
import type { GitHubAnswer } from '../../src/github.ts';
import type { HomePlace, Place } from '../../src/inspection.ts';
import type { Log } from '../../src/log.ts';
import type { Pace } from '../../src/pace.ts';
import type { Access, StoredSecret } from '../../src/secret-store.ts';
import { labelOf, lineFrom, type Target } from '../../src/target.ts';
import { FakeClock } from './fake-clock.ts';

/** No process has it: it is above the largest that Linux, macOS and Windows give. */
export const deadPid = 2 ** 31 - 1;

/** A log that remembers. */
export class FakeLog implements Log {
  readonly lines: string[] = [];

  info(line: string): void {
    this.lines.push(line);
  }

  warning(line: string): void {
    this.lines.push(`warning: ${line}`);
  }
}

/** Time that moves by itself, a log that remembers, and a cancel at hand. */
export function fakeRetryPorts(options: { now?: number; auto?: boolean } = {}) {
  const clock = new FakeClock(options);
  const log = new FakeLog();
  return { clock, log, ...createCancellation(clock) };
}

/** No limits to keep. */
export const unpaced: Pace = (_, request) => request();

/** What GitHub answered, as the client hands it on. */
export function githubAnswer(status: number, more: Partial<GitHubAnswer> = {}): GitHubAnswer {
  return { status, headers: {}, data: undefined, said: String(status), ...more };
}

export function target(line: string): Target {
  const parsed = lineFrom(line, 'TE_TOKEN');
  return parsed.kind === 'target' ? parsed.target : parsed.pattern;
}

export interface PlaceOptions {
  readonly createdAt?: number;
  readonly updatedAt?: number;
  readonly access?: Access;
  /** What log and summary call it. */
  readonly shown?: string;
}

export function storedSecret({ createdAt = 0, updatedAt = 1, access = {} }: PlaceOptions = {}): StoredSecret {
  return { createdAt, updatedAt, access };
}

export function homePlace(line: string, options: PlaceOptions = {}): HomePlace {
  return { ...place(line), shown: options.shown ?? line, secret: storedSecret(options) };
}

/** A place whose secret is still to be created. */
export function place(line: string): Place {
  const found = target(line);
  return {
    target: found,
    label: labelOf(found, 'TE_TOKEN'),
    shown: labelOf(found, 'TE_TOKEN'),
    key: { keyId: `key of ${line}`, key: 'A'.repeat(43) + '=' },
    secret: undefined,
  };
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

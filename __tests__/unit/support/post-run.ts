import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LeftBehind, type PostSettings, postStep } from '../../../src/action/post-step.ts';
import { report } from '../../../src/action/report.ts';
import { recoverySection } from '../../../src/action/summary.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { JournalHandle, markOf } from '../../../src/rotation/journal/journal-handle.ts';
import type { JournalHeader, JournalLine } from '../../../src/rotation/journal/journal-record.ts';
import { fingerprintOf } from '../../../src/rotation/record/record.ts';
import { deadPid, type FakeWorkflow, resolved } from './fakes.ts';
import { currentToken, newToken, rotatedLongAgo, runUrl, type SceneOptions, sceneOf } from './scene.ts';
import { environmentWith, tokens } from './step-run.ts';
import { day, now, second } from './time.ts';

export const previousUntil = now + 14 * day;

/** The first line of a journal that main left with the usual credential. */
export function headerFor(
  lines: readonly string[],
  credential = tokens['github-token'],
  githubUrl = 'https://api.github.com',
): JournalHeader {
  return {
    kind: 'run',
    pid: deadPid,
    targets: lines.map((line) => ({ ...resolved(line), access: {}, updatedAt: rotatedLongAgo.updatedAt })),
    token: fingerprintOf(currentToken),
    run: runUrl,
    credential: markOf(new Secret(credential), githubUrl, 'a key'),
  };
}

/** A main that was killed once the token was sealed for every target, before anything was stored. */
export function sealedFor(lines: readonly string[], credential?: string, githubUrl?: string): JournalLine[] {
  return [
    headerFor(lines, credential, githubUrl),
    { kind: 'next written', at: now - second, isToken: false },
    { kind: 'issued', token: fingerprintOf(newToken), validUntil: now + 730 * day, previousUntil },
    ...lines.map((_, target): JournalLine => ({ kind: 'sealed', target, body: bodyFor(target) })),
  ];
}

function bodyFor(target: number) {
  return { encrypted_value: `sealed ${target}`, key_id: 'k' };
}

export interface PostOptions extends SceneOptions {
  readonly inputs?: Record<string, string>;
  readonly variables?: Record<string, string>;
  readonly workflow?: FakeWorkflow;
  readonly onConnect?: () => void;
  /** Which journal is that of this step's own main, by the state that the runner hands over. */
  readonly own?: number | 'gone';
}

/** The post step, with journals in files as main steps that are dead have left them. */
export async function postAfter(
  journals: readonly (readonly JournalLine[])[],
  { inputs = tokens, variables, workflow, onConnect, own, ...options }: PostOptions = {},
) {
  const scene = sceneOf({ secrets: { 'acme/network as TE_TOKEN_NEXT': { updatedAt: now - second } }, ...options });
  const log = workflow ?? scene.log;
  const settings: PostSettings[] = [];
  let closed = 0;
  const folder = mkdtempSync(join(tmpdir(), 'post-'));
  const handles = journals.map((lines, number) => {
    const path = join(folder, `journal-${number}.jsonl`);
    writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    writeFileSync(`${path}.asked`, '');
    return new JournalHandle(path, () => false);
  });
  const left: LeftBehind = {
    journals: handles,
    own: own === 'gone' ? join(folder, 'gone') : own === undefined ? undefined : handles[own]?.path,
  };
  await postStep(environmentWith(inputs, variables), log, left, (given) => {
    settings.push(given);
    onConnect?.();
    const { githubUrl } = given;
    return {
      ...scene.dependencies,
      log,
      announce: (recovery) => void log.summary(recoverySection(recovery, githubUrl, now)),
      report: (outcome) => void report(outcome, log, { githubUrl, now: scene.clock.now(), isPost: true }),
      close: () => {
        closed++;
      },
    };
  });
  const isLeft = handles.map((handle) => handle.read() !== undefined);
  rmSync(folder, { recursive: true });
  return { log, steps: scene.steps, sent: scene.sent, noted: scene.noted, settings, closed, isLeft };
}

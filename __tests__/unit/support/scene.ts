import type { Allowance } from '../../../src/github/rate-limit.ts';
import type { Sealer } from '../../../src/github/sealed-box.ts';
import { failed, ok } from '../../../src/lib/result.ts';
import { Secret } from '../../../src/lib/secret.ts';
import type { Dependencies } from '../../../src/rotation/dependencies.ts';
import type { Journal } from '../../../src/rotation/journal/journal.ts';
import type { JournalHeader, JournalLine } from '../../../src/rotation/journal/journal-record.ts';
import type { Outcome, Recovery } from '../../../src/rotation/outcome.ts';
import { fingerprintOf, type RotationRecord, targetIdOf } from '../../../src/rotation/record/record.ts';
import type { RunRequest } from '../../../src/rotation/request.ts';
import { namedTarget } from '../../../src/targets/target.ts';
import type { Regeneration, TokenCheck } from '../../../src/thousandeyes/client.ts';
import { type GitHubOptions, recordOn, repositoriesOn, type Scripted, Stage, secretsOn } from './fake-github.ts';
import { credentialOf, fakeRetryContext, target } from './fakes.ts';
import { day, now } from './time.ts';

export const rotatedLongAgo = { updatedAt: now - 300 * day };

export interface SceneOptions extends GitHubOptions {
  /** Of the token in hand. */
  readonly check?: Scripted<TokenCheck>;
  /** Of {@link parkedToken}, which an earlier run left. */
  readonly parkedCheck?: Scripted<TokenCheck>;
  /** Of the new token. */
  readonly newCheck?: Scripted<TokenCheck>;
  readonly regenerations?: Scripted<Regeneration>;
  readonly sealer?: string;
  readonly journal?: string;
  readonly allowance?: Allowance;
  readonly expiresAt?: number;
  readonly isRerun?: boolean;
}

/** The journal, with all of its lines. */
export class FakeJournal implements Journal {
  readonly lines: JournalLine[] = [];
  header: JournalHeader | undefined;
  isClaimable = true;
  isClaimed = false;
  isFinished = false;
  /** Whether lines can be written. */
  isWritable = true;

  note(...lines: readonly JournalLine[]): boolean {
    if (this.isWritable) this.lines.push(...lines);
    return this.isWritable;
  }
  claim(): boolean {
    this.isClaimed = this.isClaimable;
    return this.isClaimable;
  }
  finish(): void {
    this.isFinished = true;
  }
}

export const newToken = new Secret('te-new-token-of-the-scene');
export const currentToken = new Secret('te-current-token-of-the-scene');
/** What an earlier run left in `_NEXT`. */
export const parkedToken = new Secret('te-parked-token-of-the-scene');
export const runUrl = 'https://github.com/acme/network/actions/runs/4711';

/** The record of a rotation 300 days ago, by which `currentToken` is in place at `acme/network` and `acme/edge`. */
export function usualRecord(more: Partial<RotationRecord> = {}): RotationRecord {
  const since = rotatedLongAgo.updatedAt;
  return {
    token: fingerprintOf(currentToken),
    since,
    validUntil: since + 730 * day,
    previous: 'sha256:0123456789abcdef',
    previousUntil: since + 14 * day,
    home: rotatedLongAgo.updatedAt,
    run: 'https://github.com/acme/network/actions/runs/4000',
    targets: ['acme/network', 'acme/edge'].map((line) => targetIdOf(target(line))),
    behind: [],
    ...more,
  };
}

export function requestFor(lines: readonly string[], more: Partial<RunRequest> = {}): RunRequest {
  const [home, ...others] = lines.map((line) => namedTarget(target(line), 'TE_TOKEN'));
  if (home === undefined) throw new Error('there is no home');
  return {
    targets: [home, ...others],
    currentToken,
    next: { kind: 'none' },
    createMissing: false,
    rotateWhenDaysLeft: undefined,
    exposeToken: false,
    credential: credentialOf(),
    credentialMark: { key: 'a key', hash: 'a hash' },
    thousandEyesUrl: 'https://api.thousandeyes.com/v7',
    ...more,
  };
}

function thousandEyesOn(stage: Stage, options: SceneOptions): Dependencies['thousandEyes'] {
  const { steps } = stage;
  const accepted: TokenCheck = { kind: 'accepted', user: undefined };
  const issued: Regeneration = { kind: 'issued', token: newToken, validUntil: now + 730 * day };
  return {
    checkCurrent: async (token) =>
      token.reveal() === parkedToken.reveal()
        ? stage.nth('check of the parked token', options.parkedCheck ?? accepted)
        : stage.nth('check', options.check ?? accepted),
    check: async () => {
      steps.push('check the new token');
      return stage.nth('new check', options.newCheck ?? accepted);
    },
    regenerate: () => {
      steps.push('POST /api-tokens');
      const answer = stage.nth('regenerate', options.regenerations ?? issued);
      return { answer: Promise.resolve(answer), arrived: () => 0, close: () => undefined };
    },
  };
}

/** GitHub and ThousandEyes as the modes see them, and everything that was done to them, in order. */
export function sceneOf(options: SceneOptions = {}) {
  const { clock, log, cancellation, cancel } = fakeRetryContext({ now });
  const stage = new Stage({ record: usualRecord(), ...options }, clock, rotatedLongAgo);
  const { steps } = stage;
  const outcomes: Outcome[] = [];
  const announced: Recovery[] = [];
  const earlierWrites: number[] = [];
  const journal = new FakeJournal();
  const { secrets, firstReads, sent } = secretsOn(stage);
  const { variables, noted } = recordOn(stage);
  const sealer: Sealer = {
    seal: (clear, key) =>
      key.key === options.badKey
        ? failed('a public key that nothing can be sealed for')
        : ok({ keyId: key.keyId, value: `sealed(${clear})` }),
  };
  const github: Dependencies['github'] = {
    allowance: options.allowance,
    expiresAt: options.expiresAt,
    deprecations: [],
    get now() {
      return stage.now;
    },
  };
  const dependencies: Dependencies = {
    clock,
    cancellation,
    log,
    workflow: log,
    github,
    throttle: { countEarlierWrites: (ages) => void earlierWrites.push(...ages) },
    secrets,
    firstReads,
    variables,
    repositories: repositoriesOn(stage),
    thousandEyes: thousandEyesOn(stage, options),
    loadSealer: async () => (options.sealer === undefined ? ok(sealer) : failed(options.sealer)),
    createJournal: (header) => {
      if (options.journal !== undefined) return failed(options.journal);
      journal.header = header;
      return ok(journal);
    },
    run: { repository: 'acme/network', url: runUrl, isRerun: options.isRerun ?? false },
    startedAt: clock.monotonic(),
    report: (outcome) => outcomes.push(outcome) > 0,
    announce: (recovery) => void announced.push(recovery),
  };
  return {
    dependencies,
    clock,
    log,
    cancel,
    cancellation,
    journal,
    sealer,
    steps,
    sent,
    /** What the record's variable was given, in order. */
    noted,
    outcomes,
    announced,
    /** How long ago an earlier process wrote, in ms, as the throttle was told. */
    earlierWrites,
    /** The one outcome that was reported. */
    get outcome(): Outcome {
      const [outcome] = outcomes;
      if (outcome === undefined || outcomes.length > 1) throw new Error(`${outcomes.length} outcomes were reported`);
      return outcome;
    },
    elapsed: () => clock.monotonic() - now,
  };
}

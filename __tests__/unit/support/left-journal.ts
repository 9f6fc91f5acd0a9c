import { messageOf } from '../../../src/lib/problem.ts';
import { type RecoverNeeds, recover } from '../../../src/modes/recover.ts';
import type { JournalRecord } from '../../../src/rotation/journal-record.ts';
import { credentialOf, resolved } from './fakes.ts';
import { rotatedLongAgo, type SceneOptions, sceneOf } from './scene.ts';
import { day, now } from './time.ts';

export const validity = { validUntil: now + 730 * day, previousValidUntil: now + 9 * day };
export const lines = ['acme/network', 'acme/edge', 'orgs/acme'] as const;
const targets = lines.map((line) => ({
  ...resolved(line),
  access: line === 'orgs/acme' ? { visibility: 'all' as const } : {},
  updatedAt: rotatedLongAgo.updatedAt,
}));
export const bodyFor = (number: number) => ({ encrypted_value: `sealed ${number}`, key_id: 'k' });

/** The journal of a main that began, and did nothing more. */
export const begun: JournalRecord = {
  header: { kind: 'run', pid: 42, targets },
  testing: [],
  asked: false,
  refused: false,
  issued: undefined,
  sealed: new Map(),
  unread: undefined,
  stored: new Map(),
  gaveUpAt: undefined,
  confirmed: false,
  dated: false,
  finished: false,
  writes: [],
};

/** The journal of a main that has sealed the token for all, and stored it nowhere. */
export const sealedOnly: JournalRecord = {
  ...begun,
  asked: true,
  issued: validity,
  sealed: new Map(lines.map((_, number) => [number, bodyFor(number)])),
};

export interface LeftOptions extends SceneOptions {
  /** Whether main still lives, so many ms after post began. */
  readonly isAlive?: (elapsed: number) => boolean;
  readonly change?: (scene: ReturnType<typeof sceneOf>) => Partial<RecoverNeeds>;
}

/** The post step with a journal as it stands at each read, the last one for ever; undefined where there is none. */
export async function recovered(
  records: JournalRecord | readonly (JournalRecord | undefined)[],
  { isAlive = () => false, change, ...options }: LeftOptions = {},
) {
  const scene = sceneOf(options);
  const { dependencies, steps, clock } = scene;
  const all: readonly (JournalRecord | undefined)[] = 'header' in records ? [records] : records;
  let reads = 0;
  const counted: number[][] = [];
  const journal = {
    read: () => all[Math.min(reads++, all.length - 1)],
    close: () => steps.push('journal closed') > 0,
    remove: () => void steps.push('journal removed'),
    isAlive: (pid: number) => pid === 42 && isAlive(scene.elapsed()),
  };
  const needs: RecoverNeeds = {
    ...dependencies,
    throttle: { countEarlierWrites: (ages) => void counted.push([...ages]) },
    announce: (recovery) => {
      steps.push(`announced ${recovery.home.publicName}`);
      dependencies.announce(recovery);
    },
    ...change?.(scene),
  };
  const came = await recover(journal, credentialOf(), needs);
  return {
    recovered: came,
    problems: came?.problems.map(messageOf) ?? [],
    steps,
    counted,
    sent: scene.sent,
    announced: scene.announced,
    elapsed: scene.elapsed(),
    clock,
  };
}

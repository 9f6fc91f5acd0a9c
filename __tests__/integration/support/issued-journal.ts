import { HOME, type World } from '../../../sandbox/world.ts';
import { createSealer, publicKeyFrom } from '../../../src/github/sealed-box.ts';
import { bodyOf } from '../../../src/github/secrets.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { markOf } from '../../../src/rotation/journal/journal-handle.ts';
import type { JournalHeader, JournalLine } from '../../../src/rotation/journal/journal-record.ts';
import { fingerprintOf, recordText, targetIdOf } from '../../../src/rotation/record/record.ts';
import { secretsPath } from '../../../src/targets/store.ts';
import { deadPid, resolved } from '../../unit/support/fakes.ts';
import { day } from '../../unit/support/time.ts';

/** What a main that died after the token was issued leaves: in the world, and in its journal. */
export interface IssuedJournal {
  readonly token: string;
  readonly lines: readonly JournalLine[];
}

/** @param options by whom it was begun, and whether the token was parked beside the home before that */
export async function issuedJournal(
  world: World,
  lines: readonly string[] = [HOME],
  { isParked = true, pid = deadPid }: { isParked?: boolean; pid?: number } = {},
): Promise<IssuedJournal> {
  const header = headerOf(world, lines, pid);
  const token = world.thousandeyes.create();
  noteInRecord(world, lines);
  const sealer = await createSealer();
  const sealed: JournalLine[] = [];
  for (const [number, { target, access }] of header.targets.entries()) {
    const headers = { authorization: `token ${world.githubToken}` };
    const answer = await fetch(`${world.github.url}${secretsPath(target.store)}/public-key`, { headers });
    const key = publicKeyFrom(await answer.json());
    const box = key === undefined ? undefined : sealer.seal(token, key);
    if (!box?.ok) throw new Error(`nothing can be sealed for ${number}`);
    sealed.push({ kind: 'sealed', target: number, body: bodyOf(box.value, access) });
  }
  const now = world.clock.now();
  world.github.seed(HOME, { name: 'TE_TOKEN_NEXT', value: isParked ? token : 'asked', updatedAt: now });
  return {
    token,
    lines: [
      header,
      { kind: 'next written', at: now, isToken: isParked },
      {
        kind: 'issued',
        token: fingerprintOf(new Secret(token)),
        validUntil: now + 700 * day,
        previousUntil: now + 14 * day,
      },
      ...sealed,
    ],
  };
}

/** The first line of a journal. */
export function headerOf(world: World, lines: readonly string[] = [HOME], pid = deadPid): JournalHeader {
  return {
    kind: 'run',
    pid,
    targets: lines.map((line) => ({
      ...resolved(line),
      access: {},
      updatedAt: shownDate(world, line.replace(/ as .*/, ''), resolved(line).target.secret),
    })),
    token: fingerprintOf(new Secret(world.currentToken)),
    run: `https://github.com/${HOME}/actions/runs/4711`,
    credential: markOf(new Secret(world.githubToken), world.github.url, 'key-of-the-test'),
  };
}

/** As a first rotation notes it before it asks. */
function noteInRecord(world: World, lines: readonly string[]): void {
  const ids = lines.map((line) => targetIdOf(resolved(line).target));
  world.variable().seed(
    recordText({
      token: fingerprintOf(new Secret(world.currentToken)),
      since: world.clock.now(),
      validUntil: undefined,
      previous: undefined,
      previousUntil: undefined,
      home: shownDate(world, HOME) ?? null,
      run: undefined,
      targets: ids.slice(0, 1),
      behind: ids.slice(1),
    }),
  );
}

/** As GitHub shows it: in whole seconds. */
function shownDate(world: World, line: string, name?: string): number | undefined {
  const date = world.github.secret(line, name)?.updatedAt;
  return date === undefined ? undefined : Math.floor(date / 1000) * 1000;
}

import { DAY, MINUTE } from '../clocks/clock.ts';
import { HOME } from '../world.ts';
import { EXAMPLE, startRotated, TARGETS } from './example.ts';
import type { Scenario } from './scenario.ts';

const guard: Scenario = {
  name: 'guard',
  title: 'the schedule is disabled, nobody notices, and the guard speaks up',
  story:
    'A workflow that uses the token has the guard as its first step. The schedule of the rotation was disabled, as GitHub does in a public repository after 60 days without activity, and the token comes nearer to its end. The guard has no credential and sends nothing: all that it knows is the record in a variable beside the home, which each rotation writes.',
  scene: () => startRotated(300),
  async play(stage) {
    const { world } = stage;
    const { clock, requests } = world;
    const validUntil = Date.parse(String(world.variable().json?.validUntil));
    const before = requests.length;
    const runWith = (daysLeft: number) => {
      // A minute more, in which the guard starts.
      clock.set(validUntil - daysLeft * DAY - MINUTE);
      const date = new Date(clock.now()).toISOString().slice(0, 10);
      return stage.runGuard(`${daysLeft} days before the end, on ${date}`);
    };
    const inTime = await runWith(400);
    const late = await runWith(75);
    const tooLate = await runWith(20);
    const missing = await stage.runGuard('In a job that does not see the variable', { without: true });

    stage.claim('As long as all is well it is silent.', inTime.exitCode === 0 && inTime.log === '');
    stage.claim(
      'With 90 days or less it warns, and the job goes on.',
      late.exitCode === 0 && /^Warning: .*\(75 days left\)/m.test(late.log),
    );
    stage.claim(
      'With 30 days or less the job fails, and the message says how to find out why.',
      tooLate.exitCode === 1 &&
        /^Error: .*has stopped[\s\S]*gh workflow list --all[\s\S]*gh run list/m.test(tooLate.log),
    );
    stage.claim(
      'The output `days-left` says the same to later steps.',
      [inTime, late, tooLate].map(({ outputs }) => outputs['days-left']).join() === '400,75,20',
    );
    stage.claim(
      'A variable that is missing is no silence either: the message names it and what makes it.',
      missing.exitCode === 1 && missing.log.includes('vars.TE_TOKEN_ROTATION'),
    );
    stage.claim('No request was sent.', requests.length === before);
  },
};

const STAGING = `${HOME}/environments/Staging`;

/** As `docs/questions.md` has it. */
const COMPARE = `hash=$(printf %s "$TE_TOKEN" | shasum -a 256 | cut -c 1-16)
if echo "$RECORD" | grep -q "\\"token\\":\\"sha256:$hash\\""
then echo "This job holds the token in place."
else echo "::error::This job holds an older token." && exit 1
fi`;

const staleCopy: Scenario = {
  name: 'stale-copy',
  title: 'a copy that no target names is found by the guard and its record',
  story:
    'Long ago someone put a copy of the token into the environment Staging, and forgot it. No line of `targets` names it, so it dies 14 days after the rotation. The guard of its job is silent, because the rotation runs; but the record that the guard reads names the fingerprint of the token in place, and one more step compares it with what the job really holds.',
  async scene() {
    const world = await startRotated(5);
    world.setup([STAGING], { value: world.currentToken });
    return world;
  },
  async play(stage) {
    const { world } = stage;
    const job = (): Record<string, string> => ({
      TE_TOKEN: world.github.open(STAGING) ?? world.github.open(HOME) ?? '',
      RECORD: world.variable().value ?? '',
    });
    const guarded = await stage.runGuard('The guard in a job of the environment Staging', { environment: 'Staging' });
    const found = await stage.runScript('One step more: is it the token in place?', COMPARE, job());
    stage.showStores([...TARGETS, STAGING]);

    const targets = `${[...TARGETS, STAGING].join('\n')}\n`;
    const synced = await stage.run('Someone adds the line: the next run of the rotation', { ...EXAMPLE, targets });
    const mended = await stage.runScript('The same step in the next job', COMPARE, job());
    stage.showStores([...TARGETS, STAGING]);
    stage.claim('The guard is silent: the rotation runs.', guarded.exitCode === 0 && guarded.log === '');
    stage.claim('The comparison finds the old copy, nine days before it dies.', found === 1);
    stage.claim(
      'With the line added, a run within the overlap asks for nothing and writes the copy.',
      synced.exitCode === 0 && synced.outputs.rotated === 'false',
    );
    stage.claim('Then the job holds the token in place.', mended === 0);
    stage.claimNewToken([...TARGETS, STAGING], 'All six stores hold the same token.');
    stage.claimIssued(1, 'No second token was asked for.');
  },
};

/** What watches over the rotation from outside. */
export const guards: readonly Scenario[] = [guard, staleCopy];

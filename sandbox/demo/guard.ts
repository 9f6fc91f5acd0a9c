import { DAY } from '../clocks/clock.ts';
import { HOME } from '../world.ts';
import { EXPIRY_VARIABLE, startExample } from './example.ts';
import type { Scenario } from './scenario.ts';

const guard: Scenario = {
  name: 'guard',
  title: 'the schedule is disabled, nobody notices, and the guard speaks up',
  story:
    'A workflow that uses the token has the guard as its first step. The schedule of the rotation was disabled, as GitHub does in a public repository after 60 days without activity, and the token comes nearer to its end. The guard has no credential and sends nothing: all that it knows is the date in a variable beside the home, which each rotation writes.',
  scene: () => startExample({ rotatedDaysAgo: 300 }),
  async play(stage) {
    const { clock, github, requests } = stage.world;
    const validUntil = github.variable(HOME, EXPIRY_VARIABLE) ?? '';
    const runWith = (daysLeft: number) => {
      // A second more, which the guard takes to start.
      clock.set(Date.parse(validUntil) - daysLeft * DAY - 1000);
      return stage.runGuard(
        `${daysLeft} days before the end, on ${new Date(clock.now()).toISOString().slice(0, 10)}`,
        validUntil,
      );
    };
    const inTime = await runWith(400);
    const late = await runWith(75);
    const tooLate = await runWith(20);
    const missing = await stage.runGuard('In a job that does not see the variable', '');

    stage.claim('As long as all is well it is silent.', inTime.exitCode === 0 && inTime.log === '');
    stage.claim(
      'With 90 days or less it warns, and the job goes on.',
      late.exitCode === 0 && /^Warning: .*\(75 days left\)/m.test(late.log),
    );
    stage.claim(
      'With 30 days or less the job fails, and the message says how to find out why.',
      tooLate.exitCode === 1 && /^Error: .*has stopped.*gh workflow list --all.*gh run list/m.test(tooLate.log),
    );
    stage.claim(
      'The output `days-left` says the same to later steps.',
      [inTime, late, tooLate].map(({ outputs }) => outputs['days-left']).join() === '400,75,20',
    );
    stage.claim(
      'A variable that is missing is no silence either: the message names it and what makes it.',
      missing.exitCode === 1 &&
        missing.log.includes(`vars.${EXPIRY_VARIABLE}`) &&
        missing.log.includes('expiry-variable'),
    );
    stage.claim('No request was sent.', requests.length === 0);
  },
};

/** What watches over the rotation from outside. */
export const guards: readonly Scenario[] = [guard];

import { DAY } from '../../../sandbox/clocks/clock.ts';
import { startWorld } from '../../../sandbox/world.ts';
import { others, type Situation } from '../situations/situation.ts';
import { Actor } from './actor.ts';
import { Estate } from './estate.ts';

/** So long the world is played on. */
const played = 30 * DAY;

export type Played = {
  name: string;
  /** What the actor did, in short. */
  done: string[];
  /** What the pages said that it obeyed, list by list. */
  read: string[];
  /** Until all was well, since the run that went wrong. */
  days: number | undefined;
  /** What is wrong: none where the advice is good. */
  faults: string[];
};

export type Ways = {
  /** The actor waits as long as the words let him. */
  isLate?: boolean;
  /** Milliseconds by which the dates of secrets and variables are ahead of GitHub's own clock. */
  datesSkew?: number;
};

/** Plays a situation, and what is said in it obeyed to the word, for 30 days. */
export async function play(situation: Situation, { isLate = false, datesSkew = 0 }: Ways = {}): Promise<Played> {
  const lines = situation.targets ?? ['acme/network', ...others];
  const world = await startWorld({ scale: 0, datesSkew });
  await using estate = new Estate(world, [...lines]);
  const [home = '', ...rest] = lines;
  if (home.includes('/environments/')) {
    estate.environment = home.split('/').at(-1);
    world.github.deleteSecret('acme/network');
    world.setup([home], { createdAt: estate.now - 400 * DAY });
  }
  world.setup(rest.slice(0, 1));
  world.setup(rest.slice(1), { visibility: 'all' });
  const first = await situation.arrange(estate);
  estate.outage = 0;
  estate.isInterrupted = situation.isDown === true;
  const began = estate.now;
  const person = {
    isLate,
    look: () => {
      situation.mend?.(estate);
      return situation.mend !== undefined;
    },
  };
  const actor = new Actor(estate, person, began + played);
  await actor.obey(first);
  const well = estate.faults.length === 0 ? Math.ceil((estate.now - began) / DAY) : undefined;
  for (;;) {
    const page = await estate.until(began + played, ({ failed }) => failed);
    if (page === undefined || actor.stuck.length > 0) break;
    actor.done.push('later');
    await actor.obey(page);
  }
  const last = await estate.run();
  return {
    name: situation.name,
    done: actor.done,
    read: [...actor.read],
    days: well,
    faults: [
      ...actor.stuck,
      ...(last.failed ? [`the last run is red: ${last.log.slice(-300)}`] : []),
      ...(estate.outage > 0 ? [`a target was down for ${Math.round(estate.outage / DAY)} days`] : []),
      ...estate.faults,
      ...(actor.done.includes('revoke all') && !situation.mayRevoke ? ['it says "revoke" in a normal situation'] : []),
    ],
  };
}

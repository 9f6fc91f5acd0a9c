/**
 * Tests that a system can't pass because no process can do there what they need. They are left out by name, from this list and
 * nowhere else: a test knows nothing of it, and Jest asks (see `platform-environment.ts`).
 *
 * To leave one out, add its suite (folder and file) and its full title as `npm run unit -- --verbose` prints it, describe blocks
 * first. A title stands for every test whose full title begins with it, so a describe block's is enough. A title that no test
 * has fails its suite, on every system. `LEAVE_OUT_AS=win32 npm run unit -- FILE` shows what is left on Windows. What needs
 * /dev/full, a tmpfs or unshare names both other systems, `darwin` and `win32`; Linux runs everything.
 */
export type LeftOut = { file: string; titles: string[]; systems: NodeJS.Platform[]; because: string };

const NO_SIGNALS = 'a process on Windows is ended by another, never sent a signal that it can catch';

export const LEFT_OUT: LeftOut[] = [
  {
    file: 'loss/cancel.test.ts',
    titles: [
      'before the token is asked for, the run stops at once',
      'after the token is asked for, the run stores it',
      'what can not be stored in time is left to the post step',
    ],
    systems: ['win32'],
    because: NO_SIGNALS,
  },
  {
    file: 'thorough/demo.test.ts',
    titles: ['each scenario runs as it says cancelled'],
    systems: ['win32'],
    because: NO_SIGNALS,
  },
  {
    file: 'sandbox/runner.test.ts',
    titles: ['a cancel interrupts, terminates, then kills', 'post may start while main still lives'],
    systems: ['win32'],
    because: NO_SIGNALS,
  },
  {
    file: 'sandbox/runner.test.ts',
    titles: ['post finds the state, its own inputs and the same folder'],
    systems: ['win32'],
    because: 'a file on Windows has no permissions for its owner alone',
  },
  {
    file: 'docs/serve.test.ts',
    titles: ['the servers stay up for a check, a rotation, and a second one with the new token'],
    systems: ['win32'],
    because: NO_SIGNALS,
  },
  {
    file: 'surroundings/runner.test.ts',
    titles: ['background steps: the post step starts before what main saved is read the last words'],
    systems: ['win32'],
    because: NO_SIGNALS,
  },
  {
    file: 'surroundings/note.test.ts',
    titles: ['cancelled while the note is written'],
    systems: ['win32'],
    because: NO_SIGNALS,
  },
];

/** What is left out of a suite on some system, by the suite's path. */
export function leftOutOf(path: string, list: LeftOut[] = LEFT_OUT): LeftOut[] {
  return list.filter(({ file }) => path.replaceAll('\\', '/').endsWith(`/${file}`));
}

/** Why a system can't pass a test, or undefined where it can. */
export function reasonToLeaveOut(title: string, entries: LeftOut[], system: NodeJS.Platform): string | undefined {
  return entries.find(
    (entry) => entry.systems.includes(system) && entry.titles.some((known) => title.startsWith(known)),
  )?.because;
}

/** Titles on the list that no test has. */
export function unknownTitles(titles: string[], entries: LeftOut[]): string[] {
  const known = entries.flatMap((entry) => entry.titles);
  return known.filter((start) => !titles.some((title) => title.startsWith(start)));
}

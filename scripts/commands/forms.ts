/** How a command is run to its end, where it isn't run as it stands. */
export type Form = {
  /** What is typed in its place: the same, with less to do. */
  readonly small?: string;
  /** What it prints last: it doesn't end by itself, and is ended then. */
  readonly until?: string;
  /** Exit codes that are no failure, and what each says. */
  readonly notes?: Readonly<Record<number, string>>;
  /** Why it is not tried. */
  readonly untried?: string;
};

/** The commands of CONTRIBUTING's table, in its order. @throws where there is no such table */
export function commandsIn(contributing: string): string[] {
  const [, table] = /^\| command \| does \|\n\| --- \| --- \|\n((?:\|.*\n)+)/m.exec(contributing) ?? [];
  if (table === undefined) throw new Error('There is no table of commands.');
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, command = '']) => command);
}

/**
 * The forms of the commands that have one.
 *
 * @param isSmall also where only the whole command says all, and CI runs that on every push
 * @param isThere whether the machine has a program
 */
export function formsOf(isSmall: boolean, isThere: (program: string) => boolean): Readonly<Record<string, Form>> {
  const chromium = ['chromium', 'chromium-browser', 'google-chrome'].find(isThere);
  const suite = '__tests__/unit/lib';
  return {
    ...(isSmall && { 'npm ci && npm test': { small: `npm ci && npm test -- ${suite}` } }),
    'npm run mutate': { small: 'npm run mutate -- -m src/lib/http-date.ts' },
    'npm run test:commands': { untried: 'it is what runs' },
    'npm run test:thorough': { small: 'KILLS=4 npm run test:thorough -- __tests__/thorough/kill' },
    'npm run test:coverage': { small: `npm run test:coverage -- --coverageThreshold={} ${suite}` },
    'npm run test:kill': { small: 'KILLS=4 npm run test:kill' },
    'npm run test:steady': { small: `npm run test:steady -- --rounds 1 ${suite}` },
    'npm run test:clients -- --install': { notes: { 3: 'not every program could be had' } },
    'npm run pictures':
      chromium === undefined
        ? { untried: 'it needs a Chromium' }
        : { small: `npm run pictures -- --chromium ${chromium}` },
    'npm run bench': { small: 'npm run bench -- --runs 1 --windows 1 --targets 10' },
    'npm run sandbox': { until: 'END_OF_TARGETS\n' },
  };
}

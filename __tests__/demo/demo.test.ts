import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import pLimit from 'p-limit';
import { machineSettings } from '../../sandbox/machine.ts';

type Ended = { code: number; stdout: string; stderr: string };

const DEMO = fileURLToPath(new URL('../../sandbox/demo.ts', import.meta.url));
const PATIENCE = 60_000;
const twoAtOnce = pLimit(2);
const emptyHome = mkdtempSync(join(tmpdir(), 'demo-home-'));
afterAll(() => rmSync(emptyHome, { recursive: true, force: true }));

function demo(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const { SystemRoot = '' } = process.env;
  const options = { env: { ...machineSettings(), SystemRoot, HOME: emptyHome, ...env }, cwd: emptyHome };
  return twoAtOnce(
    () =>
      new Promise((resolve) => {
        const child = execFile(process.execPath, [DEMO, ...args], options, (_, stdout, stderr) =>
          resolve({ code: child.exitCode ?? -1, stdout, stderr }),
        );
      }),
  );
}

// What each scenario shows, beside what it claims itself.
const SHOWN: Record<string, RegExp[]> = {
  rotation: [
    /^ {2}Stored: the home acme\/network$/m,
    /^ {2}The token was rotated in 5 targets\.$/m,
    /^ {2}✅ ThousandEyes token: The token was rotated in 5 targets\.$/m,
    /^ {2}New token {2}█{48} {2}valid until \d{4}-\d\d-\d\d$/m,
    /^ {2}acme\/network\/environments\/Production EU\/West +TE_TOKEN +✅ updated$/m,
    /^ {2}acme\/legacy +THOUSANDEYES_TOKEN +✅ updated$/m,
    /^ {2}acme\/network +\*{8}[0-9a-f]{4} \(new\) +just now$/m,
    /^ {2}orgs\/acme +\*{8}[0-9a-f]{4} \(new\) +just now +selected: network, edge$/m,
    /^ {2}acme\/legacy as THOUSANDEYES_TOKEN +\*{8}[0-9a-f]{4} \(new\) +just now$/m,
  ],
  'flaky-write': [
    /PUT +\/repos\/acme\/network\/actions\/secrets\/TE_TOKEN → 502\n.*TE_TOKEN → 204$/m,
    /\(exit code 0\)/,
  ],
  'killed-runner': [
    /\(killed by SIGKILL\)/,
    /^ {2}✅ ThousandEyes token: The post step finished what the main step had left\.$/m,
    /^ {2}Nothing is left to finish by hand: the home is written\.$/m,
    /^ {2}acme\/edge\/dependabot +\S+ \(new\) +just now$/m,
  ],
  cancelled: [/\(exit code 0\)/, /^ {2}orgs\/acme +\S+ \(new\) +just now/m],
  conflict: [
    /^ {2}Notice: .*409.*possible from/m,
    /\(exit code 0\)/,
    /^ {2}acme\/network +\S+ \(current\) +5 days ago$/m,
  ],
  'lost-answer': [
    /POST +\/v7\/api-tokens → connection reset\n.*POST +\/v7\/api-tokens → 409$/m,
    /^ {2}Error: .*A token was issued and lost/m,
    /\(exit code 1\)/,
  ],
  'one-without-permission': [
    /^ {2}Error: .*acme\/edge\/dependabot.*"Dependabot secrets: read and write"/m,
    /\(exit code 1\)/,
    /^ {2}acme\/network +\S+ \(current\) +700 days ago$/m,
  ],
  'partial-failure': [
    /^ {2}Not stored: acme\/legacy as THOUSANDEYES_TOKEN$/m,
    /^ {2}acme\/legacy as THOUSANDEYES_TOKEN +nothing$/m,
    /^ {2}The current token was written to 4 of 4 targets\.$/m,
    /^ {2}acme\/legacy as THOUSANDEYES_TOKEN +\S+ \(new\) +just now$/m,
  ],
  'home-unwritable': [
    /^ {2}gh api --method PUT /m,
    /^ {2}GitHub answers 204$/m,
    /^ {2}acme\/network +\S+ \(new\) +just now$/m,
  ],
  'bad-inputs': [/(?:^ {2}Error: Input `.*\n){10}/m, /\(exit code 1\)/],
  check: [
    /^ {2}Error: .*acme\/attic.*archived/m,
    /^ {2}A rotation would ask for a new token and write it to 5 targets\./m,
  ],
  sync: [/^ {2}Stored: acme\/branch-berlin$/m, /^ {2}acme\/branch-berlin +\S+ \(current\) +just now$/m],
};

describe('each scenario runs as it says', () => {
  const plays = Object.keys(SHOWN).map((name) => ({ name, played: demo([name]) }));

  test.each(plays)(
    '$name',
    async ({ name, played }) => {
      const { code, stdout, stderr } = await played;
      expect(stdout).not.toContain('not so:');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const line of SHOWN[name] ?? []) expect(stdout).toMatch(line);
      expect(stdout).toContain('What to look at\n\n  ✓ ');
    },
    PATIENCE,
  );

  test(
    'once the post step has written the home, nobody is told to do it by hand',
    async () => {
      const { stdout } = (await plays.find(({ name }) => name === 'killed-runner')?.played) ?? { stdout: '' };
      expect(stdout).toContain('Job summary');
      expect(stdout).not.toMatch(/Finish by hand|gh api/);
    },
    PATIENCE,
  );

  test(
    'no token is shown, and no colour in a pipe',
    async () => {
      const all = await Promise.all(plays.map(({ played }) => played));
      const shown = all.map(({ stdout }) => stdout).join('\n');
      expect(shown).not.toMatch(/te-(?:new|current|before)-[0-9a-f]{4}|gh[ps]_[0-9a-f]{4}/);
      expect(shown).not.toContain('\x1b');
    },
    PATIENCE,
  );
});

test(
  '--list names every scenario',
  async () => {
    const { code, stdout } = await demo(['--list']);
    expect(code).toBe(0);
    expect([...stdout.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name]) => name)).toEqual(Object.keys(SHOWN));
  },
  PATIENCE,
);

test(
  'without a name the first one is played',
  async () => {
    const { code, stdout } = await demo([]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\nrotation: /);
  },
  PATIENCE,
);

test(
  'a scenario that is none, and an option that is none, are refused with the list',
  async () => {
    for (const [argument, message] of [
      ['rotatoin', 'No such scenario: rotatoin'],
      ['--lits', "Unknown option '--lits'"],
    ] as const) {
      const { code, stdout, stderr } = await demo([argument]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(message);
      for (const name of Object.keys(SHOWN)) expect(stderr).toContain(name);
    }
  },
  PATIENCE,
);

test(
  'colours where they are wanted',
  async () => {
    const { stdout } = await demo(['--list'], { FORCE_COLOR: '1' });
    expect(stdout).toContain('\x1b[1mrotation');
  },
  PATIENCE,
);

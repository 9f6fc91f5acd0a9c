import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import pLimit from 'p-limit';
import { widthOf } from '../../../sandbox/demo/terminal.ts';
import { machineSettings } from '../../../sandbox/runner/machine.ts';

type Ended = { code: number; stdout: string; stderr: string };

const DEMO = fileURLToPath(new URL('../../../sandbox/demo.ts', import.meta.url));
export const PATIENCE = 60_000;
const twoAtOnce = pLimit(2);
const emptyHome = mkdtempSync(join(tmpdir(), 'demo-home-'));
afterAll(() => rmSync(emptyHome, { recursive: true, force: true }));

/** Runs the demo in an empty home folder. */
export function demo(args: string[], env: Record<string, string> = {}): Promise<Ended> {
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

// What each scenario shows, beside what it claims itself: a whole line, or running text however it is wrapped.
export const SHOWN: Record<string, RegExp[]> = {
  rotation: [
    /^ {2}Stored: the home acme\/network$/m,
    /^ {2}The token was rotated in 5 targets\.$/m,
    /^ {2}✅ ThousandEyes token: The token was rotated in 5 targets\.$/m,
    /The token in place is valid until \d{4}-\d\d-\d\d \(\d+ days left\)/,
    /^ {2}• ✅ updated: acme\/network\/environments\/Production EU\/West$/m,
    /^ {2}• ✅ updated: acme\/legacy as THOUSANDEYES_TOKEN$/m,
    /^ {2}acme\/network +\*{4}[0-9a-f]{4} \(new\) +just now$/m,
    /^ {2}orgs\/acme \(selected: network, edge\) +\*{4}[0-9a-f]{4} \(new\) +just now$/m,
    /^ {2}acme\/legacy as THOUSANDEYES_TOKEN +\*{4}[0-9a-f]{4} \(new\) +just now$/m,
  ],
  'machine-gone': [
    /\(killed by SIGKILL\)/,
    /^ {2}acme\/network +\S+ \(old\) +700 days ago$/m,
    /^ {2}acme\/network as TE_TOKEN_NEXT +\S+ \(new\) +just now$/m,
    /^ {2}acme\/edge\/dependabot +\S+ \(new\) +just now$/m,
  ],
  'killed-process': [
    /\(killed by SIGKILL\)/,
    /✅ ThousandEyes token: The post step finished what the main step had left/,
    /^ {2}acme\/edge\/dependabot +\S+ \(new\) +just now$/m,
  ],
  'flaky-write': [
    /Writing TE_TOKEN .*: GitHub answered 502 \(Server Error\); trying again in 4 s/,
    /PUT +\/repos\/acme\/network\/actions\/secrets\/TE_TOKEN → 502\n.*TE_TOKEN → 204$/m,
    /\(exit code 0\)/,
  ],
  cancelled: [/\(exit code 0\)/, /^ {2}orgs\/acme .* \(new\) +just now/m],
  overlap: [/possible after \d{4}/, /\(exit code 0\)/, /^ {2}acme\/network +\S+ \(new\) +5 days ago$/m],
  'lost-answer': [
    /POST +\/v7\/api-tokens → connection reset\n.*POST +\/v7\/api-tokens → 409$/m,
    /Nothing tells whether a token was issued/,
    /issued and lost/,
    /^ {2}acme\/network +\S+ \(old\) +700 days ago$/m,
  ],
  'one-without-permission': [
    /Error: .*acme\/edge\/dependabot.*"Dependabot secrets: read and write"/,
    /\(exit code 1\)/,
    /^ {2}acme\/network +\S+ \(current\) +700 days ago$/m,
  ],
  'partial-failure': [
    /^ {2}Not stored: acme\/legacy as THOUSANDEYES_TOKEN: GitHub answered /m,
    /^ {2}acme\/legacy as THOUSANDEYES_TOKEN +nothing$/m,
    /^ {2}acme\/network +\S+ \(new\) +7 days ago$/m,
    /^ {2}acme\/legacy as THOUSANDEYES_TOKEN +\S+ \(new\) +just now$/m,
  ],
  'written-back': [
    /^ {2}acme\/network +\S+ \(old\) +just now$/m,
    /^ {2}acme\/edge\/dependabot +\S+ \(new\) +1 day ago$/m,
    /^ {2}gh secret set TE_TOKEN --repo acme\/network$/m,
    /^ {2}acme\/network +\S+ \(new\) +just now$/m,
  ],
  'refused-at-first': [
    /^ {2}acme\/network as TE_TOKEN_NEXT +\S+ \(new\) +just now$/m,
    /\(exit code 1\)/,
    /^ {2}acme\/network +\S+ \(new\) +just now$/m,
  ],
  'home-unwritable': [
    /^ {2}gh api --method PUT repos\/acme\/network\/actions\/secrets\/TE_TOKEN_NEXT -f encrypted_value=\S+ -f key_id=\d+$/m,
    /^ {2}GitHub answers 20[14]$/m,
    /^ {2}acme\/network +\S+ \(new\) +just now$/m,
  ],
  'bad-inputs': [/(?:Error: Input `.*){10}/, /\(exit code 1\)/],
  check: [/Error: .*acme\/attic.*archived/, /A rotation would ask for a new token now and write it to 5 targets\./],
  rehearse: [
    /Error: Testing whether acme\/network\/environments\/Production EU\/West can be written: GitHub answered 403/,
    /Rehearsed: a rotation would ask for a new token now and write it to 5 targets\./,
    /^ {2}DELETE \/orgs\/acme\/actions\/secrets\/ROTATION_WRITE_TEST → 204$/m,
    /^ {2}acme\/network +\S+ \(current\) +700 days ago$/m,
  ],
  sync: [/^ {2}Stored: acme\/edge\/dependabot$/m, /^ {2}acme\/edge\/dependabot +\S+ \(by hand\) +just now$/m],
  'new-find': [
    /^ {2}acme\/branch-berlin +\S+ \(new\) +just now$/m,
    /^ {2}acme\/branch-oslo +\S+ \(older\) +just now$/m,
    /Error: .*acme\/branch-oslo/,
    /^ {2}acme\/branch-oslo +\S+ \(new\) +just now$/m,
  ],
  guard: [
    /^ {2}- uses: octo-org\/rotate-thousandeyes-token\/guard@v2\n {4}with:\n {6}record: \$\{\{ vars\.TE_TOKEN_ROTATION \}\}$/m,
    /^ {2}\(nothing; exit code 0\)$/m,
    /Warning: The ThousandEyes token ends soon: by the record, the token is valid until \d{4}-\d\d-\d\d \(75 days left\)/,
    /Error: The rotation of the ThousandEyes token has stopped: .*\(20 days left\)/,
    /Error: Input `record`: it is empty/,
  ],
  'stale-copy': [
    /^ {2}\(nothing; exit code 0\)$/m,
    /^ {2}Error: This job holds an older token\.\n {2}\(exit code 1\)$/m,
    /^ {2}acme\/network\/environments\/Staging +\S+ \(old\) +5 days ago$/m,
    /^ {2}This job holds the token in place\.\n {2}\(exit code 0\)$/m,
  ],
};

const [first] = Object.keys(SHOWN);

/** Plays these scenarios, the first without a name, and holds each to what it shows and all to what none may show. */
export function playScenarios(names: readonly string[]): void {
  describe('each scenario runs as it says', () => {
    const plays = names.map((name) => ({ name, played: demo(name === first ? [] : [name]) }));

    test.each(plays)(
      '$name',
      async ({ name, played }) => {
        const { code, stdout, stderr } = await played;
        expect(stdout).not.toContain('not so:');
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout).toMatch(new RegExp(`^\\n${name}: `));
        const unwrapped = stdout.replace(/\n +/g, ' ');
        const isShown = (what: RegExp) => what.test(stdout) || what.test(unwrapped);
        expect(SHOWN[name]?.filter((what) => !isShown(what))).toEqual([]);
        expect(stdout).toContain('What to look at\n\n  ✓ ');
      },
      PATIENCE,
    );

    test.each(names.filter((name) => name === 'killed-process'))(
      'once the post step has finished, nobody is told to do anything: %s',
      async () => {
        const { stdout } = (await plays.find(({ name }) => name === 'killed-process')?.played) ?? { stdout: '' };
        expect(stdout).toContain('Job summary');
        expect(stdout).not.toContain('gh api');
      },
      PATIENCE,
    );

    test(
      'nothing is wider than 80 columns but a command to copy, and that is whole',
      async () => {
        const all = await Promise.all(plays.map(({ played }) => played));
        const lines = all.flatMap(({ stdout }) => stdout.split('\n'));
        const wide = lines.filter((line) => widthOf(line) > 80);
        expect(
          wide.filter(
            (line) => !/^ {2}gh api --method PUT repos\/\S+ -f encrypted_value=\S+ -f key_id=\d+$/.test(line),
          ),
        ).toEqual([]);
      },
      PATIENCE,
    );

    test(
      'every address is one of the world, as in a real run',
      async () => {
        const all = await Promise.all(plays.map(({ played }) => played));
        expect(all.filter(({ stdout }) => /127\.0\.0\.1|localhost|--hostname/.test(stdout))).toEqual([]);
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
}

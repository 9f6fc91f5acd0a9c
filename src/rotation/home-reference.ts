import { ghSecretSet } from '../github/gh-cli.ts';
import type { Access } from '../github/secrets.ts';
import { publicTarget, type ResolvedTarget } from '../targets/resolved-target.ts';
import type { TokenUser } from '../thousandeyes/client.ts';
import type { HomeReference } from '../thousandeyes/errors.ts';

/**
 * The home as messages name it.
 *
 * @param access who sees it, where that was read
 * @param user whose token it holds, where that may be shown
 */
export function homeReference(
  home: ResolvedTarget,
  access: Access | undefined,
  user: TokenUser | undefined,
  githubUrl: string,
): HomeReference {
  return { publicName: home.publicName, setCommand: ghSecretSet(publicTarget(home), access, githubUrl), user };
}

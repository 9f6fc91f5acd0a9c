import Table from 'cli-table3';
import { DAY, MINUTE } from '../clock.ts';
import type { StoredSecret } from '../github-stores.ts';
import type { World } from '../world.ts';

/** A table of what each target's store holds: every box opened with the sandbox's private key of that store. */
export function storesTable(world: World, lines: readonly string[]): string {
  const drawn = new Table({ head: ['store', 'secret', 'holds', 'written', 'who may read it'], style: { head: [], border: [] } });
  drawn.push(...lines.map((line) => row(world, line)));
  return drawn.toString();
}

function row(world: World, line: string): string[] {
  const { store, name } = splitLine(line);
  const secret = world.github.secret(store, name);
  if (!secret) return [store, name ?? 'TE_TOKEN', 'nothing', '', ''];
  return [store, secret.name, held(world, secret.value), ago(world.clock.now() - secret.updatedAt), readers(world, secret)];
}

/** The store and the secret's name that a target line means. */
export function splitLine(line: string): { store: string; name?: string } {
  const [, store, name] = /^(.*) as (\S+)$/.exec(line) ?? [];
  return store === undefined || name === undefined ? { store: line } : { store, name };
}

/** A token's last four characters, and whether it is the one that a rotation brought. */
function held(world: World, token: string): string {
  const age = world.thousandeyes.issued.includes(token) ? 'new' : token === world.currentToken ? 'old' : 'older';
  return `${'*'.repeat(8)}${token.slice(-4)} (${age})`;
}

function ago(ms: number): string {
  if (ms < MINUTE) return 'just now';
  const days = Math.floor(ms / DAY);
  return days === 0 ? 'today' : `${days} day${days === 1 ? '' : 's'} ago`;
}

function readers(world: World, { visibility, selectedRepositoryIds = [] }: StoredSecret): string {
  if (visibility !== 'selected') return visibility === undefined ? '' : `${visibility} repositories`;
  const names = selectedRepositoryIds.map((id) => world.github.repositories.byId(id)?.name ?? String(id));
  return `selected: ${names.join(', ')}`;
}

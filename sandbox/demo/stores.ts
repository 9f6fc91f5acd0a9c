import { DAY, MINUTE } from '../clocks/clock.ts';
import type { StoredSecret } from '../github/stores/secret-store.ts';
import { splitLine } from '../github/stores/target-line.ts';
import type { World } from '../world.ts';
import { table } from './terminal.ts';

/** A table of what each target's store holds: every box opened with the sandbox's private key of that store. */
export function storesTable(world: World, lines: readonly string[]): string {
  return table(
    ['target', 'holds', 'written'],
    lines.map((line) => row(world, line)),
  );
}

function row(world: World, line: string): string[] {
  const { store, name } = splitLine(line);
  const secret = world.github.secret(store, name);
  if (!secret) return [line, 'nothing', ''];
  return [`${line}${readers(world, secret)}`, held(world, secret.value), ago(world.clock.now() - secret.updatedAt)];
}

/** A token's last four characters, and which one it is. */
function held(world: World, token: string): string {
  return `${'*'.repeat(4)}${token.slice(-4)} (${ageOf(world, token)})`;
}

function ageOf({ currentToken, thousandeyes }: World, token: string): string {
  const order = [currentToken, ...thousandeyes.issued];
  const place = order.lastIndexOf(token);
  if (place < 0) return thousandeyes.activeTokens().includes(token) ? 'by hand' : 'older';
  if (place < order.length - 1) return place === order.length - 2 ? 'old' : 'older';
  return order.length === 1 ? 'current' : 'new';
}

function ago(ms: number): string {
  if (ms < MINUTE) return 'just now';
  if (ms < DAY) return `${Math.floor(ms / MINUTE)} min ago`;
  const days = Math.floor(ms / DAY);
  return days === 1 ? '1 day ago' : `${days} days ago`;
}

/** Who sees an organization's secret. */
function readers(world: World, { visibility, selectedRepositoryIds = [] }: StoredSecret): string {
  if (visibility === undefined) return '';
  if (visibility !== 'selected') return ` (${visibility} repositories)`;
  const names = selectedRepositoryIds.map((id) => world.github.repositories.byId(id)?.name ?? String(id));
  return ` (selected: ${names.join(', ')})`;
}

import type { World } from '../../sandbox/world.ts';
import type { Answering } from '../tls-hosts.ts';

type Query = { query: string; variables: { owner?: string; name?: string } | null };

/** What `gh` asks of GitHub beyond secrets and variables: repositories by name, in GraphQL, and workflows. */
export function answersOf(world: World): Answering {
  return ({ method, path, body }) => {
    if (path.endsWith('/graphql')) return { status: 200, body: { data: graph(world, JSON.parse(body)) } };
    const [, file] = /\/actions\/workflows\/([^/]+)(?:\/\w+)?$/.exec(path) ?? [];
    if (file === undefined) return undefined;
    if (method !== 'GET') return { status: 204 };
    return {
      status: 200,
      body: { id: 7, name: 'Rotate', path: `.github/workflows/${file}`, state: 'disabled_inactivity' },
    };
  };
}

function graph(world: World, { query, variables }: Query): Record<string, unknown> {
  if (variables?.owner !== undefined)
    return { repository: repositoryOf(world, `${variables.owner}/${variables.name}`) };
  const asked = [...query.matchAll(/(\w+): repository\(owner: "([^"]+)", name: "([^"]+)"\)/g)];
  return Object.fromEntries(
    asked.map(([, alias, owner, name]) => [alias, repositoryOf(world, `${owner}/${name}`)] as const),
  );
}

function repositoryOf(world: World, fullName: string): Record<string, unknown> | null {
  const found = world.github.repositories.get(fullName);
  if (found === undefined) return null;
  const { id, owner, name } = found;
  return { id: `R_${id}`, databaseId: id, name, owner: { login: owner }, defaultBranchRef: { name: 'main' } };
}

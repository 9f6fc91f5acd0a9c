import type { World } from '../../sandbox/world.ts';
import type { Answering } from '../tls-hosts.ts';

type Query = { query: string; variables: { owner?: string; name?: string } | null };

/**
 * What `gh` asks of GitHub beyond what the sandbox has: repositories by name, in GraphQL, workflows, and the variables of an
 * environment by the number of its repository.
 */
export function answersOf(world: World): Answering {
  return ({ method, path, body }) => {
    if (path.endsWith('/graphql')) return { status: 200, body: { data: graph(world, JSON.parse(body)) } };
    const [, id, environment] = /\/repositories\/(\d+)\/environments\/([^/]+)\/variables$/.exec(path) ?? [];
    if (environment !== undefined && method === 'POST')
      return created(world, Number(id), environment, JSON.parse(body));
    const [, file] = /\/actions\/workflows\/([^/]+)(?:\/\w+)?$/.exec(path) ?? [];
    if (file === undefined) return undefined;
    if (method !== 'GET') return { status: 204 };
    return {
      status: 200,
      body: { id: 7, name: 'Rotate', path: `.github/workflows/${file}`, state: 'disabled_inactivity' },
    };
  };
}

function created(world: World, id: number, environment: string, { name, value }: { name: string; value: string }) {
  const found = world.github.repositories.byId(id);
  if (found === undefined) return { status: 404 };
  const place = `${found.owner}/${found.name}/environments/${decodeURIComponent(environment)}`;
  world.github.setVariable(place, name, value);
  return { status: 201, body: {} };
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

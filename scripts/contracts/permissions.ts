import { type Description, isTree, resolve } from './openapi.ts';

type Endpoint = { method: string; path: string };

/** As much of `contracts/github-permissions.json` as the published description speaks of, too. */
export type PermissionData = {
  endpoints: (Endpoint & { app: boolean })[];
  conflicts: { endpoints: (Endpoint & { openapiEnabledForGitHubApps: boolean })[] };
  createGithubAppToken: { openapi: { appPermissionsProperties: string[] }; missing: { permission: string }[] };
};

/**
 * Where the published description tells otherwise than the permission data: whether an App may call an endpoint
 * (`x-github.enabledForGitHubApps`; what is already noted as a conflict is no news), and which permissions a token can be
 * narrowed to (`app-permissions`).
 */
export function contradictions(data: PermissionData, published: Description): string[] {
  return [...ofEndpoints(data, published), ...ofNarrowing(data, published)];
}

function ofEndpoints({ endpoints, conflicts }: PermissionData, { paths }: Description): string[] {
  return endpoints.flatMap(({ method, path, app }) => {
    const github = paths[path]?.[method.toLowerCase()]?.['x-github'];
    if (!isTree(github)) return [`- \`${method} ${path}\`: is not described`];
    const noted = conflicts.endpoints.find((conflict) => conflict.method === method && conflict.path === path);
    const expected = noted?.openapiEnabledForGitHubApps ?? app;
    const found = github.enabledForGitHubApps;
    return found === expected ? [] : [`- \`${method} ${path}\`: open to Apps is ${found}, and was ${expected}`];
  });
}

function ofNarrowing({ createGithubAppToken }: PermissionData, published: Description): string[] {
  const properties = resolve(published, '#/components/schemas/app-permissions/properties');
  const names = isTree(properties) ? Object.keys(properties) : [];
  const gone = createGithubAppToken.openapi.appPermissionsProperties.filter((name) => !names.includes(name));
  const come = createGithubAppToken.missing.map(({ permission }) => permission).filter((name) => names.includes(name));
  return [
    ...gone.map((name) => `- \`app-permissions\` no longer has \`${name}\``),
    ...come.map((name) => `- \`app-permissions\` now has \`${name}\``),
  ];
}

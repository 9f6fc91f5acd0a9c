/**
 * Which operations of GitHub's REST API the project speaks: everything about secrets, so that a store which is new shows,
 * everything about the variables of Actions, and what finds repositories, environments and runs.
 */
const FAMILIES = [/\/(?:organization-)?secrets(?:\/|$)/, /\/(?:actions|\{environment_name\})\/variables(?:\/|$)/];
const READS = [
  '/installation/repositories',
  '/orgs/{org}/repos',
  '/repos/{owner}/{repo}',
  '/repos/{owner}/{repo}/actions/runs/{run_id}',
  '/repos/{owner}/{repo}/environments/{environment_name}',
  '/user/repos',
  '/users/{username}/repos',
];

/** Whether an operation belongs to the contract. Paths are those of the description, methods in lower case. */
export function isInUse(path: string, method: string): boolean {
  if (!['get', 'post', 'put', 'patch', 'delete'].includes(method)) return false;
  return FAMILIES.some((family) => family.test(path)) || (READS.includes(path) && method === 'get');
}

/** What the action reads of answers, by name; a change to any other property of them does not concern it. */
export const READ_PROPERTIES: ReadonlySet<string> = new Set(
  `total_count repositories secrets name key key_id value created_at updated_at visibility selected_repositories_url
   id full_name owner login type private archived disabled message documentation_url`.split(/\s+/),
);

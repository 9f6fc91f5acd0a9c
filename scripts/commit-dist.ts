import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Commits a built `dist` to a pull request of Dependabot, for .github/workflows/dist.yml. The one process that holds a token
 * which may write, so it needs no package and runs nothing that the pull request brings.
 */
export type Job = {
  /** Base addresses of GitHub's two APIs. */
  apiUrl: string;
  graphqlUrl: string;
  token: string;
  /** owner/name */
  repository: string;
  pullRequest: number;
  /** The commit that was built. */
  builtHead: string;
  /** Where the built files are. */
  folder: string;
};

type Pull = {
  state: string;
  user: { login: string };
  head: { sha: string; ref: string; repo: { full_name: string } | null };
};
type Commit = { author: { login: string } | null; commit: { verification: { verified: boolean } } };
type Entry = { path: string; type: string; sha: string };
type Tree = { truncated: boolean; tree: Entry[] };
type Change = { additions: { path: string; contents: string }[]; deletions: { path: string }[] };

const DEPENDABOT = 'dependabot[bot]';
const MOST_BYTES = 20 * 1024 * 1024;

const COMMIT = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

/**
 * @returns the new commit, or undefined where dist is what the pull request holds already
 * @throws where the pull request is not Dependabot's own work at the commit that was built, or GitHub refuses
 */
export async function commitDist(job: Job): Promise<string | undefined> {
  const files = builtFiles(job.folder);
  const branch = await ownBranchOfDependabot(job);
  const change = changeOf(files, await distAt(job));
  if (change.additions.length + change.deletions.length === 0) return undefined;
  const input = {
    branch: { repositoryNameWithOwner: job.repository, branchName: branch },
    // Without the second line Dependabot would no longer rebase its pull request.
    message: { headline: 'Build dist', body: '[dependabot skip]' },
    // GitHub refuses if the branch has moved since it was looked at.
    expectedHeadOid: job.builtHead,
    fileChanges: change,
  };
  const answer = await send(job, 'POST', job.graphqlUrl, { query: COMMIT, variables: { input } });
  const { data, errors } = answer as {
    data?: { createCommitOnBranch: { commit: { oid: string } } | null };
    errors?: { message: string }[];
  };
  const oid = data?.createCommitOnBranch?.commit.oid;
  if (oid === undefined) throw new Error(`GitHub made no commit: ${errors?.map(({ message }) => message).join('; ')}`);
  // A commit that is made with the workflow's own token starts no workflow, except like this.
  const dispatches = `${job.apiUrl}/repos/${job.repository}/actions/workflows/ci.yml/dispatches`;
  await send(job, 'POST', dispatches, { ref: branch });
  return oid;
}

/** What was built, by path in the repository: plain files with plain names, since the job that built them is not trusted. */
function builtFiles(folder: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let bytes = 0;
  for (const name of readdirSync(folder)) {
    const about = lstatSync(join(folder, name));
    bytes += about.size;
    if (!about.isFile() || !/^\w[\w.-]*$/.test(name)) throw new Error(`No plain file with a plain name: ${name}`);
    if (bytes > MOST_BYTES) throw new Error(`More than ${MOST_BYTES} bytes were built`);
    files.set(`dist/${name}`, readFileSync(join(folder, name)));
  }
  if (files.size === 0) throw new Error('Nothing was built');
  return files;
}

/** The pull request's branch, if all of it is Dependabot's and its head is what was built. */
async function ownBranchOfDependabot(job: Job): Promise<string> {
  const at = `${job.apiUrl}/repos/${job.repository}`;
  const pull = (await send(job, 'GET', `${at}/pulls/${job.pullRequest}`)) as Pull;
  const head = (await send(job, 'GET', `${at}/commits/${job.builtHead}`)) as Commit;
  const wrong = [
    pull.state !== 'open' && `it is ${pull.state}`,
    pull.user.login !== DEPENDABOT && `${pull.user.login} opened it`,
    pull.head.repo?.full_name !== job.repository && 'it comes from another repository',
    pull.head.sha !== job.builtHead && `its head is ${pull.head.sha} by now, and ${job.builtHead} was built`,
    head.author?.login !== DEPENDABOT && `its last commit is by ${head.author?.login ?? 'someone unknown'}`,
    !head.commit.verification.verified && 'its last commit has no signature that GitHub knows',
  ].filter((reason) => reason !== false);
  if (wrong.length > 0) throw new Error(`Pull request ${job.pullRequest} gets no commit: ${wrong.join('; ')}`);
  return pull.head.ref;
}

/** The blobs of `dist` at the commit that was built, by path. */
async function distAt(job: Job): Promise<Map<string, string>> {
  const trees = `${job.apiUrl}/repos/${job.repository}/git/trees`;
  const root = (await send(job, 'GET', `${trees}/${job.builtHead}`)) as Tree;
  const dist = root.tree.find(({ path, type }) => path === 'dist' && type === 'tree');
  if (dist === undefined) throw new Error('The pull request has no folder dist');
  const { truncated, tree } = (await send(job, 'GET', `${trees}/${dist.sha}`)) as Tree;
  if (truncated || tree.some(({ type }) => type !== 'blob')) throw new Error('dist holds more than files');
  return new Map(tree.map(({ path, sha }) => [`dist/${path}`, sha]));
}

function changeOf(built: Map<string, Buffer>, held: Map<string, string>): Change {
  const additions = [...built].filter(([path, content]) => held.get(path) !== blobId(content));
  const deletions = [...held.keys()].filter((path) => !built.has(path));
  return {
    additions: additions.map(([path, content]) => ({ path, contents: content.toString('base64') })),
    deletions: deletions.map((path) => ({ path })),
  };
}

/** The name that git gives to a content. */
function blobId(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

async function send(job: Job, method: string, url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    redirect: 'error',
    headers: {
      authorization: `Bearer ${job.token}`,
      accept: 'application/vnd.github+json',
      'user-agent': 'commit-dist',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname} was answered with ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

function required(name: string): string {
  const value = process.env[name] ?? '';
  if (value === '') throw new Error(`${name} is not set`);
  return value;
}

if (import.meta.main) {
  const commit = await commitDist({
    apiUrl: required('GITHUB_API_URL'),
    graphqlUrl: required('GITHUB_GRAPHQL_URL'),
    token: required('GITHUB_TOKEN'),
    repository: required('GITHUB_REPOSITORY'),
    pullRequest: Number(required('PULL_REQUEST')),
    builtHead: required('BUILT_HEAD'),
    folder: process.argv[2] ?? '',
  });
  console.log(commit === undefined ? 'dist is current.' : `Committed as ${commit}, and started CI on it.`);
}

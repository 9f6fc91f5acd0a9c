export const STORE_KINDS = ['actions', 'dependabot', 'codespaces', 'agents'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** Which of the ten stores a target line means. */
export type StoreAddress =
  | { scope: 'repository'; owner: string; repo: string; kind: StoreKind }
  | { scope: 'environment'; owner: string; repo: string; environment: string; kind: 'actions' }
  | { scope: 'organization'; owner: string; kind: StoreKind }
  | { scope: 'user'; kind: 'codespaces' };

export function parseTargetLine(line: string): StoreAddress {
  const [first = '', second = '', third = 'actions', ...rest] = line.split('/');
  if (line === 'user/codespaces') return { scope: 'user', kind: 'codespaces' };
  if (first === 'orgs' && rest.length === 0)
    return { scope: 'organization', owner: second, kind: storeKind(third, line) };
  if (third === 'environments' && rest.length > 0) {
    return { scope: 'environment', owner: first, repo: second, environment: rest.join('/'), kind: 'actions' };
  }
  if (first === '' || second === '' || rest.length > 0) throw new Error(`No store: ${line}`);
  return { scope: 'repository', owner: first, repo: second, kind: storeKind(third, line) };
}

function storeKind(text: string, line: string): StoreKind {
  const kind = STORE_KINDS.find((candidate) => candidate === text);
  if (!kind) throw new Error(`No store: ${line}`);
  return kind;
}

/** The store and the secret's name that a target line means; no name where it is the default. */
export function splitLine(line: string): { store: string; name?: string } {
  const [, store, name] = /^(.*) as (\S+)$/.exec(line) ?? [];
  return store === undefined || name === undefined ? { store: line } : { store, name };
}

const NAME = 'TE_TOKEN';

/** Where a run's inputs have the home, and the name of its secret. */
export function homeOf(inputs: Readonly<Record<string, unknown>>, repository: string): { store: string; name: string } {
  const lines = String(inputs.targets ?? '').split('\n');
  const first = lines.map((line) => line.trim()).find((line) => line !== '');
  const { store, name = String(inputs['secret-name'] ?? NAME) } = splitLine(first ?? repository);
  return { store, name };
}

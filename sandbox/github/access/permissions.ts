import { readFileSync } from 'node:fs';

export type Access = 'read' | 'write';

/** What GitHub's own data says of an operation. */
export type PermissionRow = {
  method: string;
  path: string;
  /** Whether an App's installation token may, with the permission. */
  app: boolean;
  /** Whether a fine-grained token may, with the permission. */
  fineGrained: boolean;
  /** Null where the data names none. */
  permission: string | null;
  access: Access | null;
  /** Any one of them lets a classic token; absent where none is needed. */
  classicScopes?: string[];
  /** The scope is needed for private repositories only. */
  classicOnlyIfPrivate?: boolean;
};

export type PermissionFacts = {
  title: string;
  level: 'repository' | 'organization' | 'user';
  /** The highest comes last. */
  access: Access[];
};

type Data = { permissions: Record<string, PermissionFacts>; endpoints: PermissionRow[] };

const DATA: Data = JSON.parse(
  readFileSync(new URL('../../../contracts/github-permissions.json', import.meta.url), 'utf8'),
);

export const PERMISSIONS: Readonly<Record<string, PermissionFacts>> = DATA.permissions;

const ROWS = new Map(DATA.endpoints.map((row) => [`${row.method} ${row.path}`, row]));

/** @throws where GitHub's data has no such operation: the sandbox may not make one up */
export function permissionRow(method: string, path: string): PermissionRow {
  const row = ROWS.get(`${method} ${path}`);
  if (!row) throw new Error(`No row for ${method} ${path} in contracts/github-permissions.json`);
  return row;
}

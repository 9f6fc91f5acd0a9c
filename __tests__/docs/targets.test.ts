import { expect, test } from '@jest/globals';
import {
  actionsReadPermission,
  type Permission,
  secretPermission,
  variablePermission,
} from '../../src/targets/permissions.ts';
import { kindOf, type Store } from '../../src/targets/store.ts';
import { type Line, lineFrom } from '../../src/targets/target.ts';
import { codeIn, read, section, table } from './support/markdown.ts';

const page = read('docs/targets-and-permissions.md');

test('every line of the table is a target, and together they are all stores', () => {
  const rows = table(section(page, '## Targets'), '| line | store |');
  const lines = rows.flatMap(([line = '']) => codeIn(line)).map(parsed);
  expect(new Set(lines.map((line) => kindOf(storeOf(line)))).size).toBe(10);
  expect(lines.filter(({ kind }) => kind === 'pattern')).toHaveLength(1);
});

test("the table of permissions is the action's own, for every store", () => {
  const header = "| target | permission | under | App | fine-grained token | classic token | line of the App's step |";
  const told = table(page, header).map(([target = '', ...cells]) => {
    const store = storeOf(parsed(codeIn(target)[0] ?? ''));
    expect({ target, cells }).toEqual({ target, cells: cellsOf(secretPermission(store)) });
    return kindOf(store);
  });
  expect(new Set(told).size).toBe(10);
});

test('what `sync` and the expiry variable need is what the action asks for', () => {
  const [sync, repository, environment, organization] = table(
    page,
    "| for | permission | under | access | line of the App's step |",
  ).map(([, ...cells]) => cells);
  const row = (permission: Permission, access: 'read' | 'read and write') => [
    permission.title,
    permission.level,
    access,
    stepLine(permission, access === 'read' ? 'read' : 'write'),
  ];
  const variables = (line: string) => row(variablePermission(storeOf(parsed(line))), 'read and write');
  expect(sync).toEqual(row(actionsReadPermission, 'read'));
  expect(repository).toEqual(variables('acme/network'));
  expect(environment).toEqual(variables('acme/network/environments/production'));
  expect(organization).toEqual(variables('orgs/acme'));
});

function cellsOf(permission: Permission): string[] {
  const { title, level, app, fineGrained, scope } = permission;
  const word = (may: boolean) => (may ? 'yes' : 'no');
  return [title, level, word(app), word(fineGrained), `\`${scope}\``, stepLine(permission, 'write')];
}

function stepLine({ key, hasTokenInput }: Permission, access: 'read' | 'write'): string {
  return hasTokenInput ? `\`permission-${key.replaceAll('_', '-')}: ${access}\`` : 'none';
}

function parsed(text: string): Line {
  const line = lineFrom(text, 'TE_TOKEN');
  if (!line.ok) throw new Error(`${text}: ${line.error}`);
  return line.value;
}

function storeOf(line: Line): Store {
  return line.kind === 'pattern' ? line.pattern.store : line.target.store;
}

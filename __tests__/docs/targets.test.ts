import { expect, test } from '@jest/globals';
import { type Permission, secretPermission, variablePermission } from '../../src/targets/permissions.ts';
import { kindOf } from '../../src/targets/store.ts';
import { isPattern, lineFrom, type Target } from '../../src/targets/target.ts';
import { codeIn, read, section, table } from './support/markdown.ts';

const page = read('docs/set-up.md');

test('every line of the table is a target, and together they are all stores', () => {
  const rows = table(section(page, '## Targets'), '| line | store |');
  const lines = rows.flatMap(([line = '']) => codeIn(line)).map(parsed);
  expect(new Set(lines.map((line) => kindOf(line.store))).size).toBe(10);
  expect(lines.filter(isPattern)).toHaveLength(1);
});

test("the table of permissions is the action's own, for every store", () => {
  const header = "| target | permission | under | App | fine-grained token | classic token | line of the App's step |";
  const told = table(page, header).map(([target = '', ...cells]) => {
    const store = parsed(codeIn(target)[0] ?? '').store;
    expect({ target, cells }).toEqual({ target, cells: cellsOf(secretPermission(store)) });
    return kindOf(store);
  });
  expect(new Set(told).size).toBe(10);
});

test('what the record needs is what the action asks for', () => {
  const header = "| the home | permission | under | access | line of the App's step |";
  const told = table(page, header).map(([, ...cells]) => cells);
  const needed = ['acme/network', 'acme/network/environments/production', 'orgs/acme'].map((line) => {
    const permission = variablePermission(parsed(line).store);
    return [permission.title, permission.level, 'read and write', stepLine(permission)];
  });
  expect(told).toEqual(needed);
});

function cellsOf(permission: Permission): string[] {
  const { title, level, scope } = permission;
  return [title, level, level === 'account' ? 'no' : 'yes', 'yes', `\`${scope}\``, stepLine(permission)];
}

function stepLine({ key, hasTokenInput }: Permission): string {
  return hasTokenInput ? `\`permission-${key.replaceAll('_', '-')}: write\`` : 'none';
}

function parsed(text: string): Target {
  const line = lineFrom(text, 'TE_TOKEN');
  if (!line.ok) throw new Error(`${text}: ${line.error}`);
  return line.value;
}

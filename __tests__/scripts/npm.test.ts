import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { installNpm } from '../../scripts/npm.ts';

const folder = mkdtempSync(join(tmpdir(), 'npm-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a package is installed into a folder that is not there yet', () => {
  const source = join(folder, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'some-package', version: '1.0.0' }));
  const target = join(folder, 'not', 'there', 'yet');
  installNpm(target, source);
  expect(existsSync(join(target, 'node_modules', 'some-package', 'package.json'))).toBe(true);
});

test('where npm fails, its words are in what is thrown', () => {
  expect(() => installNpm(join(folder, 'other'), join(folder, 'missing'))).toThrow(/npm error .*missing/);
});

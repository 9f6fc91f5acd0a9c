import { expect, test } from '@jest/globals';
import { expectStored, fullDisks } from '../loss/support/disk.ts';

test.concurrent.each(fullDisks)('full ($way) when $name: everything is stored all the same', (disk) =>
  expectStored(disk),
);

test('a table without rows would be no test', () => {
  if (process.platform === 'linux') expect(fullDisks).not.toEqual([]);
});

import { expect, test } from '@jest/globals';
import { repeatsSecret, Secret } from '../../../src/lib/secret.ts';

// A secret stays known, and short ones are found in much: they have a suite of their own.
test.each(['q~Zw#7vX', 'q~Z', '$'])('a short secret is found, and so is nothing but it: %s', (short) => {
  expect(repeatsSecret(`it is <${short}>`)).toBe(false);
  new Secret(short);
  expect(repeatsSecret(`it is <${short}>`)).toBe(true);
  expect(repeatsSecret('it is <none>')).toBe(false);
});

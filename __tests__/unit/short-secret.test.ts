import { expect, test } from '@jest/globals';
import { redact, Secret } from '../../src/secret.ts';

// A secret stays known, and short ones are found in much: they have a suite of their own.
test.each(['q~Zw#7vX', 'q~Z', '$'])('a short secret is redacted, too, and nothing but it: %s', (short) => {
  new Secret(short);
  expect(redact(`it is <${short}>`)).toBe('it is <***>');
});

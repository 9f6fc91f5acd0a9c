import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { inputsFrom } from '../../../src/action/inputs.ts';
import { anyText } from '../support/any-text.ts';

const defaults = { repository: 'acme/network', githubUrl: 'https://api.github.com', variables: {} };
const junk = fc.oneof(anyText(), fc.string({ unit: 'grapheme', maxLength: 300 }), fc.webUrl(), fc.constant(undefined));
const names = [
  ...['thousandeyes-token', 'thousandeyes-token-next', 'github-token', 'secret-name', 'targets', 'mode'],
  ...['rotate-when-days-left', 'create-missing', 'expose-token', 'thousandeyes-api-url', 'github-api-url'],
];

test('inputs that are junk give faults, each bounded and on one line, and never a crash', () => {
  fc.assert(
    fc.property(fc.record(Object.fromEntries(names.map((name) => [name, junk]))), (given) => {
      const result = inputsFrom({ ...defaults, input: (name) => given[name] });
      if (result.ok) return;
      expect(result.error.length).toBeGreaterThan(0);
      for (const fault of result.error) {
        expect(fault).toMatch(/^Input `[a-z-]+`/);
        expect(fault).not.toMatch(/[\p{Cc}]/u);
        expect(fault.length).toBeLessThan(700);
        expect(fault.isWellFormed()).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});

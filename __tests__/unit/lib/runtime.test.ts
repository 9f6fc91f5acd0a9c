import { expect, test } from '@jest/globals';
import { runtimeFaults } from '../../../src/lib/runtime.ts';

test.each([{}, { NODE_TLS_REJECT_UNAUTHORIZED: '1' }, { NODE_TLS_REJECT_UNAUTHORIZED: '' }])(
  'nothing is wrong with %j',
  (variables) => {
    expect(runtimeFaults(variables)).toEqual([]);
  },
);

test('certificates that are not checked are named by their variable', () => {
  expect(runtimeFaults({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toEqual([
    expect.stringMatching(/^The variable NODE_TLS_REJECT_UNAUTHORIZED is 0, .*NODE_EXTRA_CA_CERTS\.$/),
  ]);
});

test('a Node without WebAssembly is named by what switches it off', () => {
  expect(runtimeFaults({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, false)).toEqual([
    expect.stringContaining('NODE_TLS_REJECT_UNAUTHORIZED'),
    'This Node runs without WebAssembly: take `--jitless` and its like out of the variable NODE_OPTIONS.',
  ]);
});

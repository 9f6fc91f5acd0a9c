import base from '../../jest.config.js';

/** What takes too long for `npm test`, which leaves this folder out. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/__tests__/thorough/**/*.test.ts'],
  testPathIgnorePatterns: [],
};

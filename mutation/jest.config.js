import base from '../jest.config.js';

/** What a mutant is shown to: the tests that import the sources. The bundle's tests run `dist`, where no mutant is. */
export default {
  ...base,
  rootDir: '..',
  // Stryker wraps an environment that it knows.
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/unit/**/*.test.ts'],
  testPathIgnorePatterns: [
    // The properties' hundreds of runs a mutant would cost more than they tell: they are about what no example thinks of.
    '/any-token\\.',
    '/error-bodies\\.',
    '/inputs-junk\\.',
    // Reads the sources, which hold here what Stryker wrote into them.
    '/messages-sources\\.',
  ],
  filter: '<rootDir>/mutation/chosen.cjs',
};

export default {
  mutate: ['src/*/**/*.ts'],
  plugins: [
    '@stryker-mutator/jest-runner',
    import.meta.resolve('./own-tests-first.ts'),
    import.meta.resolve('./judge.ts'),
  ],
  testRunner: 'own-tests-first',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  // Which suites a mutant is shown to is chosen by what the dry run saw, not by who imports whom.
  jest: { configFile: 'mutation/jest.config.js', enableFindRelatedTests: false },
  // Also after a failure.
  cleanTempDir: 'always',
  // What one run leaves behind would be copied by the next.
  ignorePatterns: ['/.stryker-tmp', '/build', '/coverage', '/reports'],
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Of real time; the tests' own clocks are fakes, so that what takes longer is a loop without end.
  timeoutMS: 2_000,
  // TypeScript 7 has no interface to rewrite the file with, and nothing in it refers to outside the copy.
  tsconfigFile: 'none',
  reporters: ['clear-text', 'progress', 'html', 'json', 'judge'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};

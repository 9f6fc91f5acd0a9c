import { join } from 'node:path';

// No zone of whole hours: a moment that is read as local time by mistake is then off everywhere, CI included.
process.env.TZ ??= 'Asia/Kathmandu';
// A thousand processes run the same bundle: all but the first find it compiled.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules', '.cache', 'compiled');

export default {
  // Leaves out, by name, what no process can do on this system.
  testEnvironment: '<rootDir>/sandbox/platform-environment.ts',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Does nothing unless `npm run test:steady` moves the clock: each suite has a realm and a `Date` of its own.
  setupFiles: ['<rootDir>/sandbox/clocks/moved.ts'],
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  // Run by `npm run test:thorough`.
  testPathIgnorePatterns: ['<rootDir>/__tests__/thorough/'],
  // Among them the copies of the project that a mutation run leaves behind where it is ended.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/build/', '<rootDir>/.stryker-tmp/'],
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.d.ts'],
  coverageReporters: ['text-summary', 'lcov'],
  // Lower than what is reached, so that a machine that takes another branch of a race does not fail.
  coverageThreshold: { global: { lines: 98, branches: 98 } },
  // More than cores: they wait for subprocesses.
  maxWorkers: 4,
  // The bundle's subprocesses share the cores with each other.
  testTimeout: 30_000,
};

import { expect, test } from '@jest/globals';
import { demo, PATIENCE, playScenarios, SHOWN } from './support/scenarios.ts';

// All of them are played in `__tests__/thorough/`.
playScenarios([
  'rotation',
  'machine-gone',
  'killed-process',
  'written-back',
  'new-find',
  'bad-inputs',
  'guard',
  'stale-copy',
]);

test(
  '--list names every scenario',
  async () => {
    const { code, stdout } = await demo(['--list']);
    expect(code).toBe(0);
    expect([...stdout.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name]) => name)).toEqual(Object.keys(SHOWN));
  },
  PATIENCE,
);

test(
  'a scenario that is none, and an option that is none, are refused with the list',
  async () => {
    for (const [argument, message] of [
      ['rotatoin', 'No such scenario: rotatoin'],
      ['--lits', "Unknown option '--lits'"],
    ] as const) {
      const { code, stdout, stderr } = await demo([argument]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(message);
      for (const name of Object.keys(SHOWN)) expect(stderr).toContain(name);
    }
  },
  PATIENCE,
);

test(
  'colours where they are wanted',
  async () => {
    const { stdout } = await demo(['--list'], { FORCE_COLOR: '1' });
    expect(stdout).toContain('\x1b[1mrotation');
  },
  PATIENCE,
);

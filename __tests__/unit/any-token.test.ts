import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findLeaks } from '../../sandbox/leaks.ts';
import { HOME, startWorld } from '../../sandbox/world.ts';
import { main } from '../../src/main.ts';
import { runnerFrom } from '../../src/runner.ts';
import { InProcessJob } from '../support/unit-stage.ts';
import { anyToken } from '../support/unit-tokens.ts';

test('any token that a server can send is masked, stored if it can stand in a header, and told nowhere', async () => {
  await fc.assert(
    fc.asyncProperty(anyToken, async (token) => {
      await using world = await startWorld();
      world.thousandeyes.nextToken = token;
      using job = new InProcessJob(world, { 'expiry-variable': 'TE_EXPIRY' });
      const { stdout, summary, outputs, exitCode } = await job.stage((env) => main(runnerFrom(env)));
      const usable = /^[!-~]+$/.test(token);
      expect(exitCode).toBe(usable ? 0 : 1);
      expect(world.github.open(HOME)).toBe(usable ? token : world.currentToken);
      expect(job.folder.left()).toEqual([]);
      const masks = stdout.split('\n').filter((line) => line.startsWith('::add-mask::'));
      const told = masks.at(-1)?.slice('::add-mask::'.length) ?? '';
      expect(told.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')).toBe(token);
      // Every command is one of ours, so the token made none.
      const commands = stdout.split('\n').filter((line) => /^\s*::|##\[/.test(line));
      for (const command of commands) expect(command).toMatch(/^::(?:add-mask|error|warning)::/);
      expect(Object.keys(outputs).sort()).toEqual(['previous-valid-until', 'results', 'rotated', 'valid-until']);
      // A shorter one occurs in other text by chance.
      const rest = stdout.replace(/^::add-mask::.*$/gm, '') + summary + JSON.stringify(outputs);
      if (token.length >= 8) expect(findLeaks(rest, token)).toEqual([]);
    }),
    {
      numRuns: 25,
      examples: [['te-'.padEnd(48 * 1024, 'x')], ['::error::x'], ['te-%0A%25"\\'], ['x'], ['\ud800 lone']],
    },
  );
});

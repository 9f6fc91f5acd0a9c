import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findLeaks } from '../../sandbox/leaks.ts';
import { HOME, startWorld } from '../../sandbox/world.ts';
import { anyToken } from '../unit/support/any-token.ts';
import { InProcessJob } from './support/in-process-job.ts';

/** Node's server takes no longer one in a header, and then the check tells nothing for half a minute. */
const longest = 12 * 1024;
/** Blanks around a token are none of it, but the sandbox's ThousandEyes knows it with them. */
const sentToken = anyToken.map((token) => token.slice(0, longest).trim()).filter((token) => token !== '');

test('any token that a server can send is masked, stored if it can stand in a header, else given up, and told nowhere', async () => {
  await fc.assert(
    fc.asyncProperty(sentToken, async (token) => {
      await using world = await startWorld();
      world.thousandeyes.nextToken = token;
      using job = new InProcessJob(world);
      const { stdout, summary, outputs, exitCode } = await job.main();
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
      examples: [['te-'.padEnd(longest, 'x')], ['::error::x'], ['te-%0A%25"\\'], ['x'], ['\ud800 lone']],
    },
  );
});

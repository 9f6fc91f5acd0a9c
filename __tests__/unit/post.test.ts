import { expect, test } from '@jest/globals';

test('tells the action that it is the post step, and hands over to it', async () => {
  // Only in `dist` does that entry stand beside it, as JavaScript.
  await expect(import('../../src/post.ts')).rejects.toThrow("Cannot find module './index.js'");
  expect(process.env.STATE_isPost).toBe('true');
});

import { expect, test } from '@jest/globals';
import { expression } from '../../../sandbox/runner/expressions.ts';
import { HOME } from '../../../sandbox/world.ts';
import { fingerprint, idOf, startScene } from '../support/scene.ts';

test('two accounts, two homes in one repository: each has a record and a date of its own', async () => {
  await using scene = await startScene({ scene: { lines: [HOME], noted: 710 } });
  const { world } = scene;
  const second = 'te-of-the-second-account';
  world.thousandeyes.addToken(world.thousandeyes.addAccount(), { value: second });
  world.github.seed(HOME, { name: 'TE_LAB', value: second });
  const days = { 'rotate-when-days-left': '30' };
  const lab = world.workflow({
    with: {
      'secret-name': 'TE_LAB',
      'thousandeyes-token': expression('secrets.TE_LAB'),
      'thousandeyes-token-next': expression('secrets.TE_LAB_NEXT'),
      ...days,
    },
  });
  await lab.run();
  const [issued = ''] = world.thousandeyes.issued;
  expect(world.github.open(HOME, 'TE_LAB')).toBe(issued);
  expect(world.variable('TE_LAB_ROTATION').json).toMatchObject({
    token: fingerprint(issued),
    targets: [idOf(HOME, 'TE_LAB')],
  });
  expect(world.github.open(HOME)).toBe(world.currentToken);

  // The one has 20 days left by its own record, the other two years.
  const first = await scene.inMode('rotate', { with: days }).run();
  expect([first.exitCode, first.outputs.rotated]).toEqual([0, 'true']);
  const other = await lab.run();
  expect([other.exitCode, other.outputs.rotated]).toEqual([0, 'false']);
  expect(world.thousandeyes.issued).toHaveLength(2);
  expect(scene.isWell).toBe(true);
});

import { expect, test } from '@jest/globals';
import type { Fault } from '../../../sandbox/http/faults.ts';
import { recoveryHeading } from '../../../src/action/summary.ts';
import { LossProcess } from '../../loss/support/process.ts';
import { startScene } from '../../loss/support/scene.ts';

/** A token that can be kept neither in the home nor beside it: the command that keeps it is there, and it comes first. */

const message = 'Resource not accessible by integration';
const refused: Fault = { kind: 'status', status: 403, body: { message } };

test.each<[string, Fault]>([
  ['refused', refused],
  ["swallowed by something in GitHub's place", { kind: 'swallow' }],
])('the home is %s', async (_, fault) => {
  await using scene = await startScene({ frozen: true });
  scene.world.faults.add({ method: 'PUT', path: 'secrets/TE_TOKEN_NEXT', nth: 2, fault: refused });
  scene.world.faults.add({ method: 'PUT', path: 'network/actions/secrets/TE_TOKEN', fault });
  using job = new LossProcess(scene);
  const { failed, summary } = await job.main();
  expect(failed).toBe(true);
  expect(summary).toMatch(/gh api --method PUT .*TE_TOKEN_NEXT.*encrypted_value=/);
  expect(/^1\. .*$/m.exec(summary)?.[0]).toContain('run the command below');
  // Others may be ahead of a home that is swallowed.
  scene.breaches.splice(0);
});

test('a credential that dies once the token is issued: five bad logins at the home, and the command', async () => {
  await using scene = await startScene({ frozen: true });
  let isDead = false;
  scene.world.meanwhile({ method: 'POST', path: '/api-tokens', phase: 'answered' }, () => {
    isDead = true;
  });
  const fault: Fault = { kind: 'status', status: 401, body: { message: 'Bad credentials' } };
  scene.world.faults.add({ server: 'github', where: () => isDead, fault });
  using job = new LossProcess(scene);
  const { failed, summary } = await job.main();
  expect([failed, summary.includes(recoveryHeading)]).toEqual([true, true]);
  const atHome = scene.world.requests.filter(
    ({ status, path }) => status === 401 && path.endsWith('/network/actions/secrets/TE_TOKEN'),
  );
  // Two more are of the reading beside the verification, which is asked once more.
  expect(atHome.length).toBeLessThanOrEqual(5 + 2);
});

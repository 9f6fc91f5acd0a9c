import { expect, test } from '@jest/globals';
import { asksForToken } from '../../../sandbox/http/traffic.ts';
import { fingerprint, recordName, startScene } from '../support/scene.ts';

const token = 'sha256:9f86d081884c7d65';

test.concurrent('a record that can not be read stops each mode before anything is asked, and names the way out', async () => {
  await using scene = await startScene();
  const { world, held } = scene;
  const bad = {
    'no JSON': 'TE_EXPIRY=2028-01-01',
    'an array': '[1]',
    'a later version': { v: 2, token, since: '2026-11-01T00:00:00Z' },
    'no version': { token },
    '48 KB': `{"v":1,"token":"${'x'.repeat(48 * 1024 - 40)}"}`,
    'a token of another type': { v: 1, token: 7, since: '2026-11-01T00:00:00Z' },
    'targets that are none': { v: 1, token, since: '2026-11-01T00:00:00Z', targets: 'all' },
    'a date that is none': { v: 1, token, since: 'yesterday' },
  };
  const modes = ['rotate', 'sync', 'check', 'rehearse'];
  for (const [index, [name, value]] of Object.entries(bad).entries()) {
    world.variable(recordName).seed(value);
    const before = world.variable(recordName).value;
    const run = await scene.inMode(modes[index % modes.length] ?? 'rotate').run({ post: false });
    expect([name, run.exitCode]).toEqual([name, 1]);
    expect(run.summary).toMatch(/record TE_TOKEN_ROTATION/);
    expect(run.summary).toMatch(/gh variable delete TE_TOKEN_ROTATION --repo \S*acme\/network/);
    expect(Buffer.byteLength(run.log)).toBeLessThan(10_000);
    expect(world.variable(recordName).value).toBe(before);
  }
  expect([scene.asked, scene.written, scene.held]).toEqual([0, [], held]);
});

test.concurrent('a record that is deleted while a token is asked for is written anew', async () => {
  await using scene = await startScene({ scene: { noted: 20 } });
  const { world } = scene;
  world.meanwhile({ where: asksForToken, phase: 'acted' }, () => world.variable(recordName).delete());
  const run = await scene.workflow.run();
  const fresh = await scene.workflow.run();
  expect([run.exitCode, fresh.exitCode]).toContain(0);
  expect(fresh.exitCode).toBe(0);
  expect(scene.isWell).toBe(true);
  expect(scene.asked).toBe(1);
});

test.concurrent('a record that another run wrote while a token was asked for is not written over; the next run finishes', async () => {
  // A reading that is younger than five seconds is not made again.
  await using scene = await startScene({ scale: 4, scene: { noted: 20 } });
  const { world } = scene;
  world.faults.add({ where: asksForToken, times: 1, fault: { kind: 'delay', ms: 1500 } });
  world.meanwhile({ where: asksForToken, phase: 'acted' }, () => {
    scene.note({ since: 0, token: fingerprint('te-of-another-run') });
  });
  const run = await scene.workflow.run();
  const [issued = ''] = world.thousandeyes.issued;
  expect(run.exitCode).toBe(1);
  expect(run.summary).toMatch(/another run was faster/);
  expect(scene.record.token).toBe(fingerprint('te-of-another-run'));
  expect(scene.parked).toBe(issued);
  const again = await scene.workflow.run();
  expect(again.exitCode).toBe(0);
  expect(scene.isWell).toBe(true);
  expect(scene.held[0]).toBe(issued);
});

test.concurrent('the record is refused at the end: all is stored, and the next run notes it', async () => {
  await using scene = await startScene({ scene: { noted: 20 } });
  const { world } = scene;
  const fault = { kind: 'status', status: 403, body: { message: 'no' } } as const;
  world.faults.add({ method: 'PATCH', path: `/${recordName}`, nth: 2, fault });
  const run = await scene.workflow.run();
  const [issued] = world.thousandeyes.issued;
  expect([run.exitCode, run.outputs.rotated]).toEqual([1, 'true']);
  expect(run.summary).toMatch(/Run this workflow again: it notes it/);
  expect([...scene.held, scene.parked]).toEqual([issued, issued, issued, issued]);
  world.faults.clear();
  const again = await scene.workflow.run();
  expect(again.exitCode).toBe(0);
  expect(scene.isWell).toBe(true);
  expect(scene.asked).toBe(1);
});

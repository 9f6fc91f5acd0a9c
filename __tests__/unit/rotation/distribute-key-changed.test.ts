import { expect, test } from '@jest/globals';
import { distributing, sealedEarlier } from '../support/distributing.ts';
import { gitHubAnswer, readyHome } from '../support/fakes.ts';
import { minute, second } from '../support/time.ts';

test('a 422 to a key that changed: the token is sealed anew, which is in the journal before it is sent', async () => {
  const { home, scene } = distributing({ writes: { 'acme/a': [422, 204] } });
  const { result, body } = await home(sealedEarlier(readyHome('acme/a'), 2));
  expect(result.status).toBe('updated');
  expect(scene.sent.map((write) => write.sealed)).toEqual([
    { keyId: 'old', value: 'first' },
    { keyId: 'new key of acme/a', value: 'sealed(te-of-storing)' },
  ]);
  expect(scene.steps).toEqual(['PUT acme/a', 'new key of acme/a', 'note sealed', 'PUT acme/a', 'note stored']);
  expect(body).toEqual({ encrypted_value: 'sealed(te-of-storing)', key_id: 'new key of acme/a' });
  expect(scene.journal.lines[0]).toEqual({ kind: 'sealed', target: 2, body });
  expect(scene.elapsed()).toBe(0);
});

const oldKey = { keyId: 'old', key: 'n' };

test('at the home a key that is shown late is waited for, and the token sealed anew each time', async () => {
  const late = { keyId: 'late', key: 'n' };
  const { home, scene, pauses } = distributing({
    writes: { 'acme/a': [422, 422, 422, 422, 204] },
    // It is read after each refusal, and again after the pause.
    freshKeys: { 'acme/a': [...Array(7).fill(oldKey), late] },
  });
  const { result, isKeyRefused } = await home(sealedEarlier(readyHome('acme/a')));
  expect({ status: result.status, isKeyRefused }).toEqual({ status: 'updated', isKeyRefused: false });
  expect(scene.sent.map((write) => write.sealed.keyId)).toEqual(['old', 'old', 'old', 'old', 'late']);
  expect(scene.clock.naps).toEqual([1, 2, 4, 8].map((seconds) => seconds * second));
  expect(scene.log.lines).toEqual([
    'Writing acme/a: GitHub answered 422; reading its key again in 4 s',
    'Writing acme/a: GitHub answered 422; reading its key again in 8 s',
  ]);
  // Each pause is told beforehand, with what would be sent: the way to finish by hand may have to be said now.
  expect(pauses.map(([ms, { key_id: keyId }]) => [ms, keyId])).toEqual([
    [1000, 'old'],
    [2000, 'old'],
    [4000, 'old'],
    [8000, 'old'],
  ]);
});

test('a home whose key stays dead is given up after ten minutes, and what was sent is no way to finish by hand', async () => {
  const { home, scene } = distributing({ writes: { 'acme/a': 422 } });
  // A step of the date neither ends nor lengthens it.
  scene.clock.after(minute, () => scene.clock.jump(60 * minute));
  const stored = await home(sealedEarlier(readyHome('acme/a')));
  expect(stored).toMatchObject({ result: { status: 'failed' }, at: undefined, isKeyRefused: true });
  expect(stored.body.key_id).toBe('new key of acme/a');
  expect(scene.elapsed()).toBeLessThanOrEqual(10 * minute);
  expect(scene.elapsed()).toBeGreaterThan(9 * minute);
});

test('a cancel while a dead key is waited for leaves time to say so', async () => {
  const { home, scene } = distributing({ writes: { 'acme/a': 422 } });
  scene.clock.after(minute + second, scene.cancel);
  const { isKeyRefused } = await home(sealedEarlier(readyHome('acme/a')));
  expect(isKeyRefused).toBe(true);
  // The last call is 8 s after the cancel; until then it is tried on.
  expect(scene.elapsed()).toBe(minute + 9 * second);
});

test('a home whose key cannot be read is tried on with the value that it has', async () => {
  const { home, scene } = distributing({
    writes: { 'acme/a': [422, 422, 204] },
    freshKeys: { 'acme/a': [...Array(3).fill(gitHubAnswer(500)), { keyId: 'fresh', key: 'n' }] },
  });
  const { result } = await home(sealedEarlier(readyHome('acme/a')));
  expect(result.status).toBe('updated');
  expect(scene.sent.map((write) => write.sealed.keyId)).toEqual(['old', 'old', 'fresh']);
});

test('a new key that nothing can be sealed for changes nothing: the value before it stays', async () => {
  const { other, scene } = distributing({ writes: { 'acme/a': 422 }, badKey: 'n' });
  const { body, isKeyRefused } = await other(sealedEarlier(readyHome('acme/a')));
  expect({ body, isKeyRefused }).toEqual({ body: { encrypted_value: 'first', key_id: 'old' }, isKeyRefused: true });
  expect(scene.journal.lines).toEqual([]);
});

test('at another target the token is sealed anew once', async () => {
  const { other, scene } = distributing({ writes: { 'acme/a': 422 } });
  const { result, body } = await other(sealedEarlier(readyHome('acme/a')));
  expect(result.status).toBe('failed');
  expect(scene.steps).toEqual(['PUT acme/a', 'new key of acme/a', 'note sealed', 'PUT acme/a']);
  expect(body.key_id).toBe('new key of acme/a');
  expect(scene.elapsed()).toBe(0);
});

test.each([
  ['has not changed', oldKey],
  ['cannot be read', gitHubAnswer(500)],
])('at another target nothing is sent again where the key %s', async (_, fresh) => {
  const { other, scene } = distributing({ writes: { 'acme/a': 422 }, freshKeys: { 'acme/a': fresh } });
  const { result } = await other(sealedEarlier(readyHome('acme/a')));
  expect(result.problem?.cause).toBe('GitHub answered 422');
  expect(scene.sent).toHaveLength(1);
});

test('no other status than 422 means that the key changed', async () => {
  const { home, scene } = distributing({ writes: { 'acme/a': 400 } });
  expect(await home(sealedEarlier(readyHome('acme/a')))).toMatchObject({
    result: { status: 'failed' },
    isKeyRefused: false,
  });
  expect(scene.steps).toEqual(['PUT acme/a']);
});

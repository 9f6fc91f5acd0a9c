import { expect, test } from '@jest/globals';
import type { GitHubAnswer } from '../../../src/github/answer.ts';
import { confirmHome, showsWrite } from '../../../src/rotation/confirm-home.ts';
import { gitHubAnswer, resolved, storedSecret } from '../support/fakes.ts';
import { sceneOf } from '../support/scene.ts';
import { day, minute, now, second } from '../support/time.ts';

const before = now - 300 * day;

/** Dates that the reads find, one after the other, the last one for ever: ms since the epoch, or what GitHub answers. */
function confirming(...dates: readonly (number | GitHubAnswer)[]) {
  const scene = sceneOf({
    secrets: { 'acme/home': dates.map((date) => (typeof date === 'number' ? { updatedAt: date } : date)) },
  });
  const times = { before: { updatedAt: before, asOf: now }, startedAt: now };
  return { scene, confirm: () => confirmHome(resolved('acme/home'), times, scene.journal, scene.dependencies) };
}

test('a home whose date has moved is confirmed at once, and that is noted', async () => {
  const { confirm, scene } = confirming(now);
  expect(await confirm()).toBe(true);
  expect(scene.journal.lines).toEqual([{ kind: 'confirmed' }]);
  expect(scene.elapsed()).toBe(0);
  expect(scene.log.lines).toEqual([]);
});

test('a date that is shown late is waited for, and longer pauses are told', async () => {
  const { confirm, scene } = confirming(before, before, before, gitHubAnswer(502), now);
  expect(await confirm()).toBe(true);
  expect(scene.elapsed()).toBe((1 + 3 + 5 + 10) * second);
  expect(scene.log.lines).toEqual([
    'GitHub does not show the write of acme/home yet; reading its date again in 5 s',
    'GitHub does not show the write of acme/home yet; reading its date again in 10 s',
  ]);
});

test('a blind write, a 204 that stored nothing, is not confirmed after 90 s', async () => {
  const { confirm, scene } = confirming(before);
  expect(await confirm()).toBe(false);
  expect(scene.elapsed()).toBe(90 * second);
  expect(scene.journal.lines).toEqual([]);
});

test('the last look is when the 90 s end', async () => {
  const { confirm, scene } = confirming(before);
  scene.clock.after(89 * second, () => {
    const { secrets } = scene.dependencies;
    const { read } = secrets;
    secrets.read = async (...given) => {
      const found = await read(...given);
      return found.ok ? { ok: true, value: { ...found.value, updatedAt: now } } : found;
    };
  });
  expect(await confirm()).toBe(true);
  expect(scene.elapsed()).toBe(90 * second);
});

test('where the answer to the first look takes all the time there is no other', async () => {
  const { confirm, scene } = confirming(before);
  let looks = 0;
  const { read } = scene.dependencies.secrets;
  scene.dependencies.secrets.read = async (...given) => {
    looks++;
    await scene.clock.sleep(90 * second);
    return read(...given);
  };
  expect(await confirm()).toBe(false);
  expect(looks).toBe(1);
});

test('a home that cannot be read is not confirmed', async () => {
  const { confirm, scene } = confirming(gitHubAnswer(500));
  expect(await confirm()).toBe(false);
  expect(scene.journal.lines).toEqual([]);
});

test('a step of the date does not end the wait', async () => {
  const { confirm, scene } = confirming(before, before, before, now);
  scene.clock.after(second, () => scene.clock.jump(10 * minute));
  expect(await confirm()).toBe(true);
});

test('a cancel ends the wait in time to say so', async () => {
  const { confirm, scene } = confirming(before);
  scene.clock.after(30 * second, scene.cancel);
  expect(await confirm()).toBe(false);
  expect(scene.elapsed()).toBe(38 * second);
});

test('a home that is written at the end of a cancelled run is read all the same', async () => {
  const { confirm, scene } = confirming(before, now);
  scene.cancel();
  expect(await confirm()).toBe(true);
  expect(scene.elapsed()).toBe(second);
});

test.each([
  ['it is of after the writing began', now, before, true],
  ['it is the date before', before, before, false],
  ['someone else wrote it earlier, and the write itself was not carried out', now - minute, before, false],
  ['whole seconds make it look a little earlier', now - 2 * second, before, true],
  ['it is earlier than whole seconds explain', now - 2 * second - 1, before, false],
  ['the home was written in the same second before', now, now, true],
  ['someone else wrote it, and GitHub showed that late', now - minute - 92 * second, before, false],
  ['it is of another clock than the answers', now - minute - 93 * second, before, true],
  ['it did not move, by another clock', now - day, now - day, false],
])('a date shows a write or not: %s', (_, updatedAt, dateBefore, isShown) => {
  // Read a minute before the write began, and ten seconds after.
  const secret = storedSecret({ updatedAt, asOf: now + 10 * second });
  expect(showsWrite(secret, { updatedAt: dateBefore, asOf: now - minute }, 10 * second)).toBe(isShown);
});

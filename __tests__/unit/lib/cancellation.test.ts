import { expect, test } from '@jest/globals';
import { Cancelled, createCancellation } from '../../../src/lib/cancellation.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('as long as nobody cancels, there is no deadline', () => {
  const { cancellation } = createCancellation(new FakeClock());
  expect(cancellation.deadline()).toBe(Number.POSITIVE_INFINITY);
  expect(cancellation.now.aborted).toBe(false);
  expect(() => cancellation.throwIfCancelled()).not.toThrow();
});

test('a cancel counts at once, and leaves six and a half seconds to finish', async () => {
  const clock = new FakeClock({ now: 1000, auto: false });
  const { cancellation, cancel } = createCancellation(clock);
  cancel();
  expect(cancellation.now.aborted).toBe(true);
  expect(cancellation.deadline()).toBe(7500);
  expect(clock.backgroundNaps).toEqual([6500]);
  expect(() => cancellation.throwIfCancelled()).toThrow(new Cancelled('cancelled'));
  clock.advance(6499);
  await Promise.resolve();
  expect(cancellation.lastCall.aborted).toBe(false);
  clock.advance(1);
  await Promise.resolve();
  expect(cancellation.lastCall.aborted).toBe(true);
});

test('a second cancel does not move the deadline', async () => {
  const clock = new FakeClock({ now: 0, auto: false });
  const { cancellation, cancel } = createCancellation(clock);
  cancel();
  clock.advance(5000);
  cancel();
  expect(cancellation.deadline()).toBe(6500);
  expect(clock.naps).toEqual([6500]);
});

test('a date that jumps after the cancel moves nothing: they are counted by what passes', async () => {
  const clock = new FakeClock({ now: 1000, auto: false });
  const { cancellation, cancel } = createCancellation(clock);
  clock.jump(3_600_000);
  cancel();
  clock.jump(-7_200_000);
  expect(cancellation.deadline()).toBe(7500);
  clock.advance(6500);
  await Promise.resolve();
  expect(cancellation.lastCall.aborted).toBe(true);
});

test('a cancel that came too early is told by its name', () => {
  expect(new Cancelled('x').name).toBe('Cancelled');
});

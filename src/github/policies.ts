import { minute, second } from '../lib/clock.ts';
import type { RetryPolicy } from '../lib/retry.ts';

/** GitHub's limits are of an hour: a reset is at most that far away, and a little more by its clock. */
const untilReset = 61 * minute;

/** How long requests to GitHub are tried. Each leaves room for two attempts of which the first gets no answer. */
export const policies = {
  /** Before the token is asked for, failing costs nothing: where GitHub wants to be left alone for long, come back. */
  read: { total: 20 * second, attempt: 15 * second, toldWaits: 5 * minute, stoppable: true },
  /** Reading again after the token was asked for. */
  reread: { total: 10 * second, attempt: 5 * second, toldWaits: minute, stoppable: false },
  /** The one write that must not fail: what GitHub tells it to wait is waited for. */
  home: { total: 10 * minute, attempt: 20 * second, toldWaits: untilReset, stoppable: false },
  /** `sync` repairs what is missing in the end. */
  other: { total: 3 * minute, attempt: 20 * second, toldWaits: untilReset, stoppable: false },
  /** A write test that is left over harms nobody. */
  cleanup: { total: 15 * second, attempt: 5 * second, toldWaits: minute, stoppable: false },
} satisfies Record<string, RetryPolicy>;

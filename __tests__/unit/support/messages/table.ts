import { rotate } from '../../../../src/modes/rotate.ts';
import { sync } from '../../../../src/modes/sync.ts';
import { fingerprintOf } from '../../../../src/rotation/record/record.ts';
import type { TokenCheck } from '../../../../src/thousandeyes/client.ts';
import type { Change, ModeOptions } from '../mode-run.ts';
import { currentToken, parkedToken, rotatedLongAgo, type SceneOptions, usualRecord } from '../scene.ts';
import { day, now } from '../time.ts';
import type { Chapter } from './manuscript.ts';
import { gitHubSays, played, playedRemarks, refusedByGitHub } from './playing.ts';

const earlierRun = 'https://github.com/acme/network/actions/runs/4710';
const next = 'acme/network as TE_TOKEN_NEXT';
const yesterday = now - day;
const refused: TokenCheck = { kind: 'refused', detail: 'ThousandEyes answered 401 (Invalid access token)' };
const down: TokenCheck = { kind: 'down', mayPass: true, detail: 'ThousandEyes answered 503' };
const another = fingerprintOf(parkedToken);
const movedHome = { 'acme/network': { ...rotatedLongAgo, updatedAt: yesterday } };
const notDue: ModeOptions = { request: { rotateWhenDaysLeft: 30 } };
const conflict = { kind: 'conflict', detail: 'ThousandEyes answered 409' } as const;

/** A token of an earlier run beside the home. */
const parked: ModeOptions = { request: { next: { kind: 'token', token: parkedToken } } };
const noted: ModeOptions = { request: { next: { kind: 'note', at: yesterday, run: earlierRun } } };
const there = (options: SceneOptions = {}): SceneOptions => ({
  ...options,
  secrets: { [next]: { updatedAt: yesterday }, ...options.secrets },
});

/** ThousandEyes refuses what an earlier run left, and accepts what it issues now. */
const refusingParked: Change = ({ dependencies: { thousandEyes } }) => ({
  thousandEyes: {
    ...thousandEyes,
    check: async (token, signal) =>
      token.reveal() === parkedToken.reveal() ? refused : thousandEyes.check(token, signal),
  },
});

export const table: Chapter = {
  title: 'What the record and the token beside the home tell (the rows of the table)',
  situations: [
    played('1. An earlier run left its token: it is in place now', rotate, there(), parked),
    playedRemarks(
      '1. … and ThousandEyes cannot tell whether it accepts it',
      rotate,
      there({ parkedCheck: down }),
      parked,
    ),
    playedRemarks(
      '1. … and the token in hand is none that is known, and nothing tells whether it works',
      rotate,
      there({
        check: { kind: 'unclear', detail: 'ThousandEyes answered 404' },
        record: usualRecord({ token: 'sha256:0000000000000000' }),
      }),
      parked,
    ),
    played(
      '1. … and the home cannot be written',
      rotate,
      there({ writes: { 'acme/network': refusedByGitHub } }),
      parked,
    ),
    playedRemarks(
      '2. Someone stored another token meanwhile',
      rotate,
      there({ secrets: movedHome, record: usualRecord({ token: 'sha256:0000000000000000' }) }),
      parked,
    ),
    playedRemarks(
      '3. ThousandEyes refuses the token beside the home',
      rotate,
      there({ parkedCheck: refused, newCheck: refused }),
      parked,
    ),
    playedRemarks(
      '3. … and the token in hand, too',
      rotate,
      there({ parkedCheck: refused, newCheck: refused, check: refused }),
      parked,
    ),
    playedRemarks(
      '3. … for so long that it is deleted',
      rotate,
      there({ parkedCheck: refused, secrets: { [next]: { updatedAt: now - 20 * day } } }),
      { ...parked, change: refusingParked },
    ),
    playedRemarks('4. The run was not given what is beside the home', rotate, there()),
    playedRemarks(
      '4. … and the home is in an environment',
      rotate,
      {
        secrets: {
          'acme/network/environments/live as TE_TOKEN_NEXT': { updatedAt: yesterday },
        },
      },
      { lines: ['acme/network/environments/live'] },
    ),
    playedRemarks('4. … but the token in place, although it was written since', rotate, there(), {
      request: { next: { kind: 'token', token: currentToken } },
    }),
    playedRemarks(
      '6. A run asked and ended without a word, and two tokens are active',
      rotate,
      there({ regenerations: conflict }),
      noted,
    ),
    playedRemarks(
      '6. … and no rotation is possible yet',
      rotate,
      there({ record: usualRecord({ previousUntil: now + 3 * day, since: now - 11 * day }) }),
      noted,
    ),
    playedRemarks('6. … and the token in hand is refused', rotate, there({ check: refused }), noted),
    playedRemarks('8. The home was written again with the same token', rotate, { secrets: movedHome }, notDue),
    playedRemarks('9. The run has another token, and the home was not written since', rotate, {
      record: usualRecord({ token: another }),
    }),
    playedRemarks(
      '9. … and the home is in an environment',
      rotate,
      { record: usualRecord({ token: another, run: undefined }) },
      { lines: ['acme/network/environments/live'] },
    ),
    playedRemarks('10. Someone wrote the old token back', rotate, {
      secrets: movedHome,
      record: usualRecord({ token: another, previous: usualRecord().token, previousUntil: now + 9 * day }),
    }),
    playedRemarks('10. … and nothing tells until when it works', rotate, {
      secrets: movedHome,
      record: usualRecord({ token: another, previous: usualRecord().token, previousUntil: undefined }),
    }),
    playedRemarks('11. A token was stored by hand', rotate, {
      secrets: { 'acme/network': [movedHome['acme/network'], movedHome['acme/network'], {}] },
      record: usualRecord({ token: another }),
    }),
    playedRemarks('11. … in the mode sync', sync, { secrets: movedHome, record: usualRecord({ token: another }) }),
    playedRemarks('The run was started again', rotate, { isRerun: true, secrets: movedHome }),
    playedRemarks(
      '5. The token beside the home is the one in place, and cannot be deleted',
      rotate,
      { secrets: { [next]: { updatedAt: rotatedLongAgo.updatedAt } }, deletes: { [next]: gitHubSays(500) } },
      { request: { next: { kind: 'token', token: currentToken } } },
    ),
  ],
};

export const record: Chapter = {
  title: 'The record',
  situations: [
    playedRemarks('It cannot be read', rotate, { recordReads: refusedByGitHub }),
    playedRemarks(
      '… beside an environment',
      rotate,
      { recordReads: refusedByGitHub },
      { lines: ['acme/network/environments/live'] },
    ),
    playedRemarks('… beside an organization', rotate, { recordReads: refusedByGitHub }, { lines: ['orgs/acme'] }),
    playedRemarks('It is no JSON', rotate, { record: 'soon' }),
    playedRemarks('It has no version', rotate, { record: '{}' }),
    playedRemarks('It is of a later version', rotate, { record: '{"v":2}' }),
    playedRemarks('A field is wrong', rotate, { record: '{"v":1,"token":"x"}' }),
    playedRemarks('It cannot be written', rotate, { recordWrites: refusedByGitHub }),
    playedRemarks('… when the token in hand is noted', rotate, { record: null, recordWrites: refusedByGitHub }),
    playedRemarks('… when everything is stored', rotate, { recordWrites: [undefined, refusedByGitHub] }),
    playedRemarks(
      'Another run was faster',
      rotate,
      {},
      {
        change: ({ dependencies }) => {
          let reads = 0;
          const { variables } = dependencies;
          const later = JSON.stringify({
            v: 1,
            token: another,
            since: new Date(now).toISOString(),
            run: earlierRun,
          });
          return {
            variables: {
              ...variables,
              read: async (...given) => (reads++ === 0 ? variables.read(...given) : { ok: true, value: later }),
            },
            thousandEyes: {
              ...dependencies.thousandEyes,
              regenerate: () => ({
                answer: Promise.resolve(conflict),
                arrived: () => 0,
                close: () => undefined,
              }),
            },
          };
        },
      },
    ),
  ],
};

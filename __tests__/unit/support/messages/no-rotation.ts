import { check } from '../../../../src/modes/check.ts';
import { rehearse } from '../../../../src/modes/rehearse.ts';
import { rotate } from '../../../../src/modes/rotate.ts';
import { sync } from '../../../../src/modes/sync.ts';
import { targetIdOf } from '../../../../src/rotation/record/record.ts';
import { resolved, target } from '../fakes.ts';
import { parkedToken, usualRecord } from '../scene.ts';
import { day, now } from '../time.ts';
import type { Chapter } from './manuscript.ts';
import { gitHubSays, played, playedRemarks, refusedByGitHub } from './playing.ts';

const withOther = { lines: ['acme/network', 'acme/edge'] };
const waits = { request: { rotateWhenDaysLeft: 30 } };
const overlaps = usualRecord({ since: now - 3 * day, previousUntil: now + 11 * day });
const edge = targetIdOf(target('acme/edge'));
const edgeBehind = usualRecord({ targets: [targetIdOf(target('acme/network'))], behind: [edge] });
const overlapsBehind = { ...overlaps, targets: edgeBehind.targets, behind: [edge] };
const byHand = usualRecord({ token: 'sha256:0000000000000000' });
const written = { secrets: { 'acme/network': { updatedAt: now - day } } };
const found = { ...resolved('acme/probe-new'), isFound: true };
const withFind = { request: { targets: [resolved('acme/network'), found] as const } };

export const withoutRotation: Chapter = {
  title: 'No rotation is due, or none is possible yet',
  situations: [
    played('There is time', rotate, {}, waits),
    played('The token was rotated three days ago', rotate, { record: overlaps }),
    played('… and a target is behind', rotate, { record: overlapsBehind }, withOther),
    played(
      '… and cannot be written',
      rotate,
      { record: overlapsBehind, writes: { 'acme/edge': refusedByGitHub } },
      withOther,
    ),
  ],
};

export const finds: Chapter = {
  title: 'What a pattern finds',
  situations: [
    played('In the first rotation', rotate, { record: null }, withFind),
    played('Later: it is left out', rotate, {}, withFind),
    played('In the mode check', check, {}, withFind),
    played('In the mode sync: a person started it', sync, {}, withFind),
  ],
};

export const checking: Chapter = {
  title: 'The modes check and rehearse',
  situations: [
    played('check, before the first rotation', check, { record: null }, withOther),
    played(
      'check, where a rotation is due',
      check,
      { record: edgeBehind },
      { lines: [...withOther.lines, 'acme/lab'] },
    ),
    played('check, where there is time', check, { record: edgeBehind }, { ...withOther, ...waits }),
    played('check, where none is possible yet', check, { record: overlaps }),
    played('check, of a token that was stored by hand', check, { ...written, record: byHand }),
    played('… whose age is not known', check, { record: usualRecord({ validUntil: undefined, run: undefined }) }),
    played('check, of a home that was written again with the same token', check, written),
    played(
      'check, with a target to create',
      check,
      { secrets: { 'acme/edge': gitHubSays(404) } },
      { ...withOther, request: { createMissing: true } },
    ),
    played(
      'check, beside a token that an earlier run left',
      check,
      { secrets: { 'acme/network as TE_TOKEN_NEXT': { updatedAt: now - day } } },
      { request: { next: { kind: 'token', token: parkedToken } } },
    ),
    played('rehearse', rehearse, {}, withOther),
    played('rehearse, before the first rotation', rehearse, { record: null }),
    played('rehearse, where there is time', rehearse, {}, waits),
    played('rehearse, and the home cannot be written', rehearse, {
      writes: { 'acme/network as TE_TOKEN_NEXT': refusedByGitHub },
    }),
  ],
};

export const syncing: Chapter = {
  title: 'The mode sync',
  situations: [
    played('It writes', sync, { record: edgeBehind }, withOther),
    played('There is nothing to write', sync, {}, withOther),
    played('There is only the home', sync, {}),
    played('A target fails', sync, { record: edgeBehind, writes: { 'acme/edge': gitHubSays(500) } }, withOther),
    playedRemarks(
      'What it wrote cannot be noted',
      sync,
      { record: edgeBehind, recordWrites: refusedByGitHub },
      withOther,
    ),
  ],
};

import { WorkflowRunsClient } from '../../../../src/github/workflow-runs.ts';
import { check } from '../../../../src/modes/check.ts';
import { rehearse } from '../../../../src/modes/rehearse.ts';
import { rotate } from '../../../../src/modes/rotate.ts';
import { sync } from '../../../../src/modes/sync.ts';
import { notDueHeadline } from '../../../../src/rotation/not-due.ts';
import { gitHubAnswer } from '../fakes.ts';
import { gitHubOver } from '../github-over-wire.ts';
import { rotatedLongAgo } from '../scene.ts';
import { day, hour, now } from '../time.ts';
import { type Chapter, type Situation, situation } from './manuscript.ts';
import { gitHubSays, played, playedRemarks, refusedByGitHub, rotatedLately } from './playing.ts';

const conflict = { kind: 'conflict', detail: 'ThousandEyes answered 409' } as const;
const withOther = { lines: ['acme/network', 'acme/edge'] };
const inTime = { variable: { value: new Date(now + 500 * day).toISOString(), updatedAt: rotatedLongAgo.updatedAt } };
const waits = { request: { expiryVariable: 'TE_EXPIRY', rotateWhenDaysLeft: 30 } };
const lately = { secrets: { 'acme/network': rotatedLately } };
const behind = {
  secrets: {
    'acme/network': rotatedLongAgo,
    'acme/edge': { ...rotatedLongAgo, updatedAt: rotatedLongAgo.updatedAt - day },
  },
};

const runUnknown: Situation = {
  title: 'When the run was created cannot be read',
  say: async () => {
    const path = 'GET /repos/acme/network/actions/runs/4711';
    const { github } = gitHubOver({
      [path]: { status: 403, json: { message: 'Resource not accessible by integration' } },
    });
    const read = await new WorkflowRunsClient(github).createdAt({ repository: 'acme/network', runId: '4711' });
    return read.ok ? [] : situation('', read.error).say();
  },
};

export const withoutRotation: Chapter = {
  title: 'No rotation is due, or none is possible yet',
  situations: [
    played('There is time', rotate, inTime, waits),
    situation('… of which nothing is known', {
      kind: 'headline',
      text: notDueHeadline({ expiry: { kind: 'unknown' } }, now),
    }),
    played('409, as the home was rotated three days ago', rotate, { ...lately, regenerations: conflict }),
    playedRemarks(
      '… and the expiry variable says so, too',
      rotate,
      {
        ...lately,
        regenerations: conflict,
        variable: { value: new Date(now + 700 * day).toISOString(), updatedAt: rotatedLately.updatedAt },
      },
      { request: { expiryVariable: 'TE_EXPIRY' } },
    ),
    played('A target holds an older token', rotate, { ...behind, ...inTime }, { ...withOther, ...waits }),
    playedRemarks(
      'A target is not created yet',
      rotate,
      { ...inTime, secrets: { 'acme/edge': gitHubSays(404) } },
      {
        ...withOther,
        request: { ...waits.request, createMissing: true },
      },
    ),
  ],
};

export const checking: Chapter = {
  title: 'The modes check and rehearse',
  situations: [
    played('check', check, inTime, { ...withOther, request: { expiryVariable: 'TE_EXPIRY' } }),
    played(
      'check, with a target to create',
      check,
      { secrets: { 'acme/edge': gitHubSays(404) } },
      { ...withOther, request: { createMissing: true } },
    ),
    played('check, where there is time', check, inTime, waits),
    played('rehearse', rehearse, {}, withOther),
    played(
      'rehearse, with a target to create',
      rehearse,
      { secrets: { 'acme/edge': gitHubSays(404) } },
      { ...withOther, request: { createMissing: true } },
    ),
    played('rehearse, where there is time', rehearse, inTime, waits),
    played('rehearse, and a write test is refused', rehearse, { writes: { 'test acme/network': refusedByGitHub } }),
  ],
};

export const syncing: Chapter = {
  title: 'The mode sync',
  situations: [
    played('It writes', sync, behind, withOther),
    played('There is only the home', sync, {}),
    played('A target fails', sync, { writes: { 'acme/edge': gitHubSays(500) } }, withOther),
    played(
      'The home was written after the run was created',
      sync,
      { ...lately, runCreated: { ok: true, value: now - 5 * day } },
      withOther,
    ),
    runUnknown,
    playedRemarks(
      "The home's date cannot be read again",
      sync,
      { secrets: { 'acme/network': [rotatedLongAgo, rotatedLongAgo, refusedByGitHub] } },
      withOther,
    ),
    playedRemarks(
      'A rotation overtook it',
      sync,
      { secrets: { 'acme/network': [rotatedLongAgo, rotatedLongAgo, { ...rotatedLongAgo, updatedAt: now + hour }] } },
      withOther,
    ),
    playedRemarks(
      'Whether one did is not known',
      sync,
      { secrets: { 'acme/network': [rotatedLongAgo, rotatedLongAgo, rotatedLongAgo, gitHubAnswer(500)] } },
      withOther,
    ),
  ],
};

import { expect, test } from '@jest/globals';
import { findLeaks } from '../../sandbox/leaks.ts';
import { allOutput, type RunResult } from '../../sandbox/runner/runner.ts';
import { answering, unauthorized } from '../../sandbox/thousandeyes/answers.ts';
import type { Workflow } from '../../sandbox/workflow.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';

/** Whichever way a new token takes, main's, post's or the next run's, nobody reads it on the way. */

type Way = (workflow: Workflow, world: World) => Promise<RunResult[]>;

const checksNew = { server: 'thousandeyes', path: '/users/current', nth: 2 } as const;
const writesHome = { method: 'PUT', path: `/repos/${HOME}/actions/secrets/TE_TOKEN` } as const;
const ways: Record<string, Way> = {
  'the machine is gone once it is parked; the next run finishes': async (workflow, world) => [
    await workflow.run(world.killedAt(writesHome)),
    await workflow.run(),
  ],
  'the process is killed; post finishes': async (workflow, world) => [
    await workflow.run({
      kill: ({ phase, request }) =>
        phase === 'received' &&
        request.method === 'PUT' &&
        request.path.endsWith('/TE_TOKEN') &&
        world.thousandeyes.issued.length > 0,
    }),
  ],
  'ThousandEyes refuses it until the run is cancelled; it is parked, and the next run stores it': async (
    workflow,
    world,
  ) => {
    const refusal = world.faults.add({ ...checksNew, fault: answering(unauthorized()) });
    const asksAgain = ({ phase, request }: { phase: string; request: { path: string } }) =>
      phase === 'answered' && request.path.endsWith('/users/current') && refusal.fired >= 2;
    const cancelled = await workflow.run({ cancel: { at: asksAgain } });
    refusal.remove();
    return [cancelled, await workflow.run()];
  },
  'nothing can be written any more; the summary holds the command': async (workflow, world) => {
    const where = () => world.thousandeyes.issued.length > 0;
    const headers = { 'retry-after': '7200' };
    world.faults.add({ method: 'PUT', where, fault: { kind: 'status', status: 429, headers } });
    const run = await workflow.run();
    expect([run.summary, run.post?.summary].join('\n')).toContain('gh api --method PUT');
    return [run];
  },
  'both servers repeat what they were sent': async (workflow, world) => {
    world.faults.add({ ...checksNew, times: 1, fault: { kind: 'echo', status: 500 } });
    world.faults.add({ ...writesHome, times: 1, fault: { kind: 'echo', status: 500 } });
    world.faults.add({ method: 'PUT', path: '/TE_TOKEN_NEXT', nth: 2, times: 1, fault: { kind: 'echo', status: 502 } });
    world.faults.add({ method: 'PATCH', path: '/TE_TOKEN_ROTATION', times: 1, fault: { kind: 'echo', status: 503 } });
    return [await workflow.run()];
  },
};

test.each(Object.entries(ways))(
  '%s',
  async (_, way) => {
    await using world = await startWorld();
    world.setup(['acme/other']);
    const results = await way(world.workflow({ with: { targets: `${HOME}\nacme/other` } }), world);
    const [issued = ''] = world.thousandeyes.issued;
    expect(world.thousandeyes.issued).toHaveLength(1);
    for (const token of [issued, world.currentToken, world.githubToken])
      expect(results.flatMap((result) => findLeaks(allOutput(result), token))).toEqual([]);
    const seen = world.requests.filter(
      ({ path, headers, body }) => findLeaks(JSON.stringify([path, headers, body]), issued).length > 0,
    );
    expect(seen.length).toBeGreaterThan(0);
    expect(
      new Set(
        seen.map(({ server, headers, path, body }) => JSON.stringify([server, headers.authorization, path, body])),
      ),
    ).toEqual(new Set([JSON.stringify(['thousandeyes', `Bearer ${issued}`, '/v7/users/current', ''])]));
    // Who reads the record and the note learns nothing that can be used.
    expect(findLeaks(String(world.variable().value), issued)).toEqual([]);
  },
  40_000,
);

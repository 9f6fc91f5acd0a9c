import { describe, expect, test } from '@jest/globals';
import { policies } from '../../../src/github/policies.ts';
import { read, type Scripted, scriptedGitHub, write } from '../support/scripted-github.ts';
import { minute, now, second } from '../support/time.ts';

/** What a write comes to that persists, after a read that went well. */
async function persisting(...answers: readonly [Scripted, ...Scripted[]]) {
  const scene = scriptedGitHub([{ status: 200 }, ...answers]);
  await scene.github.call(read);
  const told: number[] = [];
  const onAnswer = ({ status }: { status: number }) => void told.push(status);
  const answer = await scene.github.call({ ...write, persists: true, onAnswer });
  return { ...scene, status: answer.status, told };
}

describe('a write that persists', () => {
  test.each([301, 307, 400, 403, 404, 407, 409, 413, 422, 451, 200, 202])(
    'tries again after %i, which ends any other at once',
    async (status) => {
      const { told, elapsed } = await persisting({ status }, { status }, { status: 204 });
      expect(told).toEqual([status, status, 204]);
      expect(elapsed()).toBe(3 * second);
      const other = scriptedGitHub([{ status }]);
      await other.github.call({ ...write, policy: policies.other });
      expect(other.requests).toHaveLength(1);
    },
  );

  test("tries again after a proxy's page", async () => {
    const page = { body: '<html>' };
    const { told } = await persisting({ status: 200, ...page }, { status: 407, ...page }, { status: 201 });
    expect(told).toEqual([200, 407, 201]);
  });

  test('tries until its policy ends, with pauses of half a minute at most, and the last answer counts', async () => {
    const { status, elapsed, sentAt, log } = await persisting({ status: 403 });
    expect(status).toBe(403);
    expect(log.lines[0]).toMatch(/^Writing it: .* 403; .* 4 s$/);
    expect(elapsed()).toBeGreaterThan(9 * minute);
    expect(elapsed()).toBeLessThanOrEqual(10 * minute);
    const pauses = sentAt.slice(2).map((at, index) => at - (sentAt[index + 1] ?? 0));
    expect(pauses.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 30]);
    expect(Math.max(...pauses)).toBe(30);
  });

  test('sends a bad login five times at most: GitHub would lock the user out', async () => {
    const { status, told } = await persisting({ status: 401 });
    expect({ status, told }).toEqual({ status: 401, told: [401, 401, 401, 401, 401] });
  });

  test('counts all bad logins, also where other answers come between', async () => {
    const mixed = [401, 403, 401, 500, 401, 404, 401, 422, 401].map((status) => ({ status }));
    const { told } = await persisting({ status: 403 }, ...mixed);
    expect(told).toEqual([403, ...mixed.map(({ status }) => status)]);
  });

  test('ends with a clear success', async () => {
    for (const status of [201, 204]) expect((await persisting({ status })).told).toEqual([status]);
  });

  test('waits as long as GitHub tells, beside its own time', async () => {
    const limit = { status: 429, headers: { 'retry-after': '1800' } };
    const { told, elapsed } = await persisting(limit, { status: 403 }, { status: 204 });
    expect(told).toEqual([429, 403, 204]);
    expect(elapsed()).toBe(30 * minute + 2 * second);
  });

  test('ends where something else says that it may not be sent any more', async () => {
    const { github, requests } = scriptedGitHub([{ status: 204 }]);
    const refusal = { status: 0, headers: {}, data: undefined, message: '', detail: '', isHtml: false, mayPass: false };
    const body = async () => ({ ok: false, error: { ...refusal, isCancelled: true } }) as const;
    expect(await github.call({ ...write, body, persists: true })).toMatchObject({ isCancelled: true });
    expect(requests).toEqual([]);
  });
});

describe('a single refusal that may be passing is asked once more, a second later', () => {
  /** What a last read comes to after others. */
  async function readAfter(before: readonly Scripted[], ...answers: readonly [Scripted, ...Scripted[]]) {
    const [first = { status: 200 }, ...rest] = [...before, ...answers];
    const scene = scriptedGitHub([first, ...rest]);
    for (const _ of before) await scene.github.call(read);
    const sentBefore = scene.requests.length;
    const answer = await scene.github.call(read);
    return { status: answer.status, sent: scene.requests.length - sentBefore, naps: scene.clock.naps };
  }

  test.each([401, 403, 404])('%i, where the same was read before', async (status) => {
    const passing = await readAfter([{ status: 200 }], { status }, { status: 200 });
    expect(passing).toEqual({ status: 200, sent: 2, naps: [second] });
    const staying = await readAfter([{ status: 200 }], { status });
    expect(staying).toEqual({ status, sent: 2, naps: [second] });
  });

  test.each([401, 403, 404])('not %i, where nothing went well before', async (status) => {
    expect(await readAfter([], { status })).toMatchObject({ status, sent: 1 });
    expect(await readAfter([{ status }], { status })).toMatchObject({ status, sent: 1 });
    // A redirect is not followed, so nothing was read.
    expect(await readAfter([{ status: 300 }], { status })).toMatchObject({ status, sent: 1 });
  });

  test.each([
    [401, 2],
    [403, 1],
    [404, 1],
  ])('%i, where something else was read before: %i requests', async (status, sent) => {
    const { github, requests } = scriptedGitHub([{ status: 200 }, { status }]);
    await github.call({ ...read, path: '/repos/acme/edge' });
    await github.call(read);
    expect(requests).toHaveLength(1 + sent);
  });

  test.each([400, 409, 422])('not %i, which is clear', async (status) => {
    expect(await readAfter([{ status: 200 }], { status })).toMatchObject({ status, sent: 1 });
  });

  test('a 401 to a write, too, but not its 403 and 404', async () => {
    const sent: number[] = [];
    for (const status of [401, 403, 404]) {
      const { github, requests } = scriptedGitHub([{ status: 200 }, { status }]);
      await github.call({ ...read, path: write.path });
      await github.call({ ...write, policy: policies.other });
      sent.push(requests.length - 1);
    }
    expect(sent).toEqual([2, 1, 1]);
  });

  test.each([403, 404])('not %i to a read of what was only written before', async (status) => {
    const { github, requests } = scriptedGitHub([{ status: 204 }, { status }]);
    await github.call(write);
    await github.call({ ...read, path: write.path });
    expect(requests).toHaveLength(2);
  });

  test('only where it comes first: what came before it told enough', async () => {
    const { sent } = await readAfter([{ status: 200 }], { status: 503 }, { status: 404 }, { status: 200 });
    expect(sent).toBe(2);
  });
});

describe("the time by GitHub's own clock", () => {
  const dated = (at: number) => ({ status: 200, headers: { date: new Date(at).toUTCString() } });

  test('is that of its latest answer and what has passed since', async () => {
    const { github, clock } = scriptedGitHub([dated(now + 35 * minute), dated(now - minute)]);
    await github.call(read);
    await clock.sleep(10 * second);
    expect(github.now).toBe(now + 35 * minute + 10 * second);
    await github.call(read);
    expect(github.now).toBe(now - minute);
  });

  test.each([undefined, 'now'])('is ours as long as none was told: %s', async (date) => {
    const { github, clock } = scriptedGitHub([{ status: 200, headers: date === undefined ? {} : { date } }]);
    expect(github.now).toBe(clock.now());
    await github.call(read);
    expect(github.now).toBe(clock.now());
  });

  test('is told by a refusal, too', async () => {
    const { github } = scriptedGitHub([{ ...dated(now + minute), status: 404 }]);
    await github.call(read);
    expect(github.now).toBe(now + minute);
  });
});

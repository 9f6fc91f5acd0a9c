import { describe, expect, test } from '@jest/globals';
import type { JournalLine } from '../../src/journal.ts';
import { patience } from '../../src/retry.ts';
import { Secret } from '../../src/secret.ts';
import { type SealedPlace, sealedLine, store, storeAll } from '../../src/storing.ts';
import { githubAnswer, homePlace, place } from '../support/unit-ports.ts';
import { asker, type SceneOptions, sceneOf } from '../support/unit-scene.ts';

const token = new Secret('te-of-storing');
const sealed = (line: string, number: number, access = {}): SealedPlace => ({
  place: { ...homePlace(line, { access, updatedAt: 5 }), key: { keyId: 'old', key: 'k' } },
  number,
  sealed: { keyId: 'old', value: 'first' },
});

function sceneWith(options: SceneOptions = {}) {
  const scene = sceneOf(options);
  const noted: JournalLine[] = [];
  const order: string[] = scene.steps;
  const journal = {
    note: (...lines: JournalLine[]) => {
      noted.push(...lines);
      order.push(...lines.map(({ kind }) => `note ${kind}`));
    },
    flush: (...lines: JournalLine[]) => {
      noted.push(...lines);
      order.push(...lines.map(({ kind }) => `flush ${kind}`));
    },
  };
  return { ...scene, noted, ports: { ...scene, journal, asker } };
}

describe('one target', () => {
  test('is written with its access, and that is noted once it is proven', async () => {
    const { ports, sent, noted, steps } = sceneWith();
    const { result, latest } = await store(sealed('orgs/acme', 3, { visibility: 'all' }), token, patience.home, ports);
    expect(result).toEqual({
      target: homePlace('orgs/acme').target,
      label: 'orgs/acme',
      shown: 'orgs/acme',
      status: 'updated',
      updatedAt: 5,
    });
    expect(latest.sealed.value).toBe('first');
    expect(sent).toEqual([
      { line: 'orgs/acme', sealed: { keyId: 'old', value: 'first' }, access: { visibility: 'all' } },
    ]);
    expect(noted).toEqual([{ kind: 'stored', target: 3 }]);
    expect(steps).toEqual(['PUT orgs/acme', 'note stored']);
  });

  test('that is new is created', async () => {
    const { ports } = sceneWith({ writes: { 'acme/new': 201 } });
    const fresh = { place: place('acme/new'), number: 1, sealed: { keyId: 'k', value: 'v' } };
    const { result } = await store(fresh, token, patience.other, ports);
    expect(result).toMatchObject({ status: 'created', updatedAt: undefined });
    expect(sealedLine(fresh)).toEqual({ kind: 'sealed', target: 1, body: { encrypted_value: 'v', key_id: 'k' } });
  });

  test('that fails is not noted as stored', async () => {
    const { ports, noted } = sceneWith({ writes: { 'acme/a': 403 } });
    const { result } = await store(sealed('acme/a', 1), token, patience.other, ports);
    expect(result.status).toBe('failed');
    expect(result.problem?.message).toMatch(/^Writing acme\/a: GitHub answered 403\. /);
    expect(noted).toEqual([]);
  });
});

describe('a 422 may mean that the key changed', () => {
  test('the token is sealed anew, which is on the disk before it is sent', async () => {
    const { ports, sent, noted, steps } = sceneWith({ writes: { 'acme/a': [422, 204] } });
    const { result, latest } = await store(sealed('acme/a', 2), token, patience.home, ports);
    expect(result.status).toBe('updated');
    expect(sent.map((write) => write.sealed)).toEqual([
      { keyId: 'old', value: 'first' },
      { keyId: 'new key of acme/a', value: 'sealed(te-of-storing)' },
    ]);
    expect(latest.sealed.keyId).toBe('new key of acme/a');
    expect(steps).toEqual(['PUT acme/a', 'new key of acme/a', 'flush sealed', 'PUT acme/a', 'note stored']);
    expect(noted[0]).toEqual({
      kind: 'sealed',
      target: 2,
      body: { encrypted_value: 'sealed(te-of-storing)', key_id: 'new key of acme/a' },
    });
  });

  test('once only', async () => {
    const { ports, sent } = sceneWith({ writes: { 'acme/a': 422 } });
    const { result, latest } = await store(sealed('acme/a', 2), token, patience.home, ports);
    expect(result.status).toBe('failed');
    expect(sent).toHaveLength(2);
    expect(latest.sealed.keyId).toBe('new key of acme/a');
  });

  test('not where the key can not be read', async () => {
    const { ports, sent } = sceneWith({
      writes: { 'acme/a': 422 },
      freshKeys: { 'acme/a': { answer: githubAnswer(500) } },
    });
    const { result, latest } = await store(sealed('acme/a', 2), token, patience.home, ports);
    expect(result.problem?.cameBack).toBe('GitHub answered 422');
    expect(sent).toHaveLength(1);
    expect(latest.sealed.keyId).toBe('old');
  });

  test('and no other status means that', async () => {
    const { ports, sent } = sceneWith({ writes: { 'acme/a': 400 } });
    await store(sealed('acme/a', 2), token, patience.home, ports);
    expect(sent).toHaveLength(1);
  });
});

describe('many targets', () => {
  const places = (count: number) => Array.from({ length: count }, (_, n) => sealed(`acme/r${n}`, n));

  test('of twenty each is told', async () => {
    const { ports, log } = sceneWith({ writes: { 'acme/r1': 403 } });
    const stored = await storeAll(places(20), token, 0, ports);
    expect(stored.map(({ result }) => result.status)).toEqual(
      Array.from({ length: 20 }, (_, n) => (n === 1 ? 'failed' : 'updated')),
    );
    expect(log.lines).toHaveLength(20);
    expect(log.lines).toContain('Stored: acme/r0');
    expect(log.lines).toContain('Not stored: acme/r1');
  });

  test('of more only the progress is', async () => {
    const { ports, log } = sceneWith();
    const slow = {
      ...ports.secrets,
      write: async (...args: Parameters<typeof ports.secrets.write>) => {
        await ports.clock.sleep(6000);
        return ports.secrets.write(...args);
      },
    };
    await storeAll(places(21), token, 0, { ...ports, secrets: slow });
    // All end at the same moment, and it is told once; no target by its name.
    expect(log.lines).toEqual(['Stored: 1 of 21']);
  });

  test('that take longer than a burst are announced, with what this run wrote before', async () => {
    const { ports, log } = sceneWith();
    await storeAll(places(2), token, 78, ports);
    expect(log.lines.join()).not.toContain('at the pace');
    await storeAll(places(2), token, 79, ports);
    await storeAll(places(2), token, 158, ports);
    const pace = 'Storing 2 targets at the pace that GitHub allows (80 writes a minute, 500 an hour): done by about';
    expect(log.lines.filter((line) => line.includes('pace'))).toEqual([
      `${pace} 2026-11-23 19:00 UTC`,
      `${pace} 2026-11-23 19:01 UTC`,
    ]);
  });

  test('one that fails leaves the others stored', async () => {
    const { ports } = sceneWith({ writes: { 'acme/r0': 500 } });
    const stored = await storeAll(places(3), token, 0, ports);
    expect(stored.map(({ result }) => result.status)).toEqual(['failed', 'updated', 'updated']);
  });
});

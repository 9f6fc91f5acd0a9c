import { describe, expect, it } from '@jest/globals';
import { rotate } from '../../../../src/modes/rotate.ts';
import { gitHubAnswer } from '../../support/fakes.ts';
import { beside } from '../../support/left-next.ts';
import { cannotSeal, type ModeOptions, runMode } from '../../support/mode-run.ts';
import { currentToken, newToken, rotatedLongAgo, type SceneOptions, usualRecord } from '../../support/scene.ts';
import { day, minute, now } from '../../support/time.ts';

const home = 'acme/network';
const refused = { kind: 'refused', detail: 'it answered 401' } as const;
const accepted = { kind: 'accepted', user: undefined } as const;
const kept = (options: SceneOptions = {}, more?: ModeOptions) =>
  runMode(rotate, { record: usualRecord(), ...options }, more);
const homeRefused = gitHubAnswer(403);

describe('a new token that ThousandEyes refuses', () => {
  it('is parked, and replaces nothing', async () => {
    const { steps, outcome, elapsed, problems } = await kept({ newCheck: refused });
    expect(elapsed()).toBeGreaterThanOrEqual(10 * minute);
    expect(steps).not.toContain(`PUT ${home}`);
    expect(steps.filter((step) => step === `PUT ${beside}`)).toHaveLength(2);
    expect(steps).not.toContain(`DELETE ${beside}`);
    expect(steps.at(-1)).toBe('finish');
    expect(problems).toHaveLength(1);
    expect(outcome).toMatchObject({ rotated: false, leftForPost: false, recovery: undefined });
    expect(outcome?.previousUntil).toBe(now + 14 * day);
  });

  it('is left to the post step and to people where it could not be parked', async () => {
    const { steps, outcome } = await kept({ newCheck: refused, writes: { [beside]: [201, homeRefused] } });
    expect(steps).not.toContain(`PUT ${home}`);
    expect(outcome).toMatchObject({ leftForPost: true });
    expect(outcome?.recovery?.body.encrypted_value).toBe(`sealed(${newToken.reveal()})`);
    expect(steps).not.toContain('finish');
  });

  it('is stored once it is accepted', async () => {
    const { outcome } = await kept({ newCheck: [refused, refused, accepted] });
    expect(outcome).toMatchObject({ rotated: true, problems: [] });
  });

  it('is no reason to wait where nothing tells: it is stored with a warning', async () => {
    const { outcome } = await kept({ newCheck: { kind: 'unclear', detail: 'it answered 418' } });
    expect(outcome).toMatchObject({ rotated: true, problems: [] });
    expect(outcome?.warnings).toEqual([expect.stringContaining('could not be checked')]);
  });
});

describe('a new token that can not be brought home', () => {
  it('is parked, and left to the post step for one more try', async () => {
    const { steps, outcome } = await kept({ writes: { [home]: homeRefused } });
    expect(steps).not.toContain('PUT acme/edge');
    expect(steps).not.toContain(`DELETE ${beside}`);
    expect(outcome).toMatchObject({ rotated: false, leftForPost: true, recovery: undefined });
  });

  it('is told to people where it could not even be parked, before it is tried on', async () => {
    const writes = { [beside]: [201, homeRefused], [home]: homeRefused };
    const { announced, outcome } = await kept({ writes });
    expect(announced).toHaveLength(1);
    expect(outcome?.recovery?.next.target.secret).toBe('TE_TOKEN_NEXT');
  });

  it('is not left to the post step where someone else wrote the home', async () => {
    const secrets = { [home]: [rotatedLongAgo, { updatedAt: now }] };
    const { steps, outcome } = await kept({ secrets });
    expect(steps).not.toContain(`PUT ${home}`);
    expect(outcome).toMatchObject({ rotated: false, leftForPost: false });
    expect(steps.at(-1)).toBe('finish');
  });

  it('is not written over a home that moved while it was verified', async () => {
    const secrets = { [home]: [rotatedLongAgo, { updatedAt: now }] };
    const { problems } = await kept({ secrets, newCheck: [refused, accepted] });
    expect(problems).toHaveLength(1);
  });

  it('stays for the next run where the record can not be written', async () => {
    const recordWrites = [undefined, homeRefused];
    const { steps, outcome, problems } = await kept({ recordWrites });
    expect(outcome).toMatchObject({ rotated: true, leftForPost: false });
    expect(steps).not.toContain(`DELETE ${beside}`);
    expect(problems).toHaveLength(1);
  });

  it('is left to nobody where the journal can not be written', async () => {
    const { outcome } = await kept(
      { writes: { [home]: homeRefused } },
      {
        change: ({ journal }) => {
          journal.isWritable = false;
          return {};
        },
      },
    );
    expect(outcome).toMatchObject({ leftForPost: false });
  });
});

describe('a new token', () => {
  it('is lost, and that is said, where nothing can be sealed for the home', async () => {
    const { steps, problems } = await kept({}, { change: cannotSeal(newToken.reveal()) });
    expect(steps).not.toContain(`PUT ${home}`);
    expect(problems).toEqual([expect.stringContaining('issued and lost')]);
  });

  it('is behind where nothing can be sealed for another target', async () => {
    const { outcome } = await kept({}, { change: cannotSeal(newToken.reveal(), 'key of acme/edge') });
    expect(outcome).toMatchObject({ rotated: true });
    expect(outcome?.results.map(({ status }) => status)).toEqual(['updated', 'failed']);
  });

  it('leaves the one before it no longer than that one was valid', async () => {
    const { outcome } = await kept({ record: usualRecord({ validUntil: now + 3 * day }) });
    expect(outcome?.previousUntil).toBe(now + 3 * day);
  });

  it('is odd where nobody said until when it is valid, where that is over, and where it is the old one', async () => {
    const odd = [
      { kind: 'issued', token: newToken, validUntil: undefined },
      { kind: 'issued', token: newToken, validUntil: now - day },
      { kind: 'issued', token: newToken, validUntil: now },
      { kind: 'issued', token: currentToken, validUntil: now + 730 * day },
    ] as const;
    for (const regenerations of odd) {
      const { outcome } = await kept({ regenerations });
      expect(outcome).toMatchObject({ rotated: true, problems: [] });
      expect(outcome?.warnings).toHaveLength(1);
    }
  });
});

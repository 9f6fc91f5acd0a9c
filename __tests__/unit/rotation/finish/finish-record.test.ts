import { describe, expect, it } from '@jest/globals';
import { finish } from '../../../../src/rotation/finish/finish.ts';
import { recordFrom, targetIdOf } from '../../../../src/rotation/record/record.ts';
import { gitHubAnswer, target } from '../../support/fakes.ts';
import { beside, finishing, home } from '../../support/finishing.ts';
import { rotatedLongAgo, usualRecord } from '../../support/scene.ts';
import { day, now, second } from '../../support/time.ts';

const lastOf = (noted: readonly string[]) => recordFrom(noted.at(-1) ?? '');
const idOf = (line: string) => targetIdOf(target(line));
const another = usualRecord({ token: 'sha256:00000000000000aa' });

describe('noting that the token is in place', () => {
  it('leaves _NEXT where the record can not be written', async () => {
    const { pending, dependencies, steps } = await finishing({ recordWrites: gitHubAnswer(403) });
    const { recorded, unparked } = await finish(pending, dependencies);
    expect(recorded).toMatchObject({ ok: false, error: { kind: 'answer' } });
    expect(unparked).toBeUndefined();
    expect(steps).not.toContain(`DELETE ${beside}`);
  });

  it('leaves the record and _NEXT where another run was faster', async () => {
    const { pending, dependencies, steps, noted } = await finishing({ record: another });
    const { recorded } = await finish(pending, dependencies);
    expect(recorded).toEqual({ ok: false, error: { kind: 'faster', run: another.run } });
    expect(noted).toEqual([]);
    expect(steps).not.toContain(`DELETE ${beside}`);
  });

  it('writes the first record', async () => {
    const { pending, dependencies, noted } = await finishing({ record: null });
    await finish({ ...pending, recorded: undefined }, dependencies);
    expect(lastOf(noted)).toMatchObject({ ok: true, value: { token: pending.token } });
  });

  it('dates it not before what GitHub dated, and in whole seconds', async () => {
    const late = now + 40 * second;
    const secrets = { [home]: [{ updatedAt: rotatedLongAgo.updatedAt }, { updatedAt: late }] };
    const { pending, dependencies, noted } = await finishing({ secrets, skew: 700 });
    await finish(pending, dependencies);
    expect(lastOf(noted)).toMatchObject({ ok: true, value: { since: late, home: late } });
  });
});

describe('finishing twice', () => {
  it('writes what is not known to be done, and comes to the same', async () => {
    const { pending, dependencies, noted, steps } = await finishing({ others: ['acme/edge', 'acme/lab?'] });
    await finish(pending, dependencies);
    const first = noted.at(-1);
    steps.length = 0;
    const again = { ...pending, home: { ...pending.home, isDone: true, confirmed: now } };
    const others = pending.others.map((other) => ({ ...other, isDone: true }));
    const { unparked, results } = await finish({ ...again, others }, dependencies);
    expect(noted.at(-1)).toBe(first);
    expect(steps).toEqual(['PATCH TE_TOKEN_ROTATION']);
    expect(results.map(({ status }) => status)).toEqual(['updated', 'created']);
    expect(unparked).toEqual({ kind: 'gone' });
  });

  it('keeps what the record says of the same token, and heals a home that was not confirmed', async () => {
    const { pending } = await finishing();
    const behind = ['acme/edge', 'acme/gone'].map(idOf);
    const same = { ...usualRecord(), token: pending.token, home: null, targets: [idOf('acme/lab')], behind };
    const { pending: again, dependencies, noted } = await finishing({ record: same });
    await finish(again, dependencies);
    expect(lastOf(noted)).toMatchObject({
      ok: true,
      value: {
        home: now,
        since: now,
        validUntil: now + 730 * day,
        previous: usualRecord().previous,
        previousUntil: usualRecord().previousUntil,
        targets: [home, 'acme/lab', 'acme/edge'].map(idOf),
        behind: [idOf('acme/gone')],
      },
    });
  });

  it('keeps the moment of the record where the home is not confirmed anew', async () => {
    const { pending } = await finishing();
    const same = { ...usualRecord(), token: pending.token };
    const { pending: again, dependencies, noted } = await finishing({ record: same });
    await finish({ ...again, home: { ...again.home, isDone: true } }, dependencies);
    expect(lastOf(noted)).toMatchObject({ ok: true, value: { since: same.since, home: same.home } });
  });
});

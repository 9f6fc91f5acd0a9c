import { describe, expect, it } from '@jest/globals';
import { emptyRecord, recordText } from '../../../../src/rotation/record/record.ts';
import { another, next, usual, variableWith } from '../../support/fake-variable.ts';
import { gitHubAnswer } from '../../support/fakes.ts';

describe('a record that is there though it was not seen', () => {
  it('is written where GitHub shows it late', async () => {
    const { note, variable } = await variableWith(undefined);
    variable.value = emptyRecord;
    variable.hiddenReads = 1;
    expect(await note([undefined])).toMatchObject({ ok: true });
    expect(variable.sent).toEqual(['POST', 'GET', 'GET', 'PATCH']);
    expect(variable.value).toBe(recordText(next));
  });

  it('is left where GitHub does not show it at all, or where it tells more of the same token', async () => {
    const hidden = await variableWith(undefined);
    hidden.variable.value = recordText(usual);
    hidden.variable.hiddenReads = 9;
    expect(await hidden.note([undefined])).toMatchObject({ ok: false, error: { kind: 'faster' } });
    const older = await variableWith(undefined);
    older.variable.value = recordText({ ...next, targets: ['0123456789ab'] });
    expect(await older.note([undefined])).toMatchObject({ ok: false, error: { kind: 'faster' } });
    expect([hidden.variable.value, older.variable.sent]).toEqual([recordText(usual), ['POST', 'GET']]);
  });

  it('is written although it is shown late after an own write, or as it was before', async () => {
    const { note, variable, clock } = await variableWith(usual);
    await note();
    await clock.sleep(6000);
    variable.hiddenReads = 1;
    expect(await note([next.token])).toMatchObject({ ok: true });
    await clock.sleep(6000);
    variable.value = recordText(usual);
    expect(await note([next.token])).toMatchObject({ ok: true });
    expect(variable.sent).toEqual(['PATCH', 'GET', 'PATCH', 'GET', 'PATCH']);
  });

  it('is written where GitHub shows it late to the write itself', async () => {
    const { note, variable } = await variableWith(usual);
    variable.answers.PATCH.push(gitHubAnswer(404), gitHubAnswer(404));
    expect(await note()).toMatchObject({ ok: true });
    expect(variable.sent).toEqual(['PATCH', 'POST', 'PATCH', 'POST', 'PATCH']);
    expect(variable.value).toBe(recordText(next));
  });

  it('is not written where GitHub shows it neither at once nor in ten seconds', async () => {
    const { note, variable, clock } = await variableWith(usual);
    const before = clock.monotonic();
    for (let n = 0; n < 9; n++) variable.answers.PATCH.push(gitHubAnswer(404));
    expect(await note()).toMatchObject({ ok: false, error: { kind: 'answer', answer: { status: 404 } } });
    expect(clock.monotonic() - before).toBe(10_000);
  });

  it('is written where an attempt of ours made it, whose answer got lost', async () => {
    const { note, variable } = await variableWith(undefined);
    variable.value = recordText(next);
    expect(await note([undefined])).toMatchObject({ ok: true });
    expect(variable.sent).toEqual(['POST', 'GET']);
  });

  it('is left where another run made it', async () => {
    const { note, variable } = await variableWith(undefined);
    variable.value = recordText(another);
    expect(await note([undefined])).toEqual({ ok: false, error: { kind: 'faster', run: another.run } });
    expect(variable.sent).toEqual(['POST', 'GET']);
    expect(variable.value).toBe(recordText(another));
  });

  it('is left where it can not be read then', async () => {
    const { note, variable } = await variableWith(undefined);
    variable.value = 'broken';
    expect(await note([undefined])).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
    expect(variable.value).toBe('broken');
  });
});

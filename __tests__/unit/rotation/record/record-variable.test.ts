import { describe, expect, it } from '@jest/globals';
import { policies } from '../../../../src/github/policies.ts';
import type { Access } from '../../../../src/github/secrets.ts';
import { emptyRecord, recordText } from '../../../../src/rotation/record/record.ts';
import { another, next, usual, variableWith } from '../../support/fake-variable.ts';
import { gitHubAnswer } from '../../support/fakes.ts';

describe('reading the record', () => {
  it('finds what is there, and what is not', async () => {
    const { record } = await variableWith(usual);
    expect(await record.read()).toEqual({ ok: true, value: usual });
    for (const value of [undefined, emptyRecord])
      expect(await (await variableWith(value)).record.read()).toEqual({ ok: true, value: undefined });
  });

  it('tells what it can not use', async () => {
    const { record } = await variableWith('{"v":2}');
    expect(await record.read()).toMatchObject({
      ok: false,
      error: { kind: 'unreadable', detail: expect.stringContaining('2') },
    });
  });

  it('tells what GitHub answered', async () => {
    const { record, variable } = await variableWith(usual);
    const answer = gitHubAnswer(403);
    variable.answers.GET.push(answer);
    expect(await record.read()).toEqual({ ok: false, error: { kind: 'answer', doing: 'Reading', answer } });
  });
});

describe('noting a token', () => {
  it('changes the record that was read a moment ago', async () => {
    const { note, variable } = await variableWith(usual);
    expect(await note()).toEqual({ ok: true, value: next });
    expect(variable.sent).toEqual(['PATCH']);
    expect(variable.value).toBe(recordText(next));
  });

  it('creates the one that is not there', async () => {
    const { note, variable } = await variableWith(undefined);
    expect(await note([undefined])).toMatchObject({ ok: true });
    expect(variable.sent).toEqual(['POST']);
  });

  it('reads it again where that was over 5 s ago', async () => {
    const { note, variable, clock } = await variableWith(usual);
    await clock.sleep(5000);
    await note();
    expect(variable.sent).toEqual(['PATCH']);
    await clock.sleep(5001);
    await note([next.token]);
    expect(variable.sent).toEqual(['PATCH', 'GET', 'PATCH']);
  });

  it('reads it first where this process never did, and creates the one that is not there', async () => {
    const { unread, variable } = await variableWith(undefined);
    expect(await unread.update([undefined], () => next, policies.other)).toMatchObject({ ok: true });
    expect(variable.sent).toEqual(['GET', 'POST']);
  });

  it.each([true, false])(
    'reads it again for seconds only, and a cancel ends that as it ends the write: %p',
    async (stoppable) => {
      const { record, variable, clock } = await variableWith(undefined);
      variable.value = emptyRecord;
      // Before the write, as an answer to it, and once more where that shows none yet.
      variable.hiddenReads = 2;
      await clock.sleep(6000);
      await record.update([undefined], () => next, { ...policies.other, stoppable });
      expect(variable.sent).toEqual(['GET', 'POST', 'GET', 'GET', 'PATCH']);
      const { total, attempt } = policies.reread;
      for (const policy of variable.readPolicies) expect(policy).toMatchObject({ total, attempt, stoppable });
    },
  );

  it('writes nothing where another run was faster, and tells which', async () => {
    const { note, variable, clock } = await variableWith(usual);
    await clock.sleep(6000);
    variable.value = recordText(another);
    expect(await note()).toEqual({ ok: false, error: { kind: 'faster', run: another.run } });
    expect(variable.sent).toEqual(['GET']);
  });

  it('writes nothing where it can not be read again', async () => {
    const { note, variable, clock } = await variableWith(usual);
    await clock.sleep(6000);
    variable.value = 'broken';
    expect(await note()).toMatchObject({ ok: false, error: { kind: 'unreadable' } });
    expect(variable.sent).toEqual(['GET']);
  });

  it('hands the record that is there now to the change', async () => {
    const { record, variable, clock } = await variableWith(usual);
    await clock.sleep(6000);
    variable.value = recordText({ ...usual, behind: ['0123456789ab'] });
    const noted = await record.update(
      [usual.token],
      (latest) => ({ ...next, behind: latest?.behind ?? [] }),
      policies.other,
    );
    expect(noted).toMatchObject({ ok: true, value: { behind: ['0123456789ab'] } });
  });

  it.each([
    ['PATCH', usual],
    ['POST', undefined],
  ] as const)('tells what GitHub answered to a %s', async (method, before) => {
    const { note, variable } = await variableWith(before);
    const answer = gitHubAnswer(403);
    variable.answers[method].push(answer);
    expect(await note([before?.token])).toEqual({ ok: false, error: { kind: 'answer', doing: 'Writing', answer } });
    expect(variable.sent).toEqual([method]);
  });

  it('tells why it cannot be created anew where someone deleted it meanwhile', async () => {
    const { note, variable } = await variableWith(usual);
    variable.value = undefined;
    const answer = gitHubAnswer(403);
    variable.answers.POST.push(answer);
    expect(await note()).toEqual({ ok: false, error: { kind: 'answer', doing: 'Writing', answer } });
    expect(variable.sent).toEqual(['PATCH', 'POST']);
  });

  it('creates it anew where someone deleted it meanwhile', async () => {
    const { note, variable } = await variableWith(usual);
    variable.value = undefined;
    expect(await note()).toMatchObject({ ok: true });
    expect(variable.sent).toEqual(['PATCH', 'POST']);
    expect(variable.value).toBe(recordText(next));
  });

  it('sends with each write who sees it, as the home is seen', async () => {
    const access: Access = { visibility: 'selected', selectedRepositoryIds: [1, 2] };
    const { note, variable } = await variableWith(undefined, access);
    await note([undefined]);
    await note([next.token]);
    variable.value = undefined;
    await note([next.token]);
    expect(variable.sent).toEqual(['POST', 'PATCH', 'PATCH', 'POST']);
    expect(variable.accesses).toEqual([access, access, access, access]);
  });

  it('keeps what was read when it learns who sees the home', async () => {
    const { record, variable } = await variableWith(usual);
    const seen = record.seenBy({ visibility: 'all' });
    await seen.update([usual.token], () => next, policies.other);
    expect(variable.sent).toEqual(['PATCH']);
    expect(variable.accesses).toEqual([{ visibility: 'all' }]);
  });
});

describe('proving that it can be written', () => {
  it('changes nothing of the one that is there', async () => {
    const { record, variable } = await variableWith(usual);
    expect(await record.prove()).toMatchObject({ ok: true });
    expect(variable.sent).toEqual(['PATCH nothing']);
    expect(variable.value).toBe(recordText(usual));
  });

  it.each([400, 422])('takes a %i of the API for a proof', async (status) => {
    const { record, variable } = await variableWith(usual);
    variable.answers.PATCH.push(gitHubAnswer(status));
    expect(await record.prove()).toMatchObject({ ok: true });
  });

  it.each([
    gitHubAnswer(403),
    gitHubAnswer(404),
    gitHubAnswer(500),
    gitHubAnswer(0),
    gitHubAnswer(422, { isHtml: true }),
    gitHubAnswer(400, { isHtml: true }),
  ])('takes no other answer for one: $status', async (answer) => {
    const { record, variable } = await variableWith(usual);
    variable.answers.PATCH.push(answer);
    expect(await record.prove()).toEqual({ ok: false, error: answer });
  });

  it('creates one without a token where there is none', async () => {
    const { record, variable } = await variableWith(undefined);
    expect(await record.prove()).toMatchObject({ ok: true });
    expect(variable.sent).toEqual(['POST']);
    expect(variable.value).toBe('{"v":1}');
  });

  it('tells why none can be created', async () => {
    const { record, variable } = await variableWith(undefined);
    const answer = gitHubAnswer(403);
    variable.answers.POST.push(answer);
    expect(await record.prove()).toEqual({ ok: false, error: answer });
  });

  it('writes nothing over one that was there though it was not seen', async () => {
    const { record, variable } = await variableWith(undefined);
    variable.value = recordText(another);
    expect(await record.prove()).toMatchObject({ ok: true });
    expect(variable.sent).toEqual(['POST', 'PATCH nothing']);
    expect(variable.value).toBe(recordText(another));
  });

  it('is no question behind a write that went well', async () => {
    const { record, note, variable } = await variableWith(usual);
    await note();
    variable.sent.length = 0;
    expect(await record.prove()).toEqual({ ok: true, value: undefined });
    expect(variable.sent).toEqual([]);
  });
});

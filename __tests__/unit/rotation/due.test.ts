import { describe, expect, it } from '@jest/globals';
import { dueFrom, notDueSentence, recordLines } from '../../../src/rotation/due.ts';
import { usualRecord } from '../support/scene.ts';
import { day, now } from '../support/time.ts';

const until = (validUntil: number | undefined, previousUntil?: number) => usualRecord({ validUntil, previousUntil });

describe('a rotation', () => {
  it('is due where nobody set how many days may be left', () => {
    expect(dueFrom(until(now + 700 * day), undefined, now)).toEqual({ kind: 'due' });
  });

  it('is due where nothing tells how old the token is', () => {
    expect(dueFrom(undefined, 30, now)).toEqual({ kind: 'due' });
    expect(dueFrom(until(undefined), 30, now)).toEqual({ kind: 'due' });
  });

  it('is due from so many days before the end, and afterwards', () => {
    const kinds = [31 * day, 30 * day + 1, 30 * day, 1, -day].map((left) => dueFrom(until(now + left), 30, now).kind);
    expect(kinds).toEqual(['not yet', 'not yet', 'due', 'due', 'due']);
  });

  it('says until when the token is valid that is not due yet', () => {
    expect(dueFrom(until(now + 90 * day), 30, now)).toEqual({ kind: 'not yet', validUntil: now + 90 * day });
  });

  it('asks for nothing while two tokens are active, whatever else is known', () => {
    const overlap = { kind: 'overlap', until: now + 1 };
    expect(dueFrom(until(now + day, now + 1), 30, now)).toEqual(overlap);
    expect(dueFrom(until(undefined, now + 1), undefined, now)).toEqual(overlap);
    expect(dueFrom(until(now + day, now), undefined, now)).toEqual({ kind: 'due' });
  });
});

describe('what is said of it', () => {
  it('names the day and what is left', () => {
    expect(notDueSentence({ kind: 'overlap', until: now + 3 * day }, now)).toContain('2026-11-26 19:00 UTC (3 days');
    expect(notDueSentence({ kind: 'not yet', validUntil: now + 90 * day }, now)).toContain('2027-02-21 (90 days');
  });

  it('is what the record tells, and no more', () => {
    expect(recordLines(undefined, now)).toHaveLength(1);
    const whole = recordLines(usualRecord({ previousUntil: now + day }), now).join('\n');
    for (const told of ['2026-01-27 19:00 UTC', 'runs/4000', '2028-01-27', '2026-11-24 19:00 UTC'])
      expect(whole).toContain(told);
    const over = recordLines(usualRecord({ previousUntil: now }), now).join('\n');
    expect(over).not.toContain('2026-11-23 19:00 UTC');
    const least = recordLines(usualRecord({ validUntil: undefined, previousUntil: undefined, run: undefined }), now);
    expect(least.join('\n')).not.toContain('undefined');
    expect(least.join('\n')).not.toContain('2028');
  });
});

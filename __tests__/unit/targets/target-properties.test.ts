import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { secretsPath } from '../../../src/targets/store.ts';
import { isPattern, labelOf, lineFrom, lineOf, nameFault } from '../../../src/targets/target.ts';
import { anyText } from '../support/any-text.ts';

const owner = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/)
  .filter((text) => !/^(?:orgs?|organi[sz]ations?|users?)$/i.test(text));
const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/).filter((text) => text !== '.' && text !== '..');
const environment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter(
    (text) =>
      text.isWellFormed() &&
      text.trim() === text &&
      !/[*\p{Cc}\p{Zl}\p{Zp}]/u.test(text) &&
      !['', '.', '..'].includes(text),
  );
const secret = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,30}$/).filter((text) => nameFault(text) === undefined);
const feature = fc.constantFrom('actions', 'dependabot', 'codespaces', 'agents');
const place = fc.oneof(
  fc.tuple(owner, name, feature).map(([o, r, f]) => (f === 'actions' ? `${o}/${r}` : `${o}/${r}/${f}`)),
  fc.tuple(owner, name, environment).map(([o, r, e]) => `${o}/${r}/environments/${e}`),
  fc.tuple(owner, feature).map(([o, f]) => (f === 'actions' ? `orgs/${o}` : `orgs/${o}/${f}`)),
  fc.constant('user/codespaces'),
);

test('a line that names its secret, read and written and read again, is the same', () => {
  fc.assert(
    fc.property(place, secret, secret, (where, own, fallback) => {
      const first = lineFrom(`${where} as ${own}`, fallback);
      if (!first.ok) throw new Error('no target');
      const found = first.value;
      expect(isPattern(found)).toBe(false);
      expect(lineOf(found.store)).toBe(where);
      expect(found.secret).toBe(own);
      expect(lineFrom(labelOf(found, fallback), fallback)).toEqual(first);
    }),
    { numRuns: 1000 },
  );
});

test('whatever the line, it is a target, a pattern, or told', () => {
  fc.assert(
    fc.property(fc.oneof(anyText(), fc.string(), place), (text) => {
      const line = lineFrom(text, 'TE_TOKEN');
      if (!line.ok) {
        expect(line.error).toMatch(/^\S.{10}/);
        return;
      }
      const found = line.value;
      expect(lineFrom(labelOf(found, 'TE_TOKEN'), 'TE_TOKEN')).toEqual(line);
      expect(secretsPath(found.store)).toMatch(/^\/(?:repos|orgs|user)[/\w.%!~*'()-]*\/secrets$/);
    }),
    { numRuns: 1000 },
  );
});

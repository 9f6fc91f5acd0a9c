import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { faults, good } from '../support/given-inputs.ts';

/** The record and the next token, which have names that follow from the home's. */

describe('the line for the next token', () => {
  const { inputs } = parse(readFileSync(join(import.meta.dirname, '../../../action.yml'), 'utf8'));
  const byDefault = inputs['thousandeyes-token-next'].default;
  const line = (name: string) =>
    `Add this line beside \`thousandeyes-token\`: \`thousandeyes-token-next: \${{ secrets.${name} }}\`.`;

  test.each([byDefault, undefined])('a workflow that lacks it is told the line to add: %j', (missing) => {
    expect(faults({ 'thousandeyes-token-next': missing })).toEqual([
      `Input \`thousandeyes-token-next\` is missing. ${line('TE_TOKEN_NEXT')} The secret need not exist: it is there only while a rotation is unfinished.`,
    ]);
  });

  test.each([
    [{ 'secret-name': 'my_token' }, 'MY_TOKEN_NEXT'],
    [{ 'secret-name': 'mine', targets: 'acme/network as Own\nacme/edge' }, 'OWN_NEXT'],
    [{ targets: '# first\n\norgs/acme as X' }, 'X_NEXT'],
  ])("the name in it follows from the home's own secret: %j", (given, name) => {
    expect(faults({ ...given, 'thousandeyes-token-next': undefined })).toEqual([expect.stringContaining(line(name))]);
  });

  test.each([
    [{ targets: 'nonsense\nacme/edge as OTHER' }, 'TE_TOKEN_NEXT'],
    [{ targets: '' }, 'TE_TOKEN_NEXT'],
    [{ 'secret-name': 'NO NAME' }, 'TE_TOKEN_NEXT'],
  ])('where the home is not known it is a line that can stand in a workflow: %j', (given, name) => {
    const found = faults({ ...given, 'thousandeyes-token-next': undefined });
    expect(found).toHaveLength(2);
    expect(found.join('')).toContain(line(name));
  });

  test('empty is its normal value, and what is in it is read', () => {
    expect(good({ 'thousandeyes-token-next': '' }).next).toEqual({ kind: 'none' });
    const { next } = good({ 'thousandeyes-token-next': 'te-of-an-earlier-run' });
    expect(next.kind === 'token' && next.token.reveal()).toBe('te-of-an-earlier-run');
    expect(good({ 'thousandeyes-token-next': 'asked now' }).next.kind).toBe('note');
  });
});

describe('the names beside the home', () => {
  const taken = (line: number, given: string, secret = 'TE_TOKEN') =>
    `Input \`targets\`, line ${line}: expected a secret with another name than \`${secret}_ROTATION\` and \`${secret}_NEXT\`, which this action needs beside the home, got \`${given}\`.`;

  test('a target that is named like one of them is told, each', () => {
    const targets =
      'acme/network\n\nacme/edge as te_token_next\nacme/edge as TE_TOKEN_OLD\nacme/x-* as TE_TOKEN_ROTATION\nuser/codespaces as TE_TOKEN_NEXT';
    expect(faults({ targets })).toEqual([
      taken(3, 'acme/edge as te_token_next'),
      taken(5, 'acme/x-* as TE_TOKEN_ROTATION'),
      taken(6, 'user/codespaces as TE_TOKEN_NEXT'),
    ]);
  });

  test("they follow from the home's own secret", () => {
    const targets = 'acme/network as HOME\nacme/a\nacme/b as HOME_NEXT\nacme/c as TE_TOKEN_NEXT';
    expect(faults({ targets })).toEqual([taken(3, 'acme/b as HOME_NEXT', 'HOME')]);
    expect(faults({ targets: 'acme/network as HOME\nacme/a', 'secret-name': 'HOME_ROTATION' })).toEqual([
      taken(2, 'acme/a', 'HOME'),
    ]);
  });

  test('a name of the home that leaves no room for them is told, once', () => {
    const named = (length: number) => ({ targets: `acme/network as ${'N'.repeat(length)}\nacme/edge` });
    expect(faults(named(246))).toEqual([]);
    for (const length of [247, 255])
      expect(faults(named(length))).toEqual([
        `Input \`targets\`: expected a name of at most 246 characters for the home's secret, because the record beside it has that name with \`_ROTATION\` behind it, got one of ${length}.`,
      ]);
    expect(faults({ 'secret-name': 'N'.repeat(247) })).toHaveLength(1);
    expect(faults({ 'secret-name': 'N'.repeat(256) })).toHaveLength(1);
    expect(faults({ targets: `acme/network\nacme/edge as ${'N'.repeat(255)}` })).toEqual([]);
  });
});

import { expect, test } from '@jest/globals';
import { inputsFrom } from '../../../src/action/inputs.ts';

const defaults = { repository: 'acme/network', githubUrl: 'https://api.github.com', variables: {} };
const right = {
  'thousandeyes-token': '5a4f8f6e-9d1c-4a56-8f0e-0c6b7a1d2e3f',
  'thousandeyes-token-next': '',
  'github-token': 'ghp_right-one',
};

/** Every fault, of which none may show a token. */
function faults(given: Record<string, string | undefined>): readonly string[] {
  const all: Record<string, string | undefined> = { ...right, ...given };
  const result = inputsFrom({ ...defaults, input: (name) => all[name] });
  const found = result.ok ? [] : result.error;
  for (const name of ['thousandeyes-token', 'thousandeyes-token-next', 'github-token'])
    for (const word of (all[name] ?? '').split(/\s+/).filter((each) => each.length > 8))
      expect(found.join('\n')).not.toContain(word);
  return found;
}

test('tokens of the right kind are no fault', () => {
  expect(faults({})).toEqual([]);
  expect(faults({ 'thousandeyes-token': 'oauth2.bearer/of+another=kind' })).toEqual([]);
  expect(faults({ 'github-token': `ghs_${'x'.repeat(500)}.${'y'.repeat(20)}` })).toEqual([]);
});

test('a token that is empty says what usually causes it', () => {
  expect(faults({ 'thousandeyes-token': '', 'github-token': undefined })).toEqual([
    expect.stringMatching(
      /^Input `thousandeyes-token` is empty\. .*for a fork or for Dependabot.*another name.*environment that the job does not name/,
    ),
    expect.stringMatching(/^Input `github-token` is empty\. .*GITHUB_TOKEN can't.*check the output name\.$/),
  ]);
});

test.each([
  ['thousandeyes-token', 'Bearer 5a4f8f6e-9d1c-4a56-8f0e-0c6b7a1d2e3f', '`Bearer ` in front: leave that word out'],
  ['thousandeyes-token', 'bearer\tabcdefgh-ijkl', '`Bearer ` in front'],
  ['github-token', 'token ghp_abcdefghijkl', '`token ` in front: leave that word out'],
  ['thousandeyes-token', '5a4f8f6e-9d1c-4a56\n-8f0e-0c6b7a1d2e3f', 'a line break inside'],
  ['thousandeyes-token', '5a4f8f6e-9d1c-4a56\r-8f0e-0c6b7a1d2e3f', 'a line break inside'],
  ['github-token', '"ghp_abcdefghijkl"', 'a quotation mark in it'],
  ['github-token', "'ghp_abcdefghijkl'", 'a quotation mark in it'],
  ['thousandeyes-token', 'two words-in-it', '15 characters of which some are none of a token'],
  ['github-token', 'töken-with-umlaut', '17 characters of which some are none of a token'],
])('a wrong form of %s is named, and the token is not echoed: %j', (name, value, named) => {
  expect(faults({ [name]: value })).toEqual([
    expect.stringMatching(
      new RegExp(`^Input \`${name}\`: expected a token alone, on one line and without spaces, got `),
    ),
  ]);
  expect(faults({ [name]: value })[0]).toContain(named);
});

test.each([
  'ghp_abcdefghijkl',
  'gho_abcdefghijkl',
  'ghu_abcdefghijkl',
  'ghs_abcdefghijkl',
  'ghr_abcdefghijkl',
  'github_pat_abcdefghijkl',
])('a token of GitHub in thousandeyes-token is told before it travels: %s', (value) => {
  expect(faults({ 'thousandeyes-token': value })).toEqual([
    'Input `thousandeyes-token`: expected a User API Token of ThousandEyes, got a token of GitHub (it begins like one).',
  ]);
});

test.each(['5a4f8f6e-9d1c-4a56-8f0e-0c6b7a1d2e40', '5A4F8F6E-9D1C-4A56-8F0E-0C6B7A1D2E40'])(
  'a token of ThousandEyes in github-token is told before it travels: %s',
  (value) => {
    expect(faults({ 'github-token': value })).toEqual([
      'Input `github-token`: expected a token of GitHub, got what looks like a token of ThousandEyes (a UUID).',
    ]);
  },
);

test('two tokens that are swapped are both told', () => {
  const found = faults({ 'thousandeyes-token': right['github-token'], 'github-token': right['thousandeyes-token'] });
  expect(found.map((fault) => /^Input `([\w-]+)`/.exec(fault)?.[1])).toEqual(['thousandeyes-token', 'github-token']);
});

test('one value for both tokens is told', () => {
  expect(faults({ 'thousandeyes-token': 'some-other-token', 'github-token': 'some-other-token' })).toEqual([
    expect.stringContaining('got the same value as `thousandeyes-token`'),
  ]);
  expect(faults({ 'thousandeyes-token': '', 'github-token': '' })).toHaveLength(2);
});

test.each([
  'c0ffee00-9d1c-4a56-8f0e-0c6b7a1d2e40',
  right['thousandeyes-token'],
  'töken-with-umlaut',
  'asked 2026-12-01T05:23:04Z https://github.com/acme/network/actions/runs/1',
  'ghp_a note',
  'Bearer anything-at-all',
])('thousandeyes-token-next: %s is what an earlier run can have left', (value) => {
  expect(faults({ 'thousandeyes-token-next': value })).toEqual([]);
});

test.each(['ghp_abcdefghijkl', 'github_pat_abcdefghijkl', right['github-token']])(
  'a token of GitHub in thousandeyes-token-next is told before it travels: %s',
  (value) => {
    expect(faults({ 'thousandeyes-token-next': value })).toEqual([
      'Input `thousandeyes-token-next`: expected what an earlier run left in the secret beside the home, or nothing, got a token of GitHub (it begins like one).',
    ]);
  },
);

test('one value for thousandeyes-token-next and github-token is told', () => {
  expect(faults({ 'thousandeyes-token-next': 'some-other-token', 'github-token': 'some-other-token' })).toEqual([
    'Input `thousandeyes-token-next`: expected what an earlier run left in the secret beside the home, or nothing, got the same value as `github-token`.',
  ]);
});

test('a token in the place of another input is not echoed', () => {
  const wrong = ['mode', 'secret-name', 'rotate-when-days-left', 'create-missing', 'github-api-url', 'targets'];
  const found = faults(
    Object.fromEntries(wrong.map((name) => [name, `${right['github-token']}/${right['thousandeyes-token']}?`])),
  );
  expect(found.length).toBeGreaterThanOrEqual(wrong.length);
  expect(found.join('\n')).not.toMatch(/right-one|8f0e/);
  expect(found.join('\n')).toContain('got what looks like a token.');
});

test.each([
  ['GitHub', `ghp_${'aB3'.repeat(12)}`],
  ['GitHub, fine-grained', `github_pat_${'aB3_'.repeat(20)}`],
  ['ThousandEyes', 'deadbeef-1234-4abc-9def-fedcba987654'],
])('a token of %s that stands in no credential input is not echoed either', (_, token) => {
  const wrong = ['mode', 'secret-name', 'rotate-when-days-left', 'create-missing', 'github-api-url', 'targets'];
  const found = faults(Object.fromEntries(wrong.map((name) => [name, token])));
  expect(found).toHaveLength(wrong.length);
  expect(found.join('\n').toLowerCase()).not.toContain(token.slice(-20).toLowerCase());
  const named = faults({ targets: `acme/network as ${token}` }).join('\n');
  expect(named).toContain('got what looks like a token.');
  expect(named).not.toContain(token.slice(-20));
});

test('a part of a credential in the place of another input is not echoed', () => {
  const found = faults({ mode: `x${right['github-token'].slice(3)}x` });
  expect(found).toEqual([expect.stringContaining('got `not shown, because it repeats part of a credential`')]);
});

test("an address of the other service is told: it would get this one's credential", () => {
  expect(faults({ 'github-api-url': 'https://api.thousandeyes.com/v7' })).toEqual([
    expect.stringContaining('Input `github-api-url`: expected a URL like `https://api.github.com`'),
  ]);
  for (const url of ['https://api.github.com', 'https://api.acme.ghe.com/v7'])
    expect(faults({ 'thousandeyes-api-url': url })).toEqual([
      expect.stringContaining('Input `thousandeyes-api-url`: expected a URL like `https://api.thousandeyes.com/v7`'),
    ]);
});

test('a token in the place of the name is not shown where a name is told', () => {
  const token = 'c0ffee009d1c4a568f0e0c6b7a1d2e40';
  const wrong = { 'thousandeyes-token': token, 'thousandeyes-token-next': undefined, 'secret-name': `X${token}` };
  const found = faults({ ...wrong, targets: `acme/network\nacme/edge as X${token}_NEXT` });
  expect(found).toHaveLength(2);
  expect(found.join('\n').toLowerCase()).not.toContain('c0ffee');
  expect(found.join('\n')).toContain('secrets.TE_TOKEN_NEXT');
});

import { expect, test } from '@jest/globals';
import { runtimeFaults } from '../../../src/lib/runtime.ts';
import { lineOf } from '../../../src/targets/target.ts';
import { faults, from, good } from '../support/given-inputs.ts';

const leftOut = {
  secretName: 'TE_TOKEN',
  mode: 'rotate',
  next: { kind: 'none' },
  rotateWhenDaysLeft: undefined,
  createMissing: false,
  exposeToken: false,
  thousandEyesUrl: 'https://api.thousandeyes.com/v7',
  githubUrl: 'https://api.github.com',
};

test('inputs that are left out have their defaults', () => {
  const inputs = good();
  expect(inputs).toMatchObject(leftOut);
  expect(inputs.lines).toMatchObject([{ secret: 'TE_TOKEN', store: { owner: 'acme' } }]);
  expect(inputs.thousandEyesToken.reveal()).toBe('te-of-the-inputs');
  expect(inputs.githubToken.reveal()).toBe('ghp_of-the-inputs');
});

test('inputs that are empty count as left out, as an expression is on a schedule', () => {
  const names = ['secret-name', 'mode', 'rotate-when-days-left', 'create-missing', 'expose-token'];
  const urls = ['thousandeyes-api-url', 'github-api-url'];
  expect(good(Object.fromEntries([...names, ...urls].map((name) => [name, ''])))).toMatchObject(leftOut);
});

test('a runner that does not say where GitHub is, is told', () => {
  expect(from({}, { githubUrl: '' })).toEqual({
    ok: false,
    error: ['Input `github-api-url`: expected a URL like `https://api.github.com`, got nothing.'],
  });
});

test.each(['', '\n  # nothing\n\n'])('targets that are given but empty are a typo somewhere: %j', (targets) => {
  expect(faults({ targets })).toEqual([
    expect.stringMatching(/^Input `targets`: expected at least one target, got none\. The first line is the home/),
  ]);
});

test('everything that the user says in the inputs', () => {
  const inputs = good({
    'secret-name': 'my_token',
    targets: 'acme/network\r\n\r  # a comment\n acme/edge/dependabot \norgs/acme as other\n acme/x-*',
    mode: 'sync',
    'rotate-when-days-left': '30',
    'create-missing': 'TRUE',
    'expose-token': 'True',
    'thousandeyes-api-url': 'https://te.acme.example/v7//',
    'github-api-url': 'https://ghes.acme.example/api/v3/',
  });
  expect(inputs).toMatchObject({
    secretName: 'MY_TOKEN',
    mode: 'sync',
    rotateWhenDaysLeft: 30,
    createMissing: true,
    exposeToken: true,
    thousandEyesUrl: 'https://te.acme.example/v7',
    githubUrl: 'https://ghes.acme.example/api/v3',
  });
  expect(inputs.lines.map(({ store, secret }) => `${lineOf(store)} ${secret}`)).toEqual([
    'acme/network MY_TOKEN',
    'acme/edge/dependabot MY_TOKEN',
    'orgs/acme OTHER',
    'acme/x-* MY_TOKEN',
  ]);
});

test.each(['rotate', 'sync', 'check', 'rehearse'])('mode: %s', (mode) => {
  expect(good({ mode }).mode).toBe(mode);
});

const modes = '`rotate`, `sync`, `check` or `rehearse`';
const flag = '`true` or `false`';

test.each([
  ['mode', 'rotated', modes],
  ['mode', 'ROTATE', modes],
  ['create-missing', 'yes', flag],
  ['expose-token', '1', flag],
  ['expose-token', 'truee', flag],
  ['expose-token', 'xtrue', flag],
  ['expose-token', 'xfalse', flag],
  ['expose-token', 'falsee', flag],
  ['secret-name', 'TE TOKEN', 'the name of a secret (a secret name has only letters, digits and underscores)'],
  ['secret-name', 'GITHUB_TOKEN', "the name of a secret (a secret name can't begin with GITHUB_)"],
])('a bad input is one fault that says what was expected and what was given: %s: %s', (name, value, expected) => {
  expect(faults({ [name]: value })).toEqual([`Input \`${name}\`: expected ${expected}, got \`${value}\`.`]);
});

const https = 'an https URL: a credential is sent there';
const noUser = 'a URL without a user name and password';
const like = 'a URL like `https://api.github.com`';

test.each([
  ['http://10.0.0.127', https, 'http://10.0.0.127'],
  ['http://127.0.0.1.example/', https, 'http://127.0.0.1.example/'],
  ['ftp://localhost', https, 'ftp://localhost'],
  ['api.github.com', like, 'api.github.com'],
  ['https://api.github.com?x', 'a URL without `?` and `#`', 'https://api.github.com?x'],
  ['https://api.github.com#x', 'a URL without `?` and `#`', 'https://api.github.com#x'],
  ['https://me:pass@api.github.com', noUser, 'https://***@api.github.com'],
  ['https://me@api.github.com', noUser, 'https://***@api.github.com'],
  ['https://:pass@api.github.com', noUser, 'https://***@api.github.com'],
  ['http://me:pass@127.0.0.1', noUser, 'http://***@127.0.0.1'],
  ['me:pass@api.github.com', like, '***@api.github.com'],
  ['https://me:pa/ss@x@api.github.com', like, 'https://***@api.github.com'],
])('github-api-url: %s is refused, and a password in it is not shown', (url, expected, given) => {
  expect(faults({ 'github-api-url': url })).toEqual([
    `Input \`github-api-url\`: expected ${expected}, got \`${given}\`.`,
  ]);
});

test.each(['http://localhost:8080/v7', 'http://127.0.0.1:1', 'http://127.1.2.3/api', 'http://[::1]:8080'])(
  'github-api-url: %s may go without encryption, because it stays on this machine',
  (githubUrl) => {
    expect(good({ 'github-api-url': githubUrl }).githubUrl).toBe(githubUrl);
  },
);

test('thousandeyes-api-url: an address without its scheme is told with an example of ThousandEyes', () => {
  expect(faults({ 'thousandeyes-api-url': 'api.thousandeyes.com/v7' })).toEqual([
    'Input `thousandeyes-api-url`: expected a URL like `https://api.thousandeyes.com/v7`, got `api.thousandeyes.com/v7`.',
  ]);
});

test.each([
  'https://api.thousandeyes.com',
  'https://api.thousandeyes.com/v6/',
  'https://API.ThousandEyes.com',
  'https://thousandeyes.com/v7/x',
])(
  'thousandeyes-api-url: %s is refused: another version answers the check, and fails when the token is asked for',
  (url) => {
    expect(faults({ 'thousandeyes-api-url': url })).toEqual([
      expect.stringMatching(
        /^Input `thousandeyes-api-url`: expected the base of version 7 of the API, which ends in `\/v7`, got `https/,
      ),
    ]);
  },
);

test.each([
  'https://api.eu.thousandeyes.com/v7',
  'https://api.thousandeyes.com/v7//',
  'https://te.acme.example/api',
  'https://notthousandeyes.com',
])('thousandeyes-api-url: %s is a base', (url) => {
  expect(faults({ 'thousandeyes-api-url': url })).toEqual([]);
});

test.each(['14', '701', '1e2', '30.5', '-30', 'thirty', '00030'])('rotate-when-days-left: %s is refused', (days) => {
  expect(faults({ 'rotate-when-days-left': days })).toEqual([
    `Input \`rotate-when-days-left\`: expected a whole number from 15 to 700, got \`${days}\`.`,
  ]);
});

test.each([15, 700])('rotate-when-days-left: %i is the edge', (days) => {
  expect(good({ 'rotate-when-days-left': String(days) }).rotateWhenDaysLeft).toBe(days);
});

test('a line of targets that names none is told by its number, with what is wrong with it', () => {
  expect(faults({ targets: 'acme/network\n\n# x\nacme\norgs/acme/packages' })).toEqual([
    expect.stringMatching(/^Input `targets`, line 4: expected a target like .*, got `acme`: the repository is missing/),
    expect.stringMatching(
      /^Input `targets`, line 5: expected a target like .*, got `orgs\/acme\/packages`: "packages" is no store/,
    ),
  ]);
});

test.each([
  ['acme/network, acme/edge', 'one target per line, without commas'],
  ['Orgs/acme', 'for an organization write `orgs/acme`'],
  ['users/codespaces', "for the credential's own user write `user/codespaces`"],
])('a line of targets that is spelled a little differently is told what was probably meant: %s', (line, hint) => {
  expect(faults({ targets: `acme/network\n${line}` })).toEqual([expect.stringContaining(`got \`${line}\`: ${hint}`)]);
});

test('a home that is no target at all is not judged as a home', () => {
  expect(faults({ targets: 'acme\nacme/x/dependabot' })).toHaveLength(1);
});

test.each([
  [
    'acme/network/dependabot',
    'an Actions secret (of a repository, an environment or an organization), not a dependabot one',
  ],
  ['user/codespaces', 'an Actions secret (of a repository, an environment or an organization), not a codespaces one'],
  ['acme/*', 'one target and no pattern'],
])('a home that is %s is refused', (targets, expected) => {
  expect(faults({ targets: `${targets}\nacme/edge` })).toEqual([
    expect.stringMatching(/^Input `targets`: the first line is the home, .*so it must be /),
  ]);
  expect(faults({ targets: `${targets}\nacme/edge` })[0]).toContain(expected);
});

test.each(['acme/network', 'acme/network/environments/x', 'orgs/acme'])('%s can be a home', (targets) => {
  expect(faults({ targets })).toEqual([]);
});

test('all faults of the inputs are told together, each on one line, in the order of the inputs', () => {
  const found = faults({
    'thousandeyes-token': '',
    'github-token': '',
    mode: 'x\ny',
    'create-missing': 'yes',
    'expose-token': 'no',
    'secret-name': '`',
    targets: 'acme/network/dependabot\nnonsense',
    'rotate-when-days-left': '3',
    'thousandeyes-api-url': 'http://te',
    'github-api-url': 'no',
  });
  expect(found.map((fault) => /^Input `([\w-]+)`/.exec(fault)?.[1])).toEqual([
    ...['thousandeyes-token', 'github-token', 'secret-name', 'mode', 'targets', 'targets'],
    ...['rotate-when-days-left', 'create-missing', 'expose-token', 'thousandeyes-api-url', 'github-api-url'],
  ]);
  expect(found.find((fault) => fault.includes('`mode`'))).toContain('got `x y`');
  expect(found.find((fault) => fault.includes('`secret-name`'))).toContain("got `'`");
  expect(found.join('')).not.toMatch(/[\r\n]/);
});

test('an environment in which certificates are not checked is refused', () => {
  const variables = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  expect(from({}, { variables })).toEqual({ ok: false, error: runtimeFaults(variables) });
});

test('what was given is shown up to eighty characters', () => {
  expect(faults({ mode: 'm'.repeat(500) })).toEqual([`Input \`mode\`: expected ${modes}, got \`${'m'.repeat(79)}…\`.`]);
});

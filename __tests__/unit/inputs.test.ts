import { describe, expect, test } from '@jest/globals';
import { inputsFrom } from '../../src/inputs.ts';
import { lineOf } from '../../src/target.ts';

const defaults = { repository: 'acme/network', githubUrl: 'https://api.github.com' };
const credentials = { 'thousandeyes-token': 'te-of-the-inputs', 'github-token': 'ghp_of-the-inputs' };

const from = (given: Record<string, string | undefined>) =>
  inputsFrom((name) => ({ ...credentials, ...given })[name], defaults);

function good(given: Record<string, string | undefined> = {}) {
  const result = from(given);
  if ('faults' in result) throw new Error(result.faults.join('\n'));
  return result.inputs;
}

function faults(given: Record<string, string | undefined>): readonly string[] {
  const result = from(given);
  return 'faults' in result ? result.faults : [];
}

describe('what the user leaves out', () => {
  const expected = {
    secretName: 'TE_TOKEN',
    mode: 'rotate',
    expiryVariable: undefined,
    rotateWhenDaysLeft: undefined,
    createMissing: false,
    exposeToken: false,
    thousandEyesUrl: 'https://api.thousandeyes.com/v7',
    githubUrl: 'https://api.github.com',
  };
  const names = ['secret-name', 'mode', 'expiry-variable', 'rotate-when-days-left', 'create-missing', 'expose-token'];
  const urls = ['thousandeyes-api-url', 'github-api-url'];

  test('is what the defaults say', () => {
    const inputs = good();
    expect(inputs).toMatchObject(expected);
    expect(inputs.lines).toMatchObject([{ kind: 'target', target: { secret: 'TE_TOKEN' } }]);
    expect(inputs.thousandEyesToken.reveal()).toBe('te-of-the-inputs');
    expect(inputs.githubToken.reveal()).toBe('ghp_of-the-inputs');
  });

  test('may be empty instead, as an expression is on a schedule', () => {
    expect(good(Object.fromEntries([...names, ...urls].map((name) => [name, ''])))).toMatchObject(expected);
  });

  test('and a runner that does not say where GitHub is, is told', () => {
    const result = inputsFrom((name) => (name in credentials ? credentials[name as 'github-token'] : undefined), {
      repository: 'acme/network',
      githubUrl: '',
    });
    expect(result).toEqual({
      faults: ['Input `github-api-url`: expected a URL like `https://api.github.com`, got nothing.'],
    });
  });

  test('but an empty list of targets is a typo somewhere', () => {
    const none = [
      'Input `targets`: expected at least one target, got none. The first line is the home: the secret that the workflow itself reads.',
    ];
    expect(faults({ targets: '' })).toEqual(none);
    expect(faults({ targets: '\n  # nothing\n\n' })).toEqual(none);
  });
});

test('everything that the user says', () => {
  const inputs = good({
    'secret-name': 'my_token',
    targets: 'acme/network\r\n\r  # a comment\n acme/edge/dependabot \norgs/acme as other\n acme/x-*',
    mode: 'sync',
    'expiry-variable': 'te_expiry',
    'rotate-when-days-left': '30',
    'create-missing': 'TRUE',
    'expose-token': 'True',
    'thousandeyes-api-url': 'https://api.eu.thousandeyes.example/v7//',
    'github-api-url': 'https://ghes.acme.example/api/v3/',
  });
  expect(inputs).toMatchObject({
    secretName: 'MY_TOKEN',
    mode: 'sync',
    expiryVariable: 'TE_EXPIRY',
    rotateWhenDaysLeft: 30,
    createMissing: true,
    exposeToken: true,
    thousandEyesUrl: 'https://api.eu.thousandeyes.example/v7',
    githubUrl: 'https://ghes.acme.example/api/v3',
  });
  const shown = inputs.lines.map((line) => (line.kind === 'target' ? line.target : line.pattern));
  expect(shown.map(({ store, secret }) => `${lineOf(store)} ${secret}`)).toEqual([
    'acme/network MY_TOKEN',
    'acme/edge/dependabot MY_TOKEN',
    'orgs/acme OTHER',
    'acme/x-* MY_TOKEN',
  ]);
});

describe('each bad input is one fault that says what was expected and what was given', () => {
  const url = 'a URL like `https://api.github.com`';
  const https = 'an https URL: a credential is sent there';
  test.each([
    ['mode', 'rotated', '`rotate`, `sync` or `check`, got `rotated`'],
    ['mode', 'ROTATE', '`rotate`, `sync` or `check`, got `ROTATE`'],
    ['create-missing', 'yes', '`true` or `false`, got `yes`'],
    ['expose-token', '1', '`true` or `false`, got `1`'],
    ['expose-token', 'truee', '`true` or `false`, got `truee`'],
    ['expose-token', 'xtrue', '`true` or `false`, got `xtrue`'],
    ['expose-token', 'xfalse', '`true` or `false`, got `xfalse`'],
    ['expose-token', 'falsee', '`true` or `false`, got `falsee`'],
    [
      'secret-name',
      'TE TOKEN',
      'the name of a secret (a secret name has only letters, digits and underscores), got `TE TOKEN`',
    ],
    [
      'secret-name',
      'GITHUB_TOKEN',
      "the name of a secret (a secret name can't begin with GITHUB_), got `GITHUB_TOKEN`",
    ],
    ['expiry-variable', '2X', "the name of an Actions variable (a variable name can't begin with a digit), got `2X`"],
    ['thousandeyes-api-url', 'api.thousandeyes.com', `${url}, got \`api.thousandeyes.com\``],
    ['thousandeyes-api-url', 'http://api.thousandeyes.com/v7', `${https}, got \`http://api.thousandeyes.com/v7\``],
    ['github-api-url', 'http://10.0.0.127', `${https}, got \`http://10.0.0.127\``],
    ['github-api-url', 'http://127.0.0.1.example/', `${https}, got \`http://127.0.0.1.example/\``],
    ['github-api-url', 'ftp://localhost', `${https}, got \`ftp://localhost\``],
    ['github-api-url', 'https://api.github.com?x', 'a URL without `?` and `#`, got `https://api.github.com?x`'],
    ['github-api-url', 'https://api.github.com#x', 'a URL without `?` and `#`, got `https://api.github.com#x`'],
    [
      'github-api-url',
      'https://me:pass@api.github.com',
      'a URL without a user name and password, got `https://***@api.github.com`',
    ],
    [
      'github-api-url',
      'https://me@api.github.com',
      'a URL without a user name and password, got `https://***@api.github.com`',
    ],
    [
      'github-api-url',
      'https://:pass@api.github.com',
      'a URL without a user name and password, got `https://***@api.github.com`',
    ],
    [
      'github-api-url',
      'http://me:pass@127.0.0.1',
      'a URL without a user name and password, got `http://***@127.0.0.1`',
    ],
    ['github-api-url', 'me:pass@api.github.com', `${https}, got \`***@api.github.com\``],
    ['github-api-url', 'https://me:pa/ss@x@api.github.com', `${url}, got \`https://***@api.github.com\``],
  ])('%s: %s', (name, value, expected) => {
    expect(faults({ [name]: value })).toEqual([`Input \`${name}\`: expected ${expected}.`]);
  });

  test.each(['14', '701', '1e2', '30.5', '-30', 'thirty', '00030'])('rotate-when-days-left: %s', (days) => {
    expect(faults({ 'rotate-when-days-left': days, 'expiry-variable': 'X' })).toEqual([
      `Input \`rotate-when-days-left\`: expected a whole number from 15 to 700, got \`${days}\`.`,
    ]);
  });

  test.each([15, 700])('rotate-when-days-left: %i is none', (days) => {
    expect(good({ 'rotate-when-days-left': String(days), 'expiry-variable': 'X' }).rotateWhenDaysLeft).toBe(days);
  });

  test('rotate-when-days-left without a variable', () => {
    expect(faults({ 'rotate-when-days-left': '30' })).toEqual([
      'Input `rotate-when-days-left` needs `expiry-variable`: the date is kept there. Name a variable, or leave both out.',
    ]);
  });

  test('a line of targets, by its number', () => {
    expect(faults({ targets: 'acme/network\n\n# x\nacme\norgs/acme/packages' })).toEqual([
      'Input `targets`, line 4: expected a target like `acme/network`, `acme/network/environments/Production` or `orgs/acme`, got `acme`: the repository is missing, or its name has characters that GitHub does not allow.',
      'Input `targets`, line 5: expected a target like `acme/network`, `acme/network/environments/Production` or `orgs/acme`, got `orgs/acme/packages`: "packages" is no store; a repository has actions, dependabot, codespaces, agents and environments/NAME, an organization actions, dependabot, codespaces, agents.',
    ]);
  });

  test('a home that is wrong is not judged as a home', () => {
    expect(faults({ targets: 'acme\nacme/x/dependabot' })).toHaveLength(1);
  });

  test.each([
    [
      'acme/network/dependabot',
      'an Actions secret (of a repository, an environment or an organization), not a dependabot one',
    ],
    ['user/codespaces', 'an Actions secret (of a repository, an environment or an organization), not a codespaces one'],
    ['acme/*', 'one target and no pattern'],
  ])('a home that is %s', (targets, expected) => {
    expect(faults({ targets: `${targets}\nacme/edge` })).toEqual([
      `Input \`targets\`: the first line is the home, the secret that the workflow itself reads, so it must be ${expected}.`,
    ]);
  });

  test.each(['acme/network', 'acme/network/environments/x', 'orgs/acme'])('%s can be a home', (targets) => {
    expect(faults({ targets })).toEqual([]);
  });

  test.each(['http://localhost:8080/v7', 'http://127.0.0.1:1', 'http://127.1.2.3/api', 'http://[::1]:8080'])(
    '%s may go without encryption: it stays on this machine',
    (githubUrl) => {
      expect(good({ 'github-api-url': githubUrl }).githubUrl).toBe(githubUrl);
    },
  );
});

describe('a token', () => {
  test('that is empty says what usually causes it', () => {
    expect(faults({ 'thousandeyes-token': '', 'github-token': undefined })).toEqual([
      'Input `thousandeyes-token` is empty. Usually this is a workflow that runs for a fork or for Dependabot: those get no Actions secrets. Else the secret has another name than the workflow says, or belongs to an environment that the job does not name.',
      "Input `github-token` is empty. It takes the installation token of a GitHub App, or a personal access token, that may write the secrets; the workflow's own GITHUB_TOKEN can't. If a step before this one makes it, see that its output is spelled right.",
    ]);
  });

  test('that can not stand in a header is not echoed', () => {
    expect(faults({ 'thousandeyes-token': 'two words', 'github-token': 'tök' })).toEqual([
      'Input `thousandeyes-token`: expected a token, on one line and without spaces, got 9 characters of which some are none of a token.',
      'Input `github-token`: expected a token, on one line and without spaces, got 3 characters of which some are none of a token.',
    ]);
  });

  test('in the wrong place is not echoed', () => {
    const wrong = [
      'mode',
      'secret-name',
      'expiry-variable',
      'rotate-when-days-left',
      'create-missing',
      'github-api-url',
      'targets',
    ];
    const given = Object.fromEntries(wrong.map((name) => [name, `ghp_of-the-inputs/te-of-the-inputs?`]));
    const found = faults(given);
    expect(found.length).toBeGreaterThanOrEqual(wrong.length);
    expect(found.join('\n')).not.toMatch(/of-the-inputs/);
    expect(found.join('\n')).toContain('got `***/***?`');
  });
});

test('all faults are told together, each on one line', () => {
  const found = faults({
    'thousandeyes-token': '',
    'github-token': '',
    mode: 'x\ny',
    'create-missing': 'yes',
    'expose-token': 'no',
    'secret-name': '`',
    targets: 'acme/network/dependabot\nnonsense',
    'expiry-variable': '-',
    'rotate-when-days-left': '3',
    'thousandeyes-api-url': 'http://te',
    'github-api-url': 'no',
  });
  expect(found.map((fault) => /^Input `([\w-]+)`/.exec(fault)?.[1])).toEqual([
    'thousandeyes-token',
    'github-token',
    'secret-name',
    'mode',
    'expiry-variable',
    'targets',
    'targets',
    'rotate-when-days-left',
    'create-missing',
    'expose-token',
    'thousandeyes-api-url',
    'github-api-url',
  ]);
  expect(found.find((fault) => fault.includes('`mode`'))).toContain('got `x y`');
  expect(found.find((fault) => fault.includes('`secret-name`'))).toContain("got `'`");
  expect(found.join('')).not.toMatch(/[\r\n]/);
});

test('what was given is shown up to eighty characters', () => {
  expect(faults({ mode: 'm'.repeat(500) })).toEqual([
    `Input \`mode\`: expected \`rotate\`, \`sync\` or \`check\`, got \`${'m'.repeat(79)}…\`.`,
  ]);
});

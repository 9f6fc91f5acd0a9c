import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { secretsPath } from '../../src/store.ts';
import {
  keyOf,
  type Line,
  LineError,
  labelOf,
  lineFrom,
  lineOf,
  mostTargets,
  secretNameFault,
} from '../../src/target.ts';

const repository = { owner: 'acme', repository: 'network' };

describe('the ten stores', () => {
  test.each([
    ['acme/network', { level: 'repository', feature: 'actions', ...repository }, '/repos/acme/network/actions/secrets'],
    [
      'acme/network/dependabot',
      { level: 'repository', feature: 'dependabot', ...repository },
      '/repos/acme/network/dependabot/secrets',
    ],
    [
      'acme/network/codespaces',
      { level: 'repository', feature: 'codespaces', ...repository },
      '/repos/acme/network/codespaces/secrets',
    ],
    [
      'acme/network/agents',
      { level: 'repository', feature: 'agents', ...repository },
      '/repos/acme/network/agents/secrets',
    ],
    [
      'acme/network/environments/Production EU/ä',
      { level: 'environment', feature: 'actions', ...repository, environment: 'Production EU/ä' },
      '/repos/acme/network/environments/Production%20EU%2F%C3%A4/secrets',
    ],
    ['orgs/acme', { level: 'organization', feature: 'actions', owner: 'acme' }, '/orgs/acme/actions/secrets'],
    [
      'orgs/acme/dependabot',
      { level: 'organization', feature: 'dependabot', owner: 'acme' },
      '/orgs/acme/dependabot/secrets',
    ],
    [
      'orgs/acme/codespaces',
      { level: 'organization', feature: 'codespaces', owner: 'acme' },
      '/orgs/acme/codespaces/secrets',
    ],
    ['orgs/acme/agents', { level: 'organization', feature: 'agents', owner: 'acme' }, '/orgs/acme/agents/secrets'],
    ['user/codespaces', { level: 'user', feature: 'codespaces' }, '/user/codespaces/secrets'],
  ])('%s', (line, store, path) => {
    const found = lineFrom(line, 'te_token');
    expect(found).toEqual({ kind: 'target', target: { store, secret: 'TE_TOKEN' } });
    if (found.kind !== 'target') throw new Error(found.kind);
    expect(secretsPath(found.target.store)).toBe(path);
    expect(lineOf(found.target.store)).toBe(line);
    expect(labelOf(found.target, 'te_token')).toBe(line);
  });

  test('the Actions store may be named', () => {
    expect(lineFrom('acme/network/actions', 'T')).toEqual(lineFrom('acme/network', 'T'));
    expect(lineFrom('orgs/acme/actions', 'T')).toEqual(lineFrom('orgs/acme', 'T'));
  });
});

describe('a pattern', () => {
  test.each([
    ['acme/terraform-*', { level: 'repository', feature: 'actions', owner: 'acme', repository: 'terraform-*' }],
    ['acme/*/dependabot', { level: 'repository', feature: 'dependabot', owner: 'acme', repository: '*' }],
    [
      'acme/*-net/environments/Prod',
      { level: 'environment', feature: 'actions', owner: 'acme', repository: '*-net', environment: 'Prod' },
    ],
  ])('%s', (line, store) => {
    expect(lineFrom(line, 'T')).toEqual({ kind: 'pattern', pattern: { store, secret: 'T' } });
  });
});

describe('another name for the secret', () => {
  const named = (text: string): { place: string; secret: string } => {
    const line = lineFrom(text, 'TE_TOKEN');
    if (line.kind !== 'target') throw new Error(line.kind);
    return { place: lineOf(line.target.store), secret: line.target.secret };
  };

  test.each([
    ['acme/network as other', 'acme/network', 'OTHER'],
    ['  acme/network   as \tOTHER  ', 'acme/network', 'OTHER'],
    ['acme/network/environments/same as it as OTHER', 'acme/network/environments/same as it', 'OTHER'],
    ['acme/network/environments/known as OTHER', 'acme/network/environments/known', 'OTHER'],
    ['acme/network/environments/a as b c', 'acme/network/environments/a as b c', 'TE_TOKEN'],
    ['acme/network/environments/ Production EU', 'acme/network/environments/Production EU', 'TE_TOKEN'],
    ['orgs/acme/dependabot as X_1', 'orgs/acme/dependabot', 'X_1'],
    ['user/codespaces as X', 'user/codespaces', 'X'],
  ])('%s', (line, place, secret) => {
    expect(named(line)).toEqual({ place, secret });
  });

  test('the label says it where it is needed', () => {
    const label = (text: string) => {
      const line = lineFrom(text, 'TE_TOKEN');
      return labelOf(line.kind === 'target' ? line.target : line.pattern, 'te_token');
    };
    expect(label('acme/network as TE_TOKEN')).toBe('acme/network');
    expect(label('acme/network/actions as x')).toBe('acme/network as X');
    expect(label('acme/a*/dependabot as x')).toBe('acme/a*/dependabot as X');
    expect(label('acme/network/environments/known as  it as TE_TOKEN')).toBe(
      'acme/network/environments/known as  it as TE_TOKEN',
    );
    expect(label('acme/network/environments/known as it is')).toBe('acme/network/environments/known as it is');
  });

  test('a name that is none is told with the way out', () => {
    expect(() => lineFrom('acme/network/environments/known as GITHUB_X', 'TE_TOKEN')).toThrow(
      new LineError(
        'a secret name can\'t begin with GITHUB_; if the place itself ends in "as GITHUB_X", add " as TE_TOKEN" behind it',
      ),
    );
  });
});

describe('nonsense is told', () => {
  const noOwner = 'it does not begin with an owner and a repository';
  const noRepository = 'the repository is missing, or its name has characters that GitHub does not allow';
  const noEnvironment = 'the name of the environment is missing';
  const stores =
    'a repository has actions, dependabot, codespaces, agents and environments/NAME, an organization actions, dependabot, codespaces, agents';
  test.each([
    ['', noOwner],
    ['/', noOwner],
    ['-acme/network', noOwner],
    ['ac me/network', noOwner],
    [`${'a'.repeat(101)}/network`, noOwner],
    ['https://github.com/acme/network', noOwner],
    ['acme', noRepository],
    ['acme/', noRepository],
    ['acme//actions', noRepository],
    ['acme/.', noRepository],
    ['acme/..', noRepository],
    ['acme/net work', noRepository],
    [`acme/${'r'.repeat(101)}`, noRepository],
    ['user/x codespaces', noRepository],
    ['orgs', noOwner],
    ['orgs/', noOwner],
    ['a*/network', '"*" stands in the name of a repository only, not in its owner'],
    ['orgs/a*', '"*" stands in the name of a repository only, not in its owner'],
    ['acme/network/packages', `"packages" is no store; ${stores}`],
    ['acme/network/', `"" is no store; ${stores}`],
    ['acme/network/actions/x', `"actions/x" is no store; ${stores}`],
    ['acme/network/Dependabot', `"Dependabot" is no store; ${stores}`],
    [`acme/network/${'x'.repeat(50)}`, `"${'x'.repeat(40)}" is no store; ${stores}`],
    ['orgs/acme/environments/x', `"environments/x" is no store; ${stores}`],
    ['acme/network/environments', noEnvironment],
    ['acme/network/environments/', noEnvironment],
    ['acme/network/environments/.', noEnvironment],
    ['acme/network/environments/..', noEnvironment],
    ['acme/network/environments/a*', '"*" stands in the name of a repository only, not of an environment'],
    [`acme/network/environments/${'e'.repeat(256)}`, "the environment's name has more than 255 characters"],
    ['acme/network/environments/\ud800', "the environment's name is not valid Unicode"],
  ])('%j', (line, message) => {
    expect(() => lineFrom(line, 'TE_TOKEN')).toThrow(new LineError(message));
  });

  test('the longest names are none', () => {
    for (const line of [`${'a'.repeat(100)}/n`, `acme/${'r'.repeat(100)}`, `acme/n/environments/${'e'.repeat(255)}`]) {
      expect(lineFrom(line, 'T').kind).toBe('target');
    }
  });
});

describe('names of secrets', () => {
  test.each(['TE_TOKEN', 'te_token', '_1', 'x'.repeat(255), 'MY_GITHUB_X', 'GITHUBX'])('%s', (name) => {
    expect(secretNameFault(name)).toBeUndefined();
  });

  test.each([
    ['', 'a secret name has only letters, digits and underscores'],
    ['TE-TOKEN', 'a secret name has only letters, digits and underscores'],
    ['TÖKEN', 'a secret name has only letters, digits and underscores'],
    ['1X', "a secret name can't begin with a digit"],
    ['GITHUB_X', "a secret name can't begin with GITHUB_"],
    ['github_x', "a secret name can't begin with GITHUB_"],
    ['x'.repeat(256), 'a secret name has at most 255 characters'],
    ['rotation_write_test', 'ROTATION_WRITE_TEST is the secret that the write test deletes'],
  ])('%s is none', (name, fault) => {
    expect(secretNameFault(name)).toBe(fault);
  });
});

test('two lines are one secret where GitHub says so', () => {
  const key = (text: string) => {
    const line = lineFrom(text, 'TE_TOKEN');
    return keyOf(line.kind === 'target' ? line.target : line.pattern);
  };
  expect(key('Acme/Network/actions as te_token')).toBe(key('acme/network'));
  expect(key('acme/network/environments/PROD')).toBe(key('ACME/network/environments/prod'));
  expect(key('acme/network')).not.toBe(key('acme/network/dependabot'));
  expect(key('acme/network')).not.toBe(key('acme/network as OTHER'));
  expect(key('acme/network/environments/straße')).not.toBe(key('acme/network/environments/strasse'));
});

const owner = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/).filter((name) => name !== 'orgs');
const name = fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/).filter((text) => text !== '.' && text !== '..');
const environment = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter(
    (text) => text.isWellFormed() && text.trim() === text && !text.includes('*') && !['', '.', '..'].includes(text),
  );
const secret = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,30}$/).filter((text) => secretNameFault(text) === undefined);
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
      if (first.kind !== 'target') throw new Error('no pattern was given');
      expect(lineOf(first.target.store)).toBe(where);
      expect(first.target.secret).toBe(own);
      expect(lineFrom(labelOf(first.target, fallback), fallback)).toEqual(first);
    }),
    { numRuns: 1000 },
  );
});

test('whatever the line, it is a target, a pattern, or told', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), place), (text) => {
      let line: Line;
      try {
        line = lineFrom(text, 'TE_TOKEN');
      } catch (error) {
        expect(error).toBeInstanceOf(LineError);
        return;
      }
      const found = line.kind === 'target' ? line.target : line.pattern;
      expect(lineFrom(labelOf(found, 'TE_TOKEN'), 'TE_TOKEN')).toEqual(line);
      expect(secretsPath(found.store)).toMatch(/^\/(?:repos|orgs|user)[/\w.%!~*'()-]*\/secrets$/);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  [['acme/a', 'acme/b'], 2],
  [['acme/a', 'acme/b*'], Number.POSITIVE_INFINITY],
  [['acme/b*'], Number.POSITIVE_INFINITY],
])('the most that %j may find: %d', (lines, most) => {
  expect(mostTargets(lines.map((line) => lineFrom(line, 'TE_TOKEN')))).toBe(most);
});

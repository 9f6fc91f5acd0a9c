import { describe, expect, test } from '@jest/globals';
import { secretsPath } from '../../../src/targets/store.ts';
import {
  isOwnerName,
  isPattern,
  isRepositoryName,
  keyOf,
  labelOf,
  lineFrom,
  lineOf,
  nameFault,
  nextNameOf,
  recordNameOf,
  type Target,
} from '../../../src/targets/target.ts';
import { target } from '../support/fakes.ts';

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
    const found: Target = { store: store as Target['store'], secret: 'TE_TOKEN' };
    expect(lineFrom(line, 'te_token')).toEqual({ ok: true, value: found });
    expect(isPattern(found)).toBe(false);
    expect(secretsPath(found.store)).toBe(path);
    expect(lineOf(found.store)).toBe(line);
    expect(labelOf(found, 'te_token')).toBe(line);
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
    expect(lineFrom(line, 'T')).toEqual({ ok: true, value: { store, secret: 'T' } });
    expect(isPattern(target(line))).toBe(true);
  });
});

describe('another name for the secret', () => {
  const named = (text: string) => {
    const { store, secret } = target(text);
    return { place: lineOf(store), secret };
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
    const label = (text: string) => labelOf(target(text), 'te_token');
    expect(label('acme/network as TE_TOKEN')).toBe('acme/network');
    expect(label('acme/network/actions as x')).toBe('acme/network as X');
    expect(label('acme/a*/dependabot as x')).toBe('acme/a*/dependabot as X');
    expect(label('acme/network/environments/known as  it as TE_TOKEN')).toBe(
      'acme/network/environments/known as  it as TE_TOKEN',
    );
    expect(label('acme/network/environments/known as it is')).toBe('acme/network/environments/known as it is');
  });

  test('a name that is none is told with the way out', () => {
    expect(lineFrom('acme/network/environments/known as GITHUB_X', 'TE_TOKEN')).toEqual({
      ok: false,
      error:
        'a secret name can\'t begin with GITHUB_; if the place itself ends in "as GITHUB_X", add " as TE_TOKEN" behind it',
    });
  });
});

describe('what was probably meant is told', () => {
  const address = 'write it without the address of GitHub in front, like `acme/network`';
  test.each([
    ['acme/a, acme/b', 'one target per line, without commas'],
    ['acme/a,acme/b', 'one target per line, without commas'],
    ['orgs/acme, acme/b as X', 'one target per line, without commas'],
    ['acme/a,b/environments/x', 'one target per line, without commas'],
    ['https://github.com/acme/network', address],
    ['HTTP://gh.example/acme/network', address],
    ['github.com/acme/network', address],
    ['gh.acme.example/acme/network/dependabot', address],
    ['Orgs/acme', 'for an organization write `orgs/acme`'],
    ['ORGS/acme/dependabot', 'for an organization write `orgs/acme/dependabot`'],
    ['org/acme', 'for an organization write `orgs/acme`'],
    ['organization/acme', 'for an organization write `orgs/acme`'],
    ['Organisations/acme', 'for an organization write `orgs/acme`'],
    ['users/codespaces', "for the credential's own user write `user/codespaces`"],
    ['User/Codespaces', "for the credential's own user write `user/codespaces`"],
    ['acme/network/environment/live', 'for an environment write `acme/network/environments/NAME`'],
    ['acme/network/Environments/live', 'for an environment write `acme/network/environments/NAME`'],
  ])('%s', (line, error) => {
    expect(lineFrom(line, 'TE_TOKEN')).toEqual({ ok: false, error });
  });

  test.each(['acme/network/environments/a, b', 'org/acme/actions', 'acme/users', 'acme/my.network/dependabot'])(
    'nothing else was meant by %s',
    (line) => {
      expect(lineFrom(line, 'TE_TOKEN')).toMatchObject({ ok: true });
    },
  );
});

describe('nonsense is told', () => {
  const noOwner = 'it does not begin with an owner and a repository';
  const noRepository = 'the repository is missing, or its name has characters that GitHub does not allow';
  const noName = "the environment's name has characters that no name has";
  const noEnvironment = 'the name of the environment is missing';
  const stores =
    'a repository has actions, dependabot, codespaces, agents and environments/NAME, an organization actions, dependabot, codespaces, agents';
  test.each([
    ['', noOwner],
    ['/', noOwner],
    ['-acme/network', noOwner],
    ['ac me/network', noOwner],
    [`${'a'.repeat(101)}/network`, noOwner],
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
    ['acme/network/environments/\ud800', noName],
    ['acme/network/environments/a\u001b[31mb', noName],
    ['acme/network/environments/a\n::stop-commands::b', noName],
    ['acme/network/environments/a\u2028b', noName],
    ['acme/network/environments/a\u2029b', noName],
    ['acme/network/environments/a\u0085b', noName],
  ])('%j', (line, error) => {
    expect(lineFrom(line, 'TE_TOKEN')).toEqual({ ok: false, error });
  });

  test('the longest names are none', () => {
    for (const line of [`${'a'.repeat(100)}/n`, `acme/${'r'.repeat(100)}`, `acme/n/environments/${'e'.repeat(255)}`]) {
      expect(lineFrom(line, 'T')).toMatchObject({ ok: true });
    }
  });
});

describe('names of secrets and variables', () => {
  test.each(['TE_TOKEN', 'te_token', '_1', 'x'.repeat(255), 'MY_GITHUB_X', 'GITHUBX'])('%s', (name) => {
    expect(nameFault(name)).toBeUndefined();
  });

  test.each([
    ['', 'a secret name has only letters, digits and underscores'],
    ['TE-TOKEN', 'a secret name has only letters, digits and underscores'],
    ['TÖKEN', 'a secret name has only letters, digits and underscores'],
    ['A\n', 'a secret name has only letters, digits and underscores'],
    ['1X', "a secret name can't begin with a digit"],
    ['GITHUB_X', "a secret name can't begin with GITHUB_"],
    ['github_x', "a secret name can't begin with GITHUB_"],
    ['x'.repeat(256), 'a secret name has at most 255 characters'],
    ['rotation_write_test', 'ROTATION_WRITE_TEST is the secret that the write test deletes'],
  ])('%s is none', (name, fault) => {
    expect(nameFault(name)).toBe(fault);
  });
});

describe('names that a server gives are held to the same rules', () => {
  test.each(['acme', 'Octo-Org', 'a_b', '0', 'a'.repeat(100)])('an owner: %s', (name) => {
    expect(isOwnerName(name)).toBe(true);
  });
  test.each(['', '-a', '_a', 'a.b', 'a/b', '..', 'a b', 'a\n', '\na', '::stop-commands::x', 'ä', 'a'.repeat(101)])(
    'no owner: %j',
    (name) => {
      expect(isOwnerName(name)).toBe(false);
    },
  );
  test.each(['network', '.github', '-', '_x.y-Z', '...', 'r'.repeat(100)])('a repository: %s', (name) => {
    expect(isRepositoryName(name)).toBe(true);
  });
  test.each(['', '.', '..', 'a/b', '../b', 'a b', 'a\n', '::error::x', 'ä', 'a%2Fb', '*', 'r'.repeat(101)])(
    'no repository: %j',
    (name) => {
      expect(isRepositoryName(name)).toBe(false);
    },
  );
});

test('two lines are one secret where GitHub says so', () => {
  const key = (text: string) => keyOf(target(text));
  expect(key('Acme/Network/actions as te_token')).toBe(key('acme/network'));
  expect(key('acme/network/environments/PROD')).toBe(key('ACME/network/environments/prod'));
  expect(key('acme/network')).not.toBe(key('acme/network/dependabot'));
  expect(key('acme/network')).not.toBe(key('acme/network as OTHER'));
  expect(key('acme/network/environments/straße')).not.toBe(key('acme/network/environments/strasse'));
});

test("the names beside the home follow from its secret's", () => {
  expect(recordNameOf('TE_TOKEN')).toBe('TE_TOKEN_ROTATION');
  expect(nextNameOf('TE_TOKEN')).toBe('TE_TOKEN_NEXT');
});

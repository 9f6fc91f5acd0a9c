import { expect, test } from '@jest/globals';
import { homeReference } from '../../../src/rotation/home-reference.ts';
import { hiddenTarget } from '../../../src/targets/resolved-target.ts';
import { resolved, target } from '../support/fakes.ts';

const api = 'https://api.github.com';
const user = { name: 'Ada', accountGroup: undefined };

test('the home as messages name it, with the command that stores a token there', () => {
  expect(homeReference(resolved('acme/network as OTHER'), {}, user, api)).toEqual({
    publicName: 'acme/network as OTHER',
    setCommand: 'gh secret set OTHER --repo acme/network',
    user,
  });
});

test('an organization keeps who sees its secret, and another GitHub is named', () => {
  const { setCommand } = homeReference(
    resolved('orgs/acme'),
    { visibility: 'all' },
    undefined,
    'https://ghe.example/api/v3',
  );
  expect(setCommand).toBe('GH_HOST=ghe.example gh secret set TE_TOKEN --org acme --visibility all');
});

test('a name that must not be read stands in neither', () => {
  const hidden = hiddenTarget(target('acme/secret-plan'), target('acme/*'), 'TE_TOKEN');
  expect(JSON.stringify(homeReference(hidden, {}, undefined, api))).not.toContain('secret-plan');
});

import { describe, expect, test } from '@jest/globals';
import {
  describeTarget,
  hiddenTarget,
  namedTarget,
  publicTarget,
  withSecret,
} from '../../../src/targets/resolved-target.ts';
import { target } from '../support/fakes.ts';

const names = (line: string) => namedTarget(target(line), 'te_token');
const hides = (line: string, pattern: string) => hiddenTarget(target(line), target(pattern), 'TE_TOKEN');

describe('a target that may be named', () => {
  test.each([
    ['acme/network', 'acme/network', 'TE_TOKEN in the Actions secrets of acme/network'],
    ['acme/network/dependabot as x', 'acme/network/dependabot as X', 'X in the Dependabot secrets of acme/network'],
    [
      'acme/network/environments/live',
      'acme/network/environments/live',
      'TE_TOKEN in the environment "live" of acme/network',
    ],
    ['orgs/acme', 'orgs/acme', 'TE_TOKEN in the Actions secrets of the organization acme'],
    ['user/codespaces', 'user/codespaces', "TE_TOKEN in the Codespaces secrets of the credential's user"],
  ])('%s', (line, publicName, words) => {
    const resolved = names(line);
    expect(resolved).toEqual({ target: target(line), publicName, publicStore: target(line).store, isHidden: false });
    expect(describeTarget(resolved)).toBe(words);
    expect(publicTarget(resolved)).toEqual(target(line));
  });
});

describe("a pattern's find that must not be named", () => {
  test.each([
    ['acme/secret-plan', 'acme/s*', 'acme/s*', 'TE_TOKEN in the Actions secrets of acme/s*'],
    [
      'acme/secret-plan/agents as x',
      'acme/*/agents as x',
      'acme/*/agents as X',
      'X in the Copilot agents secrets of acme/*',
    ],
    [
      'acme/secret-plan/environments/live',
      'acme/s*/environments/live',
      'acme/s*/environments/live',
      'TE_TOKEN in the environment "live" of acme/s*',
    ],
  ])('%s, found by %s', (line, pattern, publicName, words) => {
    const resolved = hides(line, pattern);
    expect(resolved.target).toEqual(target(line));
    expect(resolved.publicName).toBe(publicName);
    expect(resolved.isHidden).toBe(true);
    expect(describeTarget(resolved)).toBe(words);
  });

  test('is not named by anything that is made for people', () => {
    const resolved = hides('acme/Secret-Plan', 'acme/s*');
    const { target: real, ...forPeople } = resolved;
    const words = [forPeople, describeTarget(resolved), publicTarget(resolved)];
    expect(JSON.stringify(words)).not.toMatch(/secret-plan/i);
    expect(JSON.stringify(real)).toMatch(/Secret-Plan/);
  });
});

describe('another secret in the same store', () => {
  test('of a target that may be named', () => {
    const probe = withSecret(names('acme/network as X'), 'ROTATION_WRITE_TEST');
    expect(probe).toEqual({
      target: { store: target('acme/network').store, secret: 'ROTATION_WRITE_TEST' },
      publicName: 'acme/network',
      publicStore: target('acme/network').store,
      isHidden: false,
    });
    expect(describeTarget(probe)).toBe('ROTATION_WRITE_TEST in the Actions secrets of acme/network');
  });

  test('of one that must not: it stays unnamed, and is the real one to write', () => {
    const probe = withSecret(hides('acme/secret-plan', 'acme/s*'), 'ROTATION_WRITE_TEST');
    expect(probe).toMatchObject({ publicName: 'acme/s*', publicStore: target('acme/s*').store, isHidden: true });
    expect(probe.target).toEqual({ store: target('acme/secret-plan').store, secret: 'ROTATION_WRITE_TEST' });
  });

  test('carries nothing else over', () => {
    const ready = { ...names('acme/network'), key: 'of the store' };
    expect(Object.keys(withSecret(ready, 'X')).toSorted()).toEqual(['isHidden', 'publicName', 'publicStore', 'target']);
  });
});

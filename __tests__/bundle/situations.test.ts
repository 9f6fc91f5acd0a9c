import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { asksForToken } from '../../sandbox/http/traffic.ts';
import { HOME, startWorld, type World } from '../../sandbox/world.ts';

/** What a user meets when something is wrong: the shipped bundle, both servers real, post included. */

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const asked = () =>
  world.requests.filter(({ method, server }) => server === 'thousandeyes' && method === 'POST').length;
const issued = () => world.thousandeyes.issued.at(-1);
const writes = () => world.requests.filter(({ method, server }) => server === 'github' && method !== 'GET').length;

describe('before anything changes', () => {
  const expectStop = async (options: Parameters<World['run']>[0], ...words: (string | RegExp)[]) => {
    const run = await world.run(options);
    expect(run.exitCode).toBe(1);
    for (const word of words) expect(run.log).toMatch(word);
    expect(run.outputs.rotated).toBe('false');
    expect(run.summary).toContain('❌');
    expect(asked()).toBe(0);
    expect(world.github.open(HOME)).toBe(world.currentToken);
    expect(run.post).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    return run;
  };

  test('ThousandEyes refuses the current token', async () => {
    await expectStop(
      { with: { 'thousandeyes-token': 'te-of-last-year' } },
      '401',
      'fresh run',
      /gh secret set TE_TOKEN --repo \S*acme\/network/,
    );
    expect(writes()).toBe(0);
  });

  test('what is still being read when that is found is not tried on behind the report', async () => {
    world.setup(['orgs/acme']);
    world.faults.add({ method: 'GET', path: '/ROTATION_WRITE_TEST', fault: { kind: 'delay', ms: 500 } });
    const { log } = await expectStop({ with: { targets: `${HOME}\nacme/gone\norgs/acme` } }, 'acme/gone');
    expect(log).not.toContain('trying again');
    expect(log.trimEnd().split('\n').at(-1)).toMatch(/^Why: /);
  });

  test('ThousandEyes answers with a page of a proxy', async () => {
    world.faults.add({ server: 'thousandeyes', fault: { kind: 'html', status: 200 } });
    await expectStop({}, 'proxy', 'https_proxy');
  });

  test('every problem is reported, not just the first', async () => {
    world.github.seed('acme/archived', { value: world.currentToken });
    world.github.addRepository('acme/archived', { archived: true });
    world.github.seed('acme/empty', { name: 'OTHER', value: 'x' });
    const targets = [
      HOME,
      'acme/gone',
      'acme/archived',
      'acme/empty',
      'acme/network/environments/Nowhere',
      'orgs/nobody',
    ].join('\n');
    const run = await expectStop(
      { with: { targets, 'thousandeyes-token': 'te-wrong' } },
      /acme\/gone.*404/,
      /acme\/archived.*archived/,
      /acme\/empty.*create-missing/s,
      /no environment .*Nowhere/,
      /nobody.*404/,
      'ThousandEyes answered 401',
    );
    expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(6);
    const results = JSON.parse(run.outputs.results ?? '[]') as { target: string; status: string; error?: string }[];
    expect(results.map(({ status }) => status)).toEqual([
      'unchanged',
      'failed',
      'failed',
      'failed',
      'failed',
      'failed',
    ]);
    for (const { error } of results.slice(1)) expect(error?.length).toBeLessThanOrEqual(200);
    expect(writes()).toBe(0);
  });

  test('a renamed repository is named by its new name, and no redirect is followed', async () => {
    world.setup(['acme/old']);
    world.github.repositories.rename('acme/old', 'new');
    await expectStop({ with: { targets: `${HOME}\nacme/old` } }, 'Put the new name acme/new into `targets`');
  });

  test("the workflow's own GITHUB_TOKEN", async () => {
    world.github.addCredential('ghs_workflow', { kind: 'workflow' });
    await expectStop({ with: { 'github-token': 'ghs_workflow' } }, 'GITHUB_TOKEN', 'Secrets: read and write');
  });

  test('a credential that is wrong is used for the first reads, and nothing is tried again', async () => {
    await expectStop(
      { with: { 'github-token': 'ghp_wrong' } },
      'Bad credentials',
      '`github-token` is wrong, expired or revoked',
    );
    const sent = world.requests.filter(({ server }) => server === 'github').map(({ path }) => path);
    expect(sent).toHaveLength(new Set(sent).size);
  });

  test('a credential that may read and not write', async () => {
    world.github.addCredential('github_pat_reader', {
      kind: 'fine-grained',
      permissions: { metadata: 'read', secrets: 'read', actions_variables: 'write' },
    });
    const run = await expectStop(
      { with: { 'github-token': 'github_pat_reader' } },
      /Testing whether acme\/network.* can be written/,
      'secrets=write',
      'Secrets: read and write',
    );
    expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
    expect(JSON.parse(run.outputs.results ?? '')[0]).toMatchObject({ status: 'failed' });
  });

  test('a token that is not authorized for single sign-on gets the link', async () => {
    world.github.addCredential('ghp_sso', { kind: 'classic', ssoRequired: ['acme'] });
    await expectStop({ with: { 'github-token': 'ghp_sso' } }, 'single sign-on', /https:\/\/github\.com\/orgs\/[^ ]+/);
  });

  test('several owners with a credential for one', async () => {
    world.setup(['octo-org/tools']);
    world.github.addCredential('ghs_app', { kind: 'app', owners: ['acme'] });
    await expectStop(
      { with: { 'github-token': 'ghs_app', targets: `${HOME}\nocto-org/tools` } },
      'a workflow for each owner',
    );
  });

  test('fewer selected repositories than GitHub counts', async () => {
    world.github.addRepository('acme/hidden', { private: true });
    world.github.seed('orgs/acme', {
      value: world.currentToken,
      visibility: 'selected',
      selected: ['network', 'hidden'],
    });
    const credential = world.github.credential(world.githubToken);
    if (credential) credential.hidden = ['acme/hidden'];
    await expectStop({ with: { targets: `${HOME}\norgs/acme` } }, /only 1 of the 2 selected repositories/);
  });

  test('a rate limit that can not carry all writes, and does not reset in time for the token', async () => {
    world.github.addCredential('ghs_app', { kind: 'app', limit: 12 });
    await expectStop({ with: { 'github-token': 'ghs_app' } }, 'Planning', /limit is 12 an hour/);
  });
});

describe('ThousandEyes on the request for a token', () => {
  test('403: the role lacks API access', async () => {
    const [account] = world.thousandeyes.accounts;
    if (account) account.apiAccess = false;
    const run = await world.run();
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/403.*"API access"/s);
    expect(world.thousandeyes.issued).toEqual([]);
    expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
  });

  test('within the overlap nothing is asked: the record knows until when', async () => {
    const workflow = world.workflow();
    expect(await workflow.run()).toMatchObject({ exitCode: 0, outputs: { rotated: 'true' } });
    world.later('3 days');
    const run = await workflow.run();
    expect(run).toMatchObject({ exitCode: 0, annotations: [], outputs: { rotated: 'false' } });
    expect(run.outputs['previous-valid-until']).toBe('');
    expect(run.log).toMatch(/possible after \d{4}-\d\d-\d\d/);
    expect([asked(), world.thousandeyes.issued.length]).toEqual([1, 1]);
  });

  test('409 with a record of no rotation: it may be the usual overlap, and nothing is to be revoked before', async () => {
    world.thousandeyes.create();
    const run = await world.run();
    expect(run).toMatchObject({ exitCode: 1, outputs: { rotated: 'false' } });
    expect(run.log).toMatch(/409.*Revoke nothing before/s);
    expect(world.github.secretNames(HOME)).toEqual(['TE_TOKEN']);
  });

  test('409 long after the overlap: someone made a second token, and all are to be revoked today', async () => {
    const workflow = world.workflow();
    await workflow.run();
    world.later('40 days');
    world.thousandeyes.create();
    const run = await workflow.run();
    expect(run).toMatchObject({ exitCode: 1, outputs: { rotated: 'false' } });
    expect(run.log).toMatch(/409.*Someone made a second/s);
    expect(run.log).not.toMatch(/Revoke nothing/);
  });

  test('429 is waited for as told', async () => {
    world.faults.add({
      server: 'thousandeyes',
      method: 'POST',
      times: 1,
      fault: { kind: 'status', status: 429, headers: { 'retry-after': '3' } },
    });
    const run = await world.run();
    expect(run.exitCode).toBe(0);
    expect(run.log).toMatch(/429.*asking again in 3 s/);
  }, 15_000);

  test('a 503 before it acted: asked again, and nothing is lost', async () => {
    world.faults.add({ server: 'thousandeyes', method: 'POST', times: 1, fault: { kind: 'status', status: 503 } });
    const run = await world.run();
    expect(run.exitCode).toBe(0);
    expect(world.github.open(HOME)).toBe(world.thousandeyes.issued.at(-1));
  }, 15_000);

  test('a new token that ThousandEyes does not say the end of', async () => {
    world.faults.add({
      server: 'thousandeyes',
      method: 'POST',
      times: 1,
      fault: {
        kind: 'status',
        status: 201,
        act: true,
        body: '{"bearerToken":"te-undated"}',
        contentType: 'application/hal+json',
      },
    });
    world.faults.add({
      server: 'thousandeyes',
      path: '/users/current',
      fault: { kind: 'status', status: 200, body: '{}', contentType: 'application/hal+json' },
    });
    const run = await world.run();
    expect(run.exitCode).toBe(0);
    expect(run.outputs['valid-until']).toBe('');
    expect(run.annotations.map(({ level }) => level)).toEqual(['warning']);
    expect(world.github.open(HOME)).toBe('te-undated');
  });

  test('a token that can not stand in a header is not stored', async () => {
    world.thousandeyes.nextToken = 'te with spaces\nand lines ::error::x';
    const run = await world.run();
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/cannot stand in an HTTP header/);
    expect(world.github.open(HOME)).toBe(world.currentToken);
    expect(run.post).toMatchObject({ exitCode: 0, stdout: '' });
  });
});

describe('the home and the others', () => {
  test('an organization keeps its visibility and all its selected repositories', async () => {
    const names = Array.from({ length: 230 }, (_, index) => `service-${index}`);
    for (const name of names) world.github.addRepository(`acme/${name}`, { private: true });
    world.github.seed('orgs/acme', { value: world.currentToken, visibility: 'selected', selected: names });
    const before = world.github.secret('orgs/acme')?.selectedRepositoryIds;
    expect(before).toHaveLength(230);
    const run = await world.run({ with: { targets: `${HOME}\norgs/acme` } });
    expect(run.exitCode).toBe(0);
    expect(world.github.secret('orgs/acme')).toMatchObject({ visibility: 'selected', selectedRepositoryIds: before });
    expect(world.github.open('orgs/acme')).toBe(world.thousandeyes.issued[0]);
  });

  test('all ten stores, and another name', async () => {
    const lines = [
      HOME,
      'acme/network/environments/Production EU/west',
      'acme/network/dependabot',
      'acme/network/codespaces',
      'acme/network/agents',
      'orgs/acme',
      'orgs/acme/dependabot',
      'orgs/acme/codespaces',
      'orgs/acme/agents',
      'user/codespaces',
      'acme/other as THOUSANDEYES_TOKEN',
    ];
    world.setup(lines.slice(1));
    const run = await world.run({ with: { targets: `# all of them\n\n${lines.join('\n')}` } });
    expect(run.exitCode).toBe(0);
    const [token] = world.thousandeyes.issued;
    for (const line of lines.slice(0, 10)) expect([line, world.github.open(line)]).toEqual([line, token]);
    expect(world.github.open('acme/other', 'THOUSANDEYES_TOKEN')).toBe(token);
    for (const line of lines.slice(0, 10)) expect(world.github.secretNames(line)).toEqual(['TE_TOKEN']);
  });

  test('a target that is deleted after the token was issued: all others are stored, and the step fails', async () => {
    world.setup(['acme/doomed', 'acme/other']);
    const stop = world.on(({ phase, request }) => {
      if (phase === 'acted' && asksForToken(request)) world.github.repositories.remove('acme/doomed');
    });
    const run = await world.run({ with: { targets: `${HOME}\nacme/doomed\nacme/other` } });
    stop();
    expect(run.exitCode).toBe(1);
    expect(run.outputs.rotated).toBe('true');
    expect(run.log).toMatch(/acme\/doomed.*404/);
    expect(world.variable().json?.behind).toHaveLength(1);
    expect(world.github.open('acme/other')).toBe(world.thousandeyes.issued[0]);
    expect(JSON.parse(run.outputs.results ?? '').map(({ status }: { status: string }) => status)).toEqual([
      'updated',
      'failed',
      'updated',
    ]);
  }, 30_000);

  test('a key that changed between reading and writing is fetched, and the token sealed anew', async () => {
    world.setup(['acme/other']);
    world.on(({ phase, request }) => {
      if (phase !== 'acted' || !asksForToken(request)) return;
      world.github.rotateKey('acme/other');
      world.github.rotateKey(HOME);
    });
    const run = await world.run({ with: { targets: `${HOME}\nacme/other` } });
    expect(run.exitCode).toBe(0);
    expect([world.github.open(HOME), world.github.open('acme/other')]).toEqual([
      world.thousandeyes.issued[0],
      world.thousandeyes.issued[0],
    ]);
  });

  test('an organization secret that is missing is never created', async () => {
    world.github.seed('orgs/acme', { name: 'OTHER', value: 'x' });
    const run = await world.run({ with: { targets: `${HOME}\norgs/acme`, 'create-missing': 'true' } });
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/gh secret set TE_TOKEN --org acme.*never created here/s);
    expect(asked()).toBe(0);
  });

  test('a missing repository or environment secret is created when asked for', async () => {
    world.github.addRepository('acme/fresh', { private: true });
    world.github.repositories.addEnvironment('acme/fresh', 'live');
    const targets = `${HOME}\nacme/fresh\nacme/fresh/environments/live`;
    const run = await world.run({ with: { targets, 'create-missing': 'true' } });
    expect(run.exitCode).toBe(0);
    expect(JSON.parse(run.outputs.results ?? '').map(({ status }: { status: string }) => status)).toEqual([
      'updated',
      'created',
      'created',
    ]);
    expect(world.github.open('acme/fresh/environments/live')).toBe(world.thousandeyes.issued[0]);
  });
});

describe('GitHub Enterprise Server', () => {
  test('has no codespaces and no agents, and says which', async () => {
    const enterprise = await startWorld({ enterprise: true });
    enterprise.setup(['acme/network/dependabot']);
    const refused = await enterprise.run({ with: { targets: `${HOME}\nacme/network/agents` } });
    expect(refused.log).toMatch('Or this GitHub has no agents secrets');
    const run = await enterprise.run({ with: { targets: `${HOME}\nacme/network/dependabot` } });
    expect(run.exitCode).toBe(0);
    expect(enterprise.github.url).toMatch(/\/api\/v3$/);
    await enterprise.close();
  });
});

describe('the record', () => {
  const due = { 'rotate-when-days-left': '30' };
  const workflow = (more: Record<string, string> = {}) => world.workflow({ with: { ...due, ...more } });

  test('not due: nothing is written, and the date is told', async () => {
    await workflow().run();
    world.later('20 days');
    const before = [asked(), writes()];
    const run = await workflow().run();
    expect(run).toMatchObject({ exitCode: 0, outputs: { rotated: 'false' } });
    expect(run.outputs['valid-until']).toBe(world.variable().json?.validUntil);
    expect([asked(), writes()]).toEqual(before);
  });

  test('due: rotated, and the record is renewed', async () => {
    await workflow().run();
    world.later('701 days');
    const run = await workflow().run();
    expect(run.outputs.rotated).toBe('true');
    expect(run.outputs['valid-until']).toBe(world.variable().json?.validUntil);
    expect(world.github.open(HOME)).toBe(issued());
  });

  test('a token that was stored by hand is of unknown age, so it is due', async () => {
    await workflow().run();
    world.later('20 days');
    for (const token of world.thousandeyes.activeTokens()) world.thousandeyes.revoke(token);
    world.github.seed(HOME, { value: world.thousandeyes.create() });
    world.later('1 minute');
    const run = await workflow().run();
    expect(run).toMatchObject({ exitCode: 0, outputs: { rotated: 'true' } });
    expect(run.annotations.map(({ level }) => level)).toEqual(['warning']);
    expect(world.github.open(HOME)).toBe(issued());
  });

  test.each(['soon', '{"v":2}', '{"v":1,"token":"mine"}'])(
    'one that says %s stops the run and is named',
    async (text) => {
      world.variable().seed(text);
      const run = await workflow().run();
      expect(run.exitCode).toBe(1);
      expect(run.log).toMatch(/TE_TOKEN_ROTATION/);
      expect([asked(), writes()]).toEqual([0, 0]);
    },
  );

  test('not due, but a target is behind: it gets the token', async () => {
    world.setup(['acme/other']);
    world.faults.add({
      method: 'PUT',
      path: '/acme/other/actions/secrets/TE_TOKEN',
      times: 1,
      fault: { kind: 'status', status: 404, body: '{"message":"Not Found"}' },
    });
    const both = { targets: `${HOME}\nacme/other` };
    expect(await workflow(both).run()).toMatchObject({ exitCode: 1, outputs: { rotated: 'true' } });
    world.later('1 day');
    expect(await workflow(both).run()).toMatchObject({ exitCode: 0, outputs: { rotated: 'false' } });
    expect(world.github.open('acme/other')).toBe(issued());
    expect(world.variable().json?.behind).toEqual([]);
  });

  test.each([
    ['may not be written', { metadata: 'read', secrets: 'write', actions_variables: 'read' }],
    ['may not be read', { metadata: 'read', secrets: 'write' }],
  ] as const)('%s: nothing is asked, and the permission is named', async (_, permissions) => {
    world.github.addCredential('github_pat_x', { kind: 'fine-grained', permissions });
    const run = await workflow({ 'github-token': 'github_pat_x' }).run();
    expect(run.exitCode).toBe(1);
    expect(run.log).toMatch(/TE_TOKEN_ROTATION.*"Variables: read and write"/s);
    expect([asked(), world.github.secretNames(HOME)]).toEqual([0, ['TE_TOKEN']]);
  });
});

import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { TrafficListener } from '../../sandbox/http/traffic.ts';
import { allOutput, type RunOptions, type RunResult, runAction, Step } from '../../sandbox/runner/runner.ts';
import { FakeAction } from './support/fake-action.ts';

async function run(main: string, options: RunOptions & { postScript?: string } = {}): Promise<RunResult> {
  using action = new FakeAction(main, options.postScript);
  return await runAction({ actionDir: action.folder, ...options });
}

/** A trigger's source of events; `send` plays a server's part. */
function events(): { on: RunOptions['on'] & object; listeners: Set<TrafficListener>; send(path: string): void } {
  const listeners = new Set<TrafficListener>();
  const request = {
    server: 'github' as const,
    method: 'GET',
    query: new URLSearchParams(),
    headers: {},
    body: '',
    at: 0,
  };
  return {
    listeners,
    on: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send: (path) => {
      for (const listener of listeners) listener({ phase: 'acted', request: { ...request, path } });
    },
  };
}

test('inputs become variables as the runner names them, defaults evaluated', async () => {
  const script = `say(JSON.stringify(Object.fromEntries(Object.entries(E).filter(([k]) => k.startsWith('INPUT_')))))`;
  const { stdout, annotations } = await run(script, {
    with: { 'thousandeyes-token': 'te', targets: 'a\nb', 'with spaces': true },
    context: { repository: 'acme/edge', apiUrl: 'http://127.0.0.1:1' },
  });
  expect(JSON.parse(stdout)).toEqual({
    'INPUT_THOUSANDEYES-TOKEN': 'te',
    'INPUT_THOUSANDEYES-TOKEN-NEXT': 'the line is missing',
    'INPUT_GITHUB-TOKEN': '',
    'INPUT_THOUSANDEYES-API-URL': 'https://api.example/v7',
    'INPUT_GITHUB-API-URL': 'http://127.0.0.1:1',
    INPUT_TARGETS: 'a\nb',
    INPUT_RECORD: '',
    INPUT_WITH_SPACES: 'true',
  });
  expect(annotations).toEqual([]);
});

test('an input that action.yml does not have is warned of and passed', async () => {
  const { annotations, stdout } = await run(`say(E['INPUT_TARGET'])`, { with: { target: 'x' } });
  expect(annotations).toEqual([{ level: 'warning', message: 'Unexpected input(s) target' }]);
  expect(stdout).toBe('x\n');
});

test('the environment is a clean one', async () => {
  process.env.SANDBOX_STRAY = 'x';
  const script = `const { PATH, ...rest } = E; say(JSON.stringify({ ...rest, exec: process.version, event: JSON.parse(fs.readFileSync(E.GITHUB_EVENT_PATH, 'utf8')) }))`;
  const { stdout } = await run(script, { env: { EXTRA: 'y' }, context: { runId: 9, event: { a: 1 } } });
  delete process.env.SANDBOX_STRAY;
  const seen = JSON.parse(stdout);
  expect(seen).toMatchObject({
    EXTRA: 'y',
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'acme/network',
    GITHUB_RUN_ID: '9',
    GITHUB_API_URL: 'https://api.github.com',
    event: { a: 1 },
    exec: expect.stringMatching(/^v24\./),
  });
  expect(seen).not.toHaveProperty('SANDBOX_STRAY');
  expect(seen.HOME).not.toBe(process.env.HOME);
});

test('outputs, state and summary are read from their files, also when the step fails', async () => {
  const script = `
    fs.appendFileSync(E.GITHUB_OUTPUT, 'rotated=true\\nresults<<X\\n[1,\\n2]\\nX\\nurl=a=b<<c\\nempty<<X\\nX\\n');
    fs.appendFileSync(E.GITHUB_STATE, 'journal<<Y\\n/x\\nY\\n');
    fs.appendFileSync(E.GITHUB_STEP_SUMMARY, '# Done\\n');
    process.exitCode = 3;`;
  const result = await run(script);
  expect(result).toMatchObject({
    exitCode: 3,
    signal: null,
    outputs: { rotated: 'true', results: '[1,\n2]', url: 'a=b<<c', empty: '' },
    state: { journal: '/x' },
    summary: '# Done\n',
  });
  expect(result).not.toHaveProperty('post');
});

test('a broken command file is an error', async () => {
  const { outputs, annotations } = await run(`fs.appendFileSync(E.GITHUB_OUTPUT, 'a<<X\\nb\\n')`);
  expect(outputs).toEqual({});
  expect(annotations[0]?.message).toContain("Matching delimiter not found 'X'");
});

test('a summary above a mebibyte is dropped', async () => {
  const { summary, annotations, commandFiles } = await run(
    `fs.appendFileSync(E.GITHUB_STEP_SUMMARY, 'x'.repeat(1024 * 1024 + 1))`,
  );
  expect([summary, commandFiles.summary.length]).toEqual(['', 1024 * 1024 + 1]);
  expect(annotations[0]?.level).toBe('error');
});

test('commands are rendered, debug is left out', async () => {
  const script = `
    say('::group::One');
    say('plain ::error::no command');
    say('::error title=A%3A b,line=1::first%0Asecond 100%25');
    say('::endgroup::');
    say('::warning::careful');
    say('::notice::so');
    say('::debug::hidden');
    say('::unknown::shown');
    say('::stop-commands::tok');
    say('::error::not now');
    say('::tok::');
    process.stdout.write('::notice::no newline');`;
  const { log, annotations } = await run(script);
  expect(log.split('\n')).toEqual([
    '##[group]One',
    'plain ::error::no command',
    'Error: first',
    'second 100%',
    '##[endgroup]',
    'Warning: careful',
    'Notice: so',
    '::unknown::shown',
    '::error::not now',
    'Notice: no newline',
  ]);
  expect(annotations).toEqual([
    { level: 'error', message: 'first\nsecond 100%', title: 'A: b' },
    { level: 'warning', message: 'careful' },
    { level: 'notice', message: 'so' },
    { level: 'notice', message: 'no newline' },
  ]);
  expect((await run(`say('::debug::shown')`, { env: { RUNNER_DEBUG: '1' } })).log).toBe('##[debug]shown');
});

test('annotations are cut, and ten of a level', async () => {
  const { annotations } = await run(`for (let i = 0; i < 12; i += 1) say('::warning::' + 'x'.repeat(5000));`);
  expect(annotations.map((annotation) => annotation.message.length)).toEqual(Array(10).fill(4096));
});

test('masks hide the value, its lines and its encodings from then on', async () => {
  const token = 'top"se&cret';
  const forms = [
    token,
    Buffer.from(token).toString('base64'),
    Buffer.from(token).subarray(1).toString('base64'),
    Buffer.from(token).subarray(2).toString('base64'),
    JSON.stringify(token).slice(1, -1),
    encodeURIComponent(token),
    'top&quot;se&amp;cret',
    'line-one',
    'line-two',
  ];
  const script = `
    say('before ' + ${JSON.stringify(token)});
    say('::add-mask::' + ${JSON.stringify(token)});
    say('::add-mask::line-one%0Aline-two');
    for (const form of ${JSON.stringify(forms)}) say('<' + form + form + '>');
    say('::error::' + ${JSON.stringify(token)});
    fs.appendFileSync(E.GITHUB_STEP_SUMMARY, 'see line-two\\n');`;
  const { log, annotations, masks, summary, stdout } = await run(script);
  expect(log.split('\n')).toEqual([`before ${token}`, ...forms.map(() => '<***>'), 'Error: ***']);
  expect(annotations[0]?.message).toBe('***');
  expect(masks).toEqual([token, 'line-one\nline-two']);
  expect(summary).toBe('see ***\n');
  expect(stdout).toContain(token);
  const hex = Buffer.from('secret-x').toString('hex');
  const shown = await run(`say('::add-mask::secret-x'); say('${hex} c2VjcmV0LXg')`);
  expect(shown.log).toBe(`${hex} c2VjcmV0LXg`);
});

test('secrets are masked from the start, in both stages', async () => {
  const { log, post } = await run(`say('a secret')`, { secrets: ['secret'], postScript: `say('the secret')` });
  expect([log, post?.log]).toEqual(['a ***', 'the ***']);
});

test('post finds the state, its own inputs and the same folder', async () => {
  const { post, files } = await run(
    `fs.writeFileSync(E.RUNNER_TEMP + '/journal', 'x', { mode: 0o600 });
     fs.appendFileSync(E.GITHUB_STATE, 'journal<<Y\\n/x\\nY\\n');
     process.kill(process.pid, 'SIGKILL');`,
    {
      with: { targets: 'main' },
      postWith: { targets: 'post' },
      postScript: `say([E.STATE_journal, E.INPUT_TARGETS, fs.readdirSync(E.RUNNER_TEMP)].join());
        fs.rmSync(E.RUNNER_TEMP + '/journal');
        fs.appendFileSync(E.GITHUB_STEP_SUMMARY, 'of post');`,
    },
  );
  expect(files).toEqual([{ path: 'journal', mode: 0o600, content: 'x' }]);
  expect(post).toMatchObject({ stdout: '/x,post,journal\n', summary: 'of post', files: [], exitCode: 0 });
  expect(await run('', { post: false, postScript: `say('x')` })).not.toHaveProperty('post');
});

test('what is left anywhere is found, and the folder is gone afterwards', async () => {
  const result = await run(
    `say(E.RUNNER_TEMP);
     fs.mkdirSync(E.RUNNER_TEMP + '/a/b', { recursive: true });
     fs.writeFileSync(E.RUNNER_TEMP + '/a/b/c', 'in-temp');
     fs.writeFileSync(E.HOME + '/h', 'in-home');
     fs.writeFileSync('w', 'in-workspace');
     fs.writeFileSync(E.TMPDIR + '/t', 'in-tmp');
     fs.appendFileSync(E.GITHUB_ENV, 'A=in-env\\n');
     fs.appendFileSync(E.GITHUB_OUTPUT, 'a=in-output\\n');
     process.stderr.write('in-stderr');
     say('::add-mask::in-mask');`,
    { postScript: `say('in-post')` },
  );
  expect(result.files.map((file) => file.path)).toEqual(['a/b/c']);
  expect(result.strays.map((file) => file.content).sort()).toEqual(['in-home', 'in-tmp', 'in-workspace']);
  const all = allOutput(result);
  for (const word of ['temp', 'home', 'workspace', 'tmp', 'env', 'output', 'stderr', 'post'])
    expect(all).toContain(`in-${word}`);
  expect(all).not.toContain('in-mask');
  expect(existsSync(result.stdout.split('\n')[0] ?? '')).toBe(false);
});

test('a cancel interrupts, terminates, then kills', async () => {
  const source = events();
  const stubborn = `
    process.on('SIGINT', () => say('INT'));
    process.on('SIGTERM', () => say('TERM'));
    setInterval(() => {}, 1000);
    say('ready');`;
  const ready = Promise.withResolvers<void>();
  const { stdout, signal, durationMs } = await run(stubborn, {
    on: source.on,
    onSpawn: (child) => child.stdout?.once('data', ready.resolve),
    cancel: { at: ready.promise, terminateAfter: 500, killAfter: 500 },
  });
  expect([stdout, signal]).toEqual(['ready\nINT\nTERM\n', 'SIGKILL']);
  expect(durationMs).toBeGreaterThanOrEqual(999);
  expect(source.listeners.size).toBe(0);
});

test('without a handler the first signal ends it, and nothing follows', async () => {
  const source = events();
  const { signal } = await run(`say('ready'); setInterval(() => {}, 1000)`, {
    on: source.on,
    onSpawn: (child) => child.stdout?.once('data', () => source.send('/wait')),
    cancel: { at: (event) => event.request.path === '/wait' },
  });
  expect(signal).toBe('SIGINT');
});

test('a kill comes at the first event that fits, once', async () => {
  const source = events();
  const killed = await run(`say('ready'); setInterval(() => {}, 1000)`, {
    on: source.on,
    onSpawn: (child) => {
      source.send('/other');
      expect(child.killed).toBe(false);
      source.send('/now');
      expect(child.killed).toBe(true);
    },
    kill: (event) => event.request.path === '/now',
    postScript: `say('post ran')`,
  });
  expect([killed.signal, source.listeners.size]).toEqual(['SIGKILL', 0]);
  expect(killed.post).toMatchObject({ exitCode: 0, log: 'post ran' });
});

test('a process that never ends is given up on', async () => {
  const result = await run('setInterval(() => {}, 1000)', { timeout: 50 });
  expect(result).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
});

test('post may start while main still lives', async () => {
  using action = new FakeAction(
    `fs.appendFileSync(E.GITHUB_STATE, 'pid=' + process.pid + '\\n');
     process.on('SIGUSR2', () => process.exit(0));
     setInterval(() => {}, 1000);
     say('ready');`,
    `process.kill(Number(E.STATE_pid), 'SIGUSR2'); say('post')`,
  );
  const ready = Promise.withResolvers<void>();
  const onSpawn: RunOptions['onSpawn'] = (child) => child.stdout?.once('data', ready.resolve);
  const step = new Step({ actionDir: action.folder, onSpawn });
  const main = step.main();
  await ready.promise;
  expect((await step.post()).log).toBe('post');
  expect(await main).toMatchObject({ exitCode: 0, log: 'ready' });
  step.dispose();
});

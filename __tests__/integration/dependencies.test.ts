import { expect, test } from '@jest/globals';
import { inputsFrom } from '../../src/action/inputs.ts';
import { connectMain, connectPost, realWiring, type Wiring } from '../../src/dependencies.ts';
import { Secret } from '../../src/lib/secret.ts';
import { outcomeOf } from '../../src/rotation/outcome.ts';
import { FakeClock } from '../unit/support/fake-clock.ts';
import { FakeWorkflow, resolved } from '../unit/support/fakes.ts';
import { environmentWith, tokens } from '../unit/support/step-run.ts';
import { day, now } from '../unit/support/time.ts';

const recovery = {
  next: resolved('acme/network as TE_TOKEN_NEXT'),
  body: { encrypted_value: 'c2VhbGVk', key_id: '7' },
  previousUntil: now + 14 * day,
};

/** The real wiring of a main step, but for its clock and its signals. */
function wired() {
  const workflow = new FakeWorkflow();
  const environment = environmentWith({
    ...tokens,
    'thousandeyes-token-next': '',
    'github-api-url': 'https://ghes.acme.example/api/v3',
  });
  const inputs = inputsFrom(environment);
  if (!inputs.ok) throw new Error(inputs.error.join('\n'));
  const cancels: (() => void)[] = [];
  const wiring: Wiring = { ...realWiring, clock: new FakeClock({ now }), onCancel: (cancel) => cancels.push(cancel) };
  return { workflow, environment, wiring, cancels, main: connectMain(inputs.value, environment, workflow, wiring) };
}

test('the wiring of main announces the command that keeps the token in the summary, or in the log where there is none', () => {
  const { workflow, main } = wired();
  const command = 'gh api --method PUT --hostname ghes.acme.example repos/acme/network/actions/secrets/TE_TOKEN_NEXT';
  main.announce(recovery);
  expect(workflow.summaries).toEqual([expect.stringContaining(command)]);
  expect(workflow.lines).toEqual([]);
  workflow.broken.add('summary');
  main.announce(recovery);
  expect(workflow.lines.join('\n')).toContain(command);
  main.close();
});

test('the wiring of main hears a cancel, and begins its time at once', () => {
  const { main, cancels, wiring } = wired();
  expect(main.startedAt).toBe(wiring.clock.monotonic());
  expect(main.cancellation.now.aborted).toBe(false);
  for (const cancel of cancels) cancel();
  expect(main.cancellation.now.aborted).toBe(true);
  main.close();
});

test('the wiring of post announces in its own summary, reports without outputs, and hears a cancel', () => {
  const { workflow, environment, wiring, cancels } = wired();
  const settings = { githubUrl: 'https://api.github.com', githubToken: new Secret('ghp_of-the-wiring') };
  const { announce, cancellation, report, close } = connectPost(settings, environment, workflow, wiring);
  announce(recovery);
  expect(workflow.summaries).toEqual([expect.stringContaining('gh api --method PUT repos/acme/network/actions')]);
  report(outcomeOf('rotate', 'It is done.', { rotated: true }));
  expect(workflow.summaries).toHaveLength(2);
  expect(workflow.outputs).toEqual({});
  cancels.at(-1)?.();
  expect(cancellation.now.aborted).toBe(true);
  close();
});

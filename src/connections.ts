import { type Cancellation, createCancellation } from './cancellation.ts';
import { systemClock } from './clock.ts';
import { credentialKind, servesOneOwner } from './credential.ts';
import { GitHub } from './github.ts';
import type { Asker } from './github-problems.ts';
import { createSend, type Send } from './http.ts';
import type { Log } from './log.ts';
import { octokitFor } from './octokit.ts';
import { createPace, inFlightFor } from './pace.ts';
import type { RetryPorts } from './retry.ts';
import type { Secret } from './secret.ts';
import { SecretStore } from './secret-store.ts';
import { ownerOf } from './store.ts';
import type { Target } from './target.ts';
import { VariableStore } from './variable-store.ts';

/** The outside world of a step: both APIs, time, and the signals with which the runner cancels. */
export interface Connections extends RetryPorts {
  readonly send: Send;
  readonly github: GitHub;
  readonly secrets: SecretStore;
  readonly variables: VariableStore;
  readonly cancellation: Cancellation;
}

export function connect(githubUrl: string, credential: Secret, log: Log, targets: number): Connections {
  const clock = systemClock;
  const { cancellation, cancel } = createCancellation(clock);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const) process.on(signal, cancel);
  const send = createSend(clock, inFlightFor(targets));
  const retry = { clock, log, cancellation };
  const github = new GitHub(githubUrl, credential, {
    ...retry,
    send,
    pace: createPace(inFlightFor(targets)),
    octokit: octokitFor(githubUrl, credential),
  });
  return { ...retry, send, github, secrets: new SecretStore(github), variables: new VariableStore(github) };
}

/** What problem texts need to know of the credential, seen beside the targets. */
export function askerOf(credential: Secret, targets: readonly Target[]): Asker {
  const kind = credentialKind(credential);
  const owners = new Set(targets.map(({ store }) => ownerOf(store)));
  return { kind, severalOwners: servesOneOwner(kind) && owners.size > 1 };
}

import { handedNow, isAlive, queuedRun, type Run, type State, type Token, withActive, withHome } from './state.ts';

/** What an exploration lets happen beside the runs. */
export interface Setting {
  readonly modes: readonly Run['mode'][];
  /** So many runs at once, under way or in the queue; a concurrency group lets one work at a time. */
  readonly atOnce: number;
  /** Whether runs may be started again, with what they were given then. */
  readonly hasReruns: boolean;
}

export interface Act {
  readonly label: string;
  readonly state: State;
}

const name = (token: Token) => `token ${token}`;

/** What people and time may do now. */
export function actsOf(state: State, setting: Setting): Act[] {
  const queued = queuings(state, setting);
  // People act between runs; what they do while one waits in the queue for days is left to the documentation.
  if (state.left.acts === 0 || state.under.length > 0) return queued;
  const left = { ...state.left, acts: state.left.acts - 1 };
  return [...queued, ...byPeople({ ...state, left }), ...byTime({ ...state, left })];
}

function queuings(state: State, { modes, atOnce, hasReruns }: Setting): Act[] {
  if (state.left.runs === 0 || state.under.length >= atOnce) return [];
  const left = { ...state.left, runs: state.left.runs - 1 };
  const queue = (label: string, run: Run): Act => ({
    label: `${label} ${run.mode} (given ${run.hand}, ${run.next ?? 'nothing'})`,
    state: { ...state, left, under: [...state.under, run] },
  });
  return modes.flatMap((mode) => [
    queue('queue', queuedRun(mode, handedNow(state))),
    ...(hasReruns ? state.past.map((handed) => queue('queue re-run of', queuedRun(mode, handed, true))) : []),
  ]);
}

function byPeople(state: State): Act[] {
  const { home, active, next, record } = state;
  const acts: Act[] = [
    { label: `${name(home.token)} stored again, or settings changed`, state: withHome(state, home.token) },
  ];
  for (let old = 1; old < home.token; old++)
    acts.push({ label: `Terraform writes ${name(old)} back`, state: withHome(state, old) });
  if (state.unborn <= 6) acts.push(...newTokens(state));
  for (const { token } of active) acts.push({ label: `a person revokes ${name(token)}`, state: revoked(state, token) });
  if (next !== undefined) acts.push({ label: 'a person deletes _NEXT', state: { ...state, next: undefined } });
  if (record !== undefined) acts.push({ label: 'a person deletes the record', state: { ...state, record: undefined } });
  return acts;
}

/** A person creates a token and stores it; where two are there, one is revoked first. */
function newTokens(state: State): Act[] {
  const { active } = state;
  if (active.length < 2) return [{ label: 'a person creates a token and stores it', state: createdByHand(state) }];
  return active.map(({ token }) => ({
    label: `a person revokes ${name(token)}, creates a token and stores it`,
    state: createdByHand(revoked(state, token)),
  }));
}

export function revoked(state: State, token: Token): State {
  return { ...state, active: state.active.filter((each) => each.token !== token) };
}

export function createdByHand(state: State): State {
  const token = state.unborn;
  const created = withActive(state, ...state.active, { token, isDying: false });
  return { ...withHome(created, token), unborn: token + 1, byHand: [...state.byHand, token] };
}

function byTime(state: State): Act[] {
  const { active, next, record } = state;
  const isChanging =
    active.some(({ isDying }) => isDying) ||
    (next !== undefined && !next.isOld) ||
    record?.overlap === 'to come' ||
    record?.overlap === 'unknown';
  return isChanging ? [{ label: '15 days pass', state: fifteenDaysLater(state) }] : [];
}

export function fifteenDaysLater(state: State): State {
  const { active, next, record } = state;
  const longAfter = {
    'to come': 'over',
    over: 'over',
    unknown: 'unknown for long',
    'unknown for long': 'unknown for long',
  } as const;
  return {
    ...state,
    active: active.filter(({ isDying }) => !isDying),
    next: next && { ...next, isOld: true },
    record: record && { ...record, overlap: longAfter[record.overlap] },
  };
}

/** Whether a person could have the only use of a token: alive, newer than the home's, and not theirs to lose. */
export function isWanted(state: State, token: Token): boolean {
  const { home, excused, byHand } = state;
  return isAlive(state, token) && token > home.token && !excused.includes(token) && !byHand.includes(token);
}

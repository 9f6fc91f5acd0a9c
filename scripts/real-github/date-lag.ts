import { createSealer, publicKeyFrom } from '../../src/github/sealed-box.ts';

/** How long the action waits for a secret's date to move, in s. */
const PATIENCE = 90;
/** A secret and a variable that are there for a moment only. */
const NAME = 'ROTATION_DATE_TEST';
const PAUSE = 500;

export type Lags = { secret: number; variable: number };

/** How long GitHub goes on showing the date of before, once it has taken a write; in whole seconds, by its own clock. */
export async function dateLags(api: string, repository: string, token: string): Promise<Lags> {
  const at = `${api}/repos/${repository}/actions`;
  const ask: Ask = (method, path, body) => {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return fetch(`${at}/${path}`, { method, headers: { authorization: `token ${token}` }, ...content });
  };
  const key = publicKeyFrom(await (await ask('GET', 'secrets/public-key')).json());
  const sealed = key === undefined ? undefined : (await createSealer()).seal('It holds nothing.', key);
  if (key === undefined || !sealed?.ok) throw new Error('Nothing can be sealed for the repository');
  const value = { encrypted_value: sealed.value.value, key_id: key.keyId };
  const writeSecret = () => ask('PUT', `secrets/${NAME}`, value);
  const makeVariable = () => ask('POST', 'variables', { name: NAME, value: 'It holds nothing.' });
  const writeVariable = () => ask('PATCH', `variables/${NAME}`, { value: 'It holds nothing.' });
  try {
    const secret = await lagOf(`secrets/${NAME}`, writeSecret, writeSecret, ask);
    const variable = await lagOf(`variables/${NAME}`, makeVariable, writeVariable, ask);
    return { secret, variable };
  } finally {
    for (const kind of ['secrets', 'variables']) await ask('DELETE', `${kind}/${NAME}`);
  }
}

type Ask = (method: string, path: string, body?: object) => Promise<Response>;
type Write = () => Promise<Response>;

/** Writes twice, in different seconds, and reads until the second write shows. */
async function lagOf(path: string, create: Write, change: Write, ask: Ask): Promise<number> {
  await taken(create);
  const before = await settled(path, ask);
  const written = clockOf(await taken(change));
  for (;;) {
    const read = await ask('GET', path);
    const lag = Math.round((clockOf(read) - written) / 1000);
    if (lag > 2 * PATIENCE || (await dateIn(read)) !== before) return lag;
    await pause();
  }
}

/** The date, once it is read at least two seconds after it. */
async function settled(path: string, ask: Ask): Promise<string> {
  for (;;) {
    const read = await ask('GET', path);
    const date = read.ok ? await dateIn(read) : '';
    if (date !== '' && clockOf(read) >= Date.parse(date) + 2000) return date;
    await pause();
  }
}

async function taken(write: Write): Promise<Response> {
  const answer = await write();
  if (!answer.ok) throw new Error(`${new URL(answer.url).pathname}: ${answer.status}`);
  return answer;
}

async function dateIn(answer: Response): Promise<string> {
  return ((await answer.json()) as { updated_at: string }).updated_at;
}

/** In ms since the epoch, in whole seconds. */
function clockOf(answer: Response): number {
  return Date.parse(answer.headers.get('date') ?? '');
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE));
}

// node scripts/real-github/date-lag.ts
if (import.meta.main) {
  const { GITHUB_API_URL: api = '', REPOSITORY: repository = '', GH_TOKEN: token = '' } = process.env;
  const lags = await dateLags(api, repository, token);
  for (const [what, lag] of Object.entries(lags))
    console.log(`::notice::The new date of a ${what} shows after ${lag} s`);
  process.exitCode = Object.values(lags).every((lag) => lag <= PATIENCE) ? 0 : 1;
}

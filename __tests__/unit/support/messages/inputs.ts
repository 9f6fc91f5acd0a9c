import { inputsFrom } from '../../../../src/action/inputs.ts';
import { guard as guardStep } from '../../../../src/guard/guard.ts';
import { judgeValidity } from '../../../../src/guard/validity.ts';
import { day, now } from '../time.ts';
import { type Chapter, error, type Said, type Situation, warning } from './manuscript.ts';

const right = {
  'thousandeyes-token': 'te-of-the-messages',
  'thousandeyes-token-next': '',
  'github-token': 'ghp_of-the-messages',
};
const defaults = { repository: 'acme/network', githubUrl: 'https://api.github.com', variables: {} };

/** The faults of inputs that are right but for these. */
function faults(title: string, ...wrong: readonly Record<string, string | undefined>[]): Situation {
  return {
    title,
    say: () =>
      wrong.flatMap((given) => {
        const inputs: Record<string, string | undefined> = { ...right, ...given };
        const read = inputsFrom({ ...defaults, input: (name) => inputs[name] });
        if (read.ok) throw new Error(`nothing is wrong with ${JSON.stringify(given)}`);
        return read.error.map(error);
      }),
  };
}

const each = (name: string, values: readonly string[]) => values.map((value) => ({ [name]: value }));

function guarded(title: string, ...given: readonly Record<string, string>[]): Situation {
  return {
    title,
    say: () =>
      given.flatMap((inputs): Said[] => {
        const isFromFork = () => inputs.record === '' && inputs.fork === 'yes';
        const { notice, warning: warned, errors } = judgeValidity((name) => inputs[name], isFromFork, now);
        return [
          ...errors,
          ...(warned === undefined ? [] : [{ warned }]),
          ...(notice === undefined ? [] : [{ kind: 'notice', text: notice } as const]),
        ];
      }),
  };
}

const token = 'sha256:9f86d081884c7d65';
const recorded = (fields: Record<string, unknown>) => ({ record: JSON.stringify({ v: 1, token, ...fields }) });
const until = (days: number) => recorded({ validUntil: new Date(now + days * day).toISOString() });

export const inputs: Chapter = {
  title: 'An input is wrong',
  situations: [
    faults('A credential is empty', { 'thousandeyes-token': '', 'github-token': '' }),
    faults('The home is gone, and a token is beside it', {
      'thousandeyes-token': '',
      'thousandeyes-token-next': 'te-token-of-an-earlier-run',
    }),
    faults(
      'A credential has the wrong form',
      ...each('thousandeyes-token', ['Bearer te-x', 'token te-x', 'te-\nx', '"te-x"', 'te x']),
    ),
    faults(
      'The line of the next token is missing, or holds another credential',
      { 'thousandeyes-token-next': undefined },
      ...each('thousandeyes-token-next', ['ghp_of-someone', right['github-token']]),
    ),
    faults('… or both are the same', {
      'thousandeyes-token-next': 'a-token-of-no-kind',
      'github-token': 'a-token-of-no-kind',
    }),
    faults(
      'The credentials are swapped, or the same',
      { 'thousandeyes-token': 'ghp_of-the-messages', 'github-token': '0e44c1c4-3cc9-4c1e-9f3e-9c86a1d1b8e5' },
      { 'github-token': right['thousandeyes-token'] },
    ),
    faults(
      'secret-name',
      ...each('secret-name', [
        'TE-TOKEN',
        '2_TE',
        'GITHUB_TE',
        'X'.repeat(256),
        'ROTATION_WRITE_TEST',
        `ghp_${'a1B2'.repeat(9)}`,
      ]),
    ),
    faults('mode', { mode: 'rotat' }),
    faults('create-missing and expose-token', { 'create-missing': 'yes', 'expose-token': '1' }),
    faults('rotate-when-days-left', { 'rotate-when-days-left': '14' }),
    faults(
      'An address of an API',
      ...each('github-api-url', [
        'github',
        'https://ada:secret@ghe.example',
        'https://ghe.example/?x=1',
        'http://ghe.example',
      ]),
      { 'thousandeyes-api-url': 'https://api.thousandeyes.com/v6' },
    ),
  ],
};

export const targetLines: Chapter = {
  title: 'A line of targets is wrong',
  situations: [
    faults('There is none', { targets: '# none' }),
    faults(
      'The home',
      ...each('targets', ['acme/net*', 'acme/network/dependabot', `acme/network as ${'X'.repeat(250)}`]),
    ),
    faults('A target has a name that is needed beside the home', {
      targets: 'acme/network\nacme/edge as TE_TOKEN_NEXT',
    }),
    faults(
      'A line names no store',
      ...each(
        'targets',
        [
          'acme',
          'acme/a, acme/b',
          'https://github.com/acme/network',
          'org/acme',
          'users/codespaces',
          'acme/network/environment/x',
          'ac*/network',
          'acme/network/environments/',
          `acme/network/environments/${'x'.repeat(256)}`,
          'acme/network/environments/prod*',
          'acme/network/environments/a\u0001b',
          'acme/net work',
          'acme/network/secrets',
          'acme/network as 2_TE',
          '-acme/network',
        ].map((line) => `acme/home\n${line}`),
      ),
    ),
  ],
};

export const guard: Chapter = {
  title: 'The guard',
  situations: [
    {
      title: 'Its output cannot be written',
      say: () => {
        const lines: string[] = [];
        const given: Record<string, string> = until(200);
        guardStep({ input: (name) => given[name], variables: {} }, now, (line) => lines.push(line));
        return lines.map((line) => warning(line.replace('::warning::', '')));
      },
    },
    guarded('Nothing has replaced the token, 80 days before its end', until(80)),
    guarded('… 20 days before its end', until(20)),
    guarded('… and it is over', until(-2)),
    guarded('A token that was stored by hand', recorded({})),
    guarded('A rehearsal wrote the record', { record: '{"v":1}' }),
    guarded('A pull request from a fork', { record: '', fork: 'yes' }),
    guarded(
      'An input is wrong',
      { record: '' },
      { record: 'soon' },
      { record: 'x'.repeat(40) },
      { record: '{"v":2}' },
      recorded({ validUntil: 'soon' }),
      recorded({ validUntil: 7 }),
      { ...until(200), 'warn-when-days-left': 'ninety' },
      { ...until(200), 'warn-when-days-left': '10', 'fail-when-days-left': '20' },
    ),
  ],
};

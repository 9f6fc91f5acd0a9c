import { inputsFrom } from '../../../src/action/inputs.ts';

type Given = Record<string, string | undefined>;

const defaults = { repository: 'acme/network', githubUrl: 'https://api.github.com', variables: {} };
const right = {
  'thousandeyes-token': 'te-of-the-inputs',
  'thousandeyes-token-next': '',
  'github-token': 'ghp_of-the-inputs',
};

/** What is read of inputs that are right but for these; undefined is one that is not given. */
export function from(given: Given, around: Partial<typeof defaults & { variables: Given }> = {}) {
  const all: Given = { ...right, ...given };
  return inputsFrom({ ...defaults, ...around, input: (name) => all[name] });
}

/** The inputs, where nothing is wrong with them. */
export function good(given: Given = {}) {
  const result = from(given);
  if (!result.ok) throw new Error(result.error.join('\n'));
  return result.value;
}

export function faults(given: Given): readonly string[] {
  const result = from(given);
  return result.ok ? [] : result.error;
}

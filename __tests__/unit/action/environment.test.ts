import { expect, test } from '@jest/globals';
import { environmentFrom } from '../../../src/action/environment.ts';

test('the environment says what the runner set: inputs, trimmed, and where the run is', () => {
  const variables = {
    'INPUT_GITHUB-TOKEN': '  ghp_x \n',
    INPUT_WITH_SPACES: 'yes',
    INPUT_EMPTY: '',
    GITHUB_REPOSITORY: 'acme/network',
    GITHUB_RUN_ID: '4711',
    GITHUB_RUN_ATTEMPT: '12',
    GITHUB_SERVER_URL: 'https://ghes.acme.example',
    GITHUB_API_URL: 'https://ghes.acme.example/api/v3',
    RUNNER_TEMP: '/tmp/x',
  };
  const environment = environmentFrom(variables);
  expect(environment.input('github-token')).toBe('ghp_x');
  expect(environment.input('with spaces')).toBe('yes');
  expect(environment.input('empty')).toBe('');
  expect(environment.input('none')).toBeUndefined();
  expect(environment).toMatchObject({
    repository: 'acme/network',
    isRerun: true,
    runUrl: 'https://ghes.acme.example/acme/network/actions/runs/4711',
    githubUrl: 'https://ghes.acme.example/api/v3',
    temp: '/tmp/x',
    variables,
  });
});

test.each([{}, { GITHUB_API_URL: '', GITHUB_SERVER_URL: '' }])(
  'what the runner leaves out of the environment is empty, but for github.com: %j',
  (variables) => {
    expect(environmentFrom(variables)).toMatchObject({
      repository: '',
      isRerun: false,
      githubUrl: 'https://api.github.com',
      temp: '',
    });
  },
);

test('the page of a run is at github.com where the runner names no other server', () => {
  const { runUrl } = environmentFrom({ GITHUB_REPOSITORY: 'acme/network', GITHUB_RUN_ID: '1', GITHUB_SERVER_URL: '' });
  expect(runUrl).toBe('https://github.com/acme/network/actions/runs/1');
});

test.each(['', '0', '1', '-2', '2x', 'x2'])('%j is no later attempt', (text) => {
  expect(environmentFrom({ GITHUB_RUN_ATTEMPT: text }).isRerun).toBe(false);
});

import { expect, test } from '@jest/globals';
import { environmentFrom } from '../../../src/action/environment.ts';

test('the environment says what the runner set: inputs, trimmed, and where the run is', () => {
  const variables = {
    'INPUT_GITHUB-TOKEN': '  ghp_x \n',
    INPUT_WITH_SPACES: 'yes',
    INPUT_EMPTY: '',
    GITHUB_REPOSITORY: 'acme/network',
    GITHUB_RUN_ID: '4711',
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
    runId: '4711',
    githubUrl: 'https://ghes.acme.example/api/v3',
    temp: '/tmp/x',
    variables,
  });
});

test.each([{}, { GITHUB_API_URL: '' }])(
  'what the runner leaves out of the environment is empty, but for github.com: %j',
  (variables) => {
    expect(environmentFrom(variables)).toMatchObject({
      repository: '',
      runId: '',
      githubUrl: 'https://api.github.com',
      temp: '',
    });
  },
);

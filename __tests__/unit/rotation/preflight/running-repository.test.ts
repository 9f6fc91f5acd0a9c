import { expect, test } from '@jest/globals';
import { isKnownPrivate } from '../../../../src/rotation/preflight/running-repository.ts';
import { gitHubAnswer } from '../../support/fakes.ts';
import { type SceneOptions, sceneOf } from '../../support/scene.ts';

/** Whether it is known, and which repositories were read for it. */
async function known(options: SceneOptions, repository = 'acme/network') {
  const { dependencies } = sceneOf(options);
  const read: string[] = [];
  const isKnown = await isKnownPrivate({
    ...dependencies,
    run: { ...dependencies.run, repository },
    repositories: {
      ...dependencies.repositories,
      read: (owner, name) => {
        read.push(`${owner}/${name}`);
        return dependencies.repositories.read(owner, name);
      },
    },
  });
  return { isKnown, read };
}

test('GitHub says that the running repository is private', async () => {
  expect(await known({ repositories: { 'acme/network': { isPrivate: true } } })).toEqual({
    isKnown: true,
    read: ['acme/network'],
  });
});

test('GitHub says that it is not', async () => {
  expect((await known({ repositories: { 'acme/network': { isPrivate: false } } })).isKnown).toBe(false);
});

test('what cannot be read is not known to be private', async () => {
  expect((await known({ repositories: { 'acme/network': gitHubAnswer(404) } })).isKnown).toBe(false);
});

test.each(['', 'acme', '/network', 'acme/'])('a run without a repository, %j, asks nothing', async (repository) => {
  expect(await known({}, repository)).toEqual({ isKnown: false, read: [] });
});

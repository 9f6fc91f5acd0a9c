import { expect, test } from '@jest/globals';
import { isPrivate } from '../../../../src/rotation/preflight/running-repository.ts';
import { gitHubAnswer } from '../../support/fakes.ts';
import { type SceneOptions, sceneOf } from '../../support/scene.ts';

/** What is known of it, and which repositories were read for that. */
async function known(options: SceneOptions, repository = 'acme/network') {
  const { dependencies } = sceneOf(options);
  const read: string[] = [];
  const known = await isPrivate({
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
  return { known, read };
}

test('GitHub says that the running repository is private', async () => {
  expect(await known({ repositories: { 'acme/network': { isPrivate: true } } })).toEqual({
    known: { ok: true, value: true },
    read: ['acme/network'],
  });
});

test('GitHub says that it is not', async () => {
  expect((await known({ repositories: { 'acme/network': { isPrivate: false } } })).known).toEqual({
    ok: true,
    value: false,
  });
});

test('what cannot be read is told by what GitHub answered', async () => {
  expect((await known({ repositories: { 'acme/network': gitHubAnswer(404) } })).known).toMatchObject({
    ok: false,
    error: { status: 404 },
  });
});

test.each(['', 'acme', '/network', 'acme/'])('a run without a repository, %j, asks nothing', async (repository) => {
  expect(await known({}, repository)).toEqual({ known: { ok: true, value: false }, read: [] });
});

import sodium from 'libsodium-wrappers';
import type { SandboxServer } from '../../../sandbox/http/server.ts';
import type { World } from '../../../sandbox/world.ts';

export type Reply = { status: number; headers: Headers; body: unknown };
type Call = { token?: string; body?: unknown };

/** Sends a request and reads the answer to its end. */
export async function call(server: SandboxServer, method: string, path: string, options: Call = {}): Promise<Reply> {
  const answer = await fetch(server.url + path, {
    method,
    redirect: 'manual',
    headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
}

/** Asks the world's GitHub, with the credential that may do everything unless told otherwise. */
export function github(world: World, method: string, path: string, options: Call = {}): Promise<Reply> {
  return call(world.github, method, path, { token: world.githubToken, ...options });
}

export async function seal(value: string, key: string): Promise<string> {
  await sodium.ready;
  const box = sodium.crypto_box_seal(value, Buffer.from(key, 'base64'));
  return Buffer.from(box).toString('base64');
}

/** Fetches the key of a store, seals, puts. */
export async function put(world: World, base: string, name: string, value: string, more: object = {}): Promise<Reply> {
  const { body } = await github(world, 'GET', `${base}/public-key`);
  const { key_id, key } = body as { key_id: string; key: string };
  const encrypted_value = await seal(value, key);
  return github(world, 'PUT', `${base}/${name}`, { body: { encrypted_value, key_id, ...more } });
}

export function message(reply: Reply): string {
  return (reply.body as { message: string }).message;
}

import { failed, ok, type Result } from '../lib/result.ts';

/** A store's public key as GitHub gives it: an id, and 32 bytes in padded standard base64. */
export interface PublicKey {
  readonly keyId: string;
  readonly key: string;
}

/** A sealed box, in padded standard base64, with the id of the key that it was sealed for. Only GitHub can open it. */
export interface Sealed {
  readonly keyId: string;
  readonly value: string;
}

export interface Sealer {
  /**
   * Seals a clear text, as UTF-8, for a store (libsodium's `crypto_box_seal`, as GitHub's "Encrypting secrets for the REST
   * API" asks). Fails, with words for a person, where nothing can be sealed for the key.
   */
  seal(clear: string, key: PublicKey): Result<Sealed, string>;
}

/** Loads libsodium; its WebAssembly compiles beside whatever else is under way. Throws where it can't be loaded. */
export async function createSealer(): Promise<Sealer> {
  const { default: sodium } = await import('libsodium-wrappers');
  await sodium.ready;
  const { ORIGINAL } = sodium.base64_variants;
  return {
    seal: (clear, { key, keyId }) => {
      try {
        const bytes = sodium.from_string(clear);
        const box = sodium.crypto_box_seal(bytes, sodium.from_base64(key, ORIGINAL));
        sodium.memzero(bytes);
        return ok({ keyId, value: sodium.to_base64(box, ORIGINAL) });
      } catch {
        return failed('a public key that nothing can be sealed for');
      }
    },
  };
}

/** The public key in GitHub's answer; undefined where it is none. What goes into commands is held to a strict form. */
export function publicKeyFrom(data: unknown): PublicKey | undefined {
  const { key_id: keyId, key } = Object(data) as { key_id?: unknown; key?: unknown };
  if (typeof keyId !== 'string' || !/^[\w-]{1,64}$/.test(keyId)) return undefined;
  if (typeof key !== 'string' || !/^[A-Za-z0-9+/]{43}=$/.test(key)) return undefined;
  return { keyId, key };
}

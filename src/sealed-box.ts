import type Sodium from 'libsodium-wrappers';

let sodium: typeof Sodium | undefined;

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

/** Starts to load libsodium: its WebAssembly then compiles beside whatever comes next. */
export async function beginLoadingSodium(): Promise<typeof Sodium> {
  const { default: library } = await import('libsodium-wrappers');
  return library;
}

/** Loads libsodium to its end. */
export async function loadSodium(): Promise<void> {
  const library = await beginLoadingSodium();
  await library.ready;
  sodium = library;
}

/** Whether a text is a public key that a box can be sealed for. */
export function isPublicKey(key: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(key);
}

/**
 * Seals a clear text, as UTF-8, for a store (libsodium's `crypto_box_seal`, as GitHub's "Encrypting secrets for the REST API" asks).
 * {@link loadSodium} must have been awaited.
 *
 * @throws RangeError where it was not
 */
export function seal(clear: string, key: PublicKey): Sealed {
  if (sodium === undefined) throw new RangeError('libsodium is not loaded');
  const bytes = sodium.from_string(clear);
  const publicKey = sodium.from_base64(key.key, sodium.base64_variants.ORIGINAL);
  const value = sodium.to_base64(sodium.crypto_box_seal(bytes, publicKey), sodium.base64_variants.ORIGINAL);
  sodium.memzero(bytes);
  return { keyId: key.keyId, value };
}

export const id = 958;
export const ids = [958];
export const modules = {

/***/ 6958:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   NP: () => (/* binding */ isPublicKey),
/* harmony export */   Or: () => (/* binding */ loadSodium),
/* harmony export */   beginLoadingSodium: () => (/* binding */ beginLoadingSodium),
/* harmony export */   od: () => (/* binding */ seal)
/* harmony export */ });
let sodium;
/** Starts to load libsodium: its WebAssembly then compiles beside whatever comes next. */
async function beginLoadingSodium() {
    const { default: library } = await __webpack_require__.e(/* import() */ 768).then(__webpack_require__.bind(__webpack_require__, 4768));
    return library;
}
/** Loads libsodium to its end. */
async function loadSodium() {
    const library = await beginLoadingSodium();
    await library.ready;
    sodium = library;
}
/** Whether a text is a public key that a box can be sealed for. */
function isPublicKey(key) {
    return /^[A-Za-z0-9+/]{43}=$/.test(key);
}
/**
 * Seals a clear text, as UTF-8, for a store (libsodium's `crypto_box_seal`, as GitHub's "Encrypting secrets for the REST API" asks).
 * {@link loadSodium} must have been awaited.
 *
 * @throws RangeError where it was not
 */
function seal(clear, key) {
    if (sodium === undefined)
        throw new RangeError('libsodium is not loaded');
    const bytes = sodium.from_string(clear);
    const publicKey = sodium.from_base64(key.key, sodium.base64_variants.ORIGINAL);
    const value = sodium.to_base64(sodium.crypto_box_seal(bytes, publicKey), sodium.base64_variants.ORIGINAL);
    sodium.memzero(bytes);
    return { keyId: key.keyId, value };
}


/***/ })

};

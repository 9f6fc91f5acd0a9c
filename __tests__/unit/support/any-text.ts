import fc from 'fast-check';

/** By hand, as `fc.string({ unit: 'binary' })` takes a second to list all of Unicode first. */
const codePoint = fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }));

/** Text of any code points but halves of a pair. */
export function anyText(length: { minLength?: number; maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.array(codePoint, length).map((codes) => String.fromCodePoint(...codes));
}

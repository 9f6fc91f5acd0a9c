import fc from 'fast-check';
import { anyText } from './any-text.ts';

const awkward = fc.constantFrom(
  '\n',
  '\r\n',
  '%',
  '%0A',
  '::',
  '::error::',
  '##[',
  '"',
  "'",
  '`',
  '\\',
  '|',
  '</a>',
  ' ',
);

/** Any string that a server can send as a token: any Unicode, and what breaks commands, files and Markdown. */
export const anyToken = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
  anyText({ minLength: 1, maxLength: 200 }),
  fc
    .array(fc.oneof(awkward, fc.string({ maxLength: 8 })), { minLength: 1, maxLength: 20 })
    .map((parts) => parts.join(''))
    .filter((text) => text !== ''),
  fc.integer({ min: 1, max: 48 * 1024 }).map((length) => 'x'.repeat(length)),
);

/** A token that could stand in a header, long enough to be told from other text. */
export const usableToken = fc.stringMatching(/^[!-~]{12,80}$/);

import { expect, test } from '@jest/globals';
import { findLeaks } from '../../sandbox/leaks.ts';

const TOKEN = 'te-"ö&?>~token/42';

test('a text without the token has no leaks, and no token leaks nowhere', () => {
  expect(findLeaks('te-token, almost', TOKEN)).toEqual([]);
  expect(findLeaks('anything', '')).toEqual([]);
});

test.each([
  ['clear', TOKEN],
  ['json', JSON.stringify({ a: TOKEN })],
  ['url', `?token=${encodeURIComponent(TOKEN)}&x`],
  ['html', '<b>te-&quot;ö&amp;?&gt;~token/42</b>'],
  ['hex', `00${Buffer.from(TOKEN).toString('hex')}ff`],
  ['HEX', Buffer.from(TOKEN).toString('hex').toUpperCase()],
])('it is found as %s', (encoding, text) => {
  expect(findLeaks(text, TOKEN)).toEqual([encoding]);
});

test.each([0, 1, 2, 3, 4, 5])('it is found in Base64 after %i other bytes, whatever follows', (offset) => {
  for (const after of ['', 'x', 'yz', 'abc']) {
    const bytes = Buffer.from('#'.repeat(offset) + TOKEN + after);
    expect(findLeaks(bytes.toString('base64'), TOKEN)).toContain('base64');
    const url = bytes.toString('base64url');
    expect(findLeaks(url, TOKEN).some((encoding) => encoding.startsWith('base64'))).toBe(true);
  }
});

test('the URL-safe alphabet is told apart where it differs', () => {
  const token = '\u{fb}\u{ff}\u{fe}??>>';
  expect(findLeaks(Buffer.from(token).toString('base64url'), token)).toEqual(['base64url']);
});

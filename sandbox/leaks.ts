export type Encoding = 'clear' | 'json' | 'url' | 'html' | 'hex' | 'HEX' | 'base64' | 'base64url';

/** In which encodings a token shows in a text. Base64 is found wherever in a longer text the token was encoded. */
export function findLeaks(text: string, token: string): Encoding[] {
  if (token === '') return [];
  const hex = Buffer.from(token).toString('hex');
  const base64 = [0, 1, 2].map((offset) => base64Core(token, offset));
  const urlSafe = base64.map((core) => core.replaceAll('+', '-').replaceAll('/', '_'));
  const forms: [Encoding, string[]][] = [
    ['clear', [token]],
    ['json', [JSON.stringify(token).slice(1, -1)]],
    ['url', [encodeURIComponent(token.toWellFormed())]],
    ['html', [token.replace(/[&<>"']/g, (c) => HTML[c] ?? c)]],
    ['hex', [hex]],
    ['HEX', [hex.toUpperCase()]],
    ['base64', base64],
    ['base64url', urlSafe],
  ];
  const searched = new Set<string>();
  return forms.flatMap(([encoding, candidates]) => {
    const fresh = candidates.filter((candidate) => candidate !== '' && !searched.has(candidate));
    for (const candidate of fresh) searched.add(candidate);
    return fresh.some((candidate) => text.includes(candidate)) ? [encoding] : [];
  });
}

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// The characters that depend on the token alone, when so many bytes stand before it.
function base64Core(token: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(token)]);
  const whole = Math.floor((bytes.length * 8) / 6);
  return bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), whole);
}

/** Does what `gh api --method PUT …` does: a person's way to finish a run by hand, without ever seeing the token. */
export async function runGhCommand(command: string, apiUrl: string, credential: string): Promise<number> {
  const [program, verb, ...rest] = shellWords(command);
  if (program !== 'gh' || verb !== 'api') throw new Error('Not a gh api command');
  const body: Record<string, string | number | number[]> = {};
  let path = '';
  let method = 'GET';
  for (let i = 0; i < rest.length; i += 1) {
    const [word = '', next = ''] = [rest[i], rest[i + 1]];
    if (!word.startsWith('-')) path = word;
    else i += 1;
    if (word === '--method') method = next;
    if (word === '-f' || word === '-F') addField(body, next, word === '-F');
  }
  const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' };
  const answer = await fetch(apiUrl + path, { method, headers, body: JSON.stringify(body) });
  await answer.text();
  return answer.status;
}

function addField(body: Record<string, string | number | number[]>, field: string, typed: boolean): void {
  const [, name = '', list, value = ''] = /^([^=[]+)(\[\])?=?(.*)$/s.exec(field) ?? [];
  const before = body[name];
  if (list === undefined) body[name] = typed ? Number(value) : value;
  else body[name] = [...(Array.isArray(before) ? before : []), ...(value === '' ? [] : [Number(value)])];
}

/** Words as a POSIX shell splits them, where only single quotes and backslashes are used. */
function shellWords(command: string): string[] {
  const words = command.match(/(?:'[^']*'|\\.|[^\s'\\])+/gs) ?? [];
  return words.map((word) =>
    word.replace(/'([^']*)'|\\(.)/gs, (_, quoted?: string, escaped?: string) => quoted ?? escaped ?? ''),
  );
}

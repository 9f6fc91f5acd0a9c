/** Why a file or a folder could not be written, for a person; `place` is the runner's variable that names it. */
export function fileFault(error: unknown, place: string): string {
  const { code } = Object(error) as { code?: unknown };
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `the user of this process is not allowed to write in ${place} (${code}): in a container, run it as the user that owns it (\`options: --user\`)`;
    case 'EROFS':
      return `${place} is on a file system that is read only (${code})`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `no space is left in ${place} (${code})`;
    case 'ENOENT':
      return `what ${place} names does not exist (${code})`;
    default:
      return `a file could not be written in ${place}`;
  }
}

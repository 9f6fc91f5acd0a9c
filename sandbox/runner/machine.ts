/** What a machine sets for every process on it, as far as it matters to one that gets an environment of its own. */
export function machineSettings(): Record<string, string> {
  const names = ['TZ', 'NODE_OPTIONS', 'NODE_COMPILE_CACHE'];
  const set = names.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined);
  return { PATH: process.env.PATH ?? '', ...Object.fromEntries(set) };
}

/** What a machine sets for every process on it, as far as it matters to one that gets an environment of its own. */
export function machineSettings(): Record<string, string> {
  const { PATH = '', TZ, NODE_OPTIONS } = process.env;
  return { PATH, ...(TZ === undefined ? {} : { TZ }), ...(NODE_OPTIONS === undefined ? {} : { NODE_OPTIONS }) };
}

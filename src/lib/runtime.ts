/** Without it neither HTTP is read nor a secret is sealed. */
export const withoutWebAssembly =
  'this Node runs without WebAssembly: take `--jitless` and its like out of the variable NODE_OPTIONS';

/** Settings of the runner with which nothing may be sent, or can be; each as a sentence. */
export function runtimeFaults(
  { NODE_TLS_REJECT_UNAUTHORIZED: checks }: NodeJS.ProcessEnv,
  hasWebAssembly = 'WebAssembly' in globalThis,
): string[] {
  const faults: string[] = [];
  // As Node reads it.
  if (checks === '0')
    faults.push(
      'The variable NODE_TLS_REJECT_UNAUTHORIZED is 0, so that certificates would not be checked, and a credential is sent there: take it out. Certificates of your own come by NODE_EXTRA_CA_CERTS.',
    );
  if (!hasWebAssembly) faults.push(`${withoutWebAssembly[0]?.toUpperCase()}${withoutWebAssembly.slice(1)}.`);
  return faults;
}

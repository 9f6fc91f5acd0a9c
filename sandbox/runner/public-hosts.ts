import { syncBuiltinESMExports } from 'node:module';
import { connect } from 'node:net';
import tls from 'node:tls';

/**
 * Preloaded into the action (`node --import`), it leads what goes to the two services' own hosts to the sandbox's servers:
 * log, summary and commands then have the addresses that people see. Those servers speak HTTP, so TLS is left out.
 */
const ports = JSON.parse(process.env.SANDBOX_HOSTS ?? '{}') as Record<string, number>;

if (Object.keys(ports).length > 0) {
  tls.connect = ((options: tls.ConnectionOptions) => {
    const port = ports[options.host ?? ''];
    if (port === undefined) throw new Error(`Not in the sandbox: ${options.host}`);
    const socket = connect({ host: '127.0.0.1', port });
    return socket.once('connect', () => socket.emit('secureConnect'));
  }) as typeof tls.connect;
  syncBuiltinESMExports();
}

/** What is loaded into a step's process before the bundle, to put a part of the machine in another state. */

function preload(source: string): string[] {
  return ['--import', `data:text/javascript,${encodeURIComponent(source)}`];
}

/** No file below a folder, or of a name, can be opened for writing: whatever user the test itself runs as. */
export function forbidsWriting(pattern: RegExp): string[] {
  return preload(`
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const pattern = ${pattern};
    for (const name of ['openSync', 'writeFileSync', 'appendFileSync']) {
      const original = fs[name];
      fs[name] = (path, ...rest) => {
        const isWrite = name !== 'openSync' || /[wa+]/.test(String(rest[0]));
        if (isWrite && pattern.test(String(path)))
          throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
        return original(path, ...rest);
      };
    }
    syncBuiltinESMExports();
  `);
}

/** No file of a name can be removed. */
export function forbidsRemoving(pattern: RegExp): string[] {
  return preload(`
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { unlinkSync } = fs;
    fs.unlinkSync = (path) => {
      if (${pattern}.test(String(path))) throw Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
      return unlinkSync(path);
    };
    syncBuiltinESMExports();
  `);
}

/** \`localhost\` has an address of each family: the handshake with one takes so many ms, and the other has no route. */
export function slowHandshake(ms: number): string[] {
  return preload(`
    import dns from 'node:dns';
    const { TCP } = process.binding('tcp_wrap');
    const { connect } = TCP.prototype;
    TCP.prototype.connect = function (...given) {
      setTimeout(() => { try { connect.apply(this, given); } catch {} }, ${ms});
      return 0;
    };
    TCP.prototype.connect6 = () => -101;
    const { lookup } = dns;
    dns.lookup = (host, options, callback) => {
      const done = typeof options === 'function' ? options : callback;
      if (host !== 'localhost') return lookup(host, options, callback);
      const both = [{ address: '127.0.0.1', family: 4 }, { address: '::1', family: 6 }];
      process.nextTick(() => options?.all ? done(null, both) : done(null, both[0].address, 4));
    };
  `);
}

/** \`localhost\` can't be resolved in a span of the process's life, in ms from its start on. */
export function flakyNames(code: string, from: number, until: number): string[] {
  return preload(`
    import dns from 'node:dns';
    const { lookup } = dns;
    dns.lookup = (host, options, callback) => {
      const done = typeof options === 'function' ? options : callback;
      if (host !== 'localhost') return lookup(host, options, callback);
      const now = performance.now();
      if (now >= ${from} && now < ${until})
        return void setTimeout(() => done(Object.assign(new Error('getaddrinfo'), { code: '${code}' })), 20);
      process.nextTick(() => options?.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4));
    };
  `);
}

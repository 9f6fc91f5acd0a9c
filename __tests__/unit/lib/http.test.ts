import { describe, expect, test } from '@jest/globals';
import { whatHasArrived } from '../../../src/lib/http.ts';
import { NoAnswer, noAnswerFrom } from '../../../src/lib/no-answer.ts';

const host = 'te.example:8443';
/** What an error with such a code means: in words, whether it may have been sent, whether another try may fare better. */
function meaning(error: unknown) {
  const { message, sent, mayPass } = noAnswerFrom(error, host);
  return { message, sent, mayPass };
}
const coded = (code: unknown, more: object = {}) => Object.assign(new Error('m'), { code, ...more });

describe('what went wrong on the wire, in words with the host', () => {
  const tls = (code: string) =>
    `the TLS connection to ${host} failed (${code}; certificates of your own come by NODE_EXTRA_CA_CERTS)`;

  test.each([
    ['ECONNREFUSED', `${host} refused the connection`, false, true],
    ['ENOTFOUND', `the host name ${host} could not be resolved (ENOTFOUND)`, false, true],
    ['EAI_AGAIN', `the host name ${host} could not be resolved (EAI_AGAIN)`, false, true],
    ['UND_ERR_CONNECT_TIMEOUT', `no connection to ${host} within 10 s`, false, true],
    ['EHOSTUNREACH', `${host} cannot be reached (EHOSTUNREACH)`, false, true],
    ['ENETUNREACH', `${host} cannot be reached (ENETUNREACH)`, false, true],
    ['ETIMEDOUT', `${host} cannot be reached (ETIMEDOUT)`, false, true],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', tls('DEPTH_ZERO_SELF_SIGNED_CERT'), false, false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', tls('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), false, false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', tls('ERR_TLS_CERT_ALTNAME_INVALID'), false, false],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', tls('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'), false, false],
    ['EPROTO', tls('EPROTO'), false, false],
    [
      'ERR_WEBASSEMBLY_NOT_SUPPORTED',
      'this Node runs without WebAssembly: take `--jitless` and its like out of the variable NODE_OPTIONS',
      false,
      false,
    ],
    ['ECONNRESET', 'the connection broke off', true, true],
    ['UND_ERR_SOCKET', 'the connection broke off', true, true],
    ['EPIPE', 'the connection broke off', true, true],
    ['HPE_INVALID_CONSTANT', 'the connection failed (HPE_INVALID_CONSTANT)', true, true],
    ['ODD\n', 'the connection failed', true, true],
    ['odd CODE', 'the connection failed', true, true],
    ['CODE odd', 'the connection failed', true, true],
    ['::stop-commands::x', 'the connection failed', true, true],
    [23, 'the connection failed', true, true],
    [undefined, 'the connection failed', true, true],
  ])('%j', (code, message, sent, mayPass) => {
    expect(meaning(coded(code))).toEqual({ message, sent, mayPass });
  });

  test.each(['read', 'write'])('a network that goes during the %s: it may have been sent', (syscall) => {
    expect(meaning(coded('ETIMEDOUT', { syscall }))).toMatchObject({ sent: true, mayPass: true });
  });

  test.each([undefined, null, 'text'])('what is no error at all: %j', (thrown) => {
    expect(meaning(thrown)).toEqual({ message: 'the connection failed', sent: true, mayPass: true });
  });

  test.each([
    ['itself', (failure: Error) => failure],
    ['wrapped', (failure: Error) => new Error('other side closed', { cause: failure })],
  ])("a proxy's failure, %s: nothing was sent", (_, wrap) => {
    expect(meaning(wrap(new NoAnswer('the proxy refused', { sent: false, mayPass: false })))).toEqual({
      message: 'the proxy refused',
      sent: false,
      mayPass: false,
    });
    const busy = new NoAnswer('the proxy is busy', { sent: false, mayPass: true });
    expect(meaning(wrap(busy))).toMatchObject({ sent: false, mayPass: true });
  });
});

test('no answer is, as long as nothing else is known, one that was sent and may pass', () => {
  const error = new NoAnswer('it broke off');
  expect(error).toMatchObject({ name: 'NoAnswer', message: 'it broke off', sent: true, mayPass: true });
});

test('what lies in the sockets is read before time counts as over, however many turns that takes', async () => {
  let [arrived, turns] = [0, 0];
  const readOn = () => {
    turns++;
    if (arrived < 5) {
      arrived++;
      setImmediate(readOn);
    }
  };
  setImmediate(readOn);
  await whatHasArrived(() => arrived);
  expect({ arrived, turns }).toEqual({ arrived: 5, turns: 6 });
});

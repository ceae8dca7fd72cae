'use strict';
// TLS: versions, a certificate for every name, WebSockets inside, and clear text on the same port.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const https = require('node:https');
const net = require('node:net');
const path = require('node:path');
const tls = require('node:tls');
const { after, before, test } = require('node:test');
const { Server } = require('../harness/server');
const { Functions } = require('../harness/lambda');
const { Socket } = require('../harness/socket');
const { WebSocketApi } = require('../harness/websocket_api');

let server, ca;

before(async () => {
  server = await Server.start();
  ca = fs.readFileSync(server.caFile);
});
after(() => server && server.remove());

// One connection; what was agreed on, once a request on it was answered.
function connect(options) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ port: server.port, host: '127.0.0.1', ca, ...options }, () => {
      socket.write('GET /no-such-thing HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    });
    let answer = '';
    socket.on('data', (chunk) => { answer += chunk; });
    socket.on('end', () => {
      resolve({ version: socket.getProtocol(), authorized: socket.authorized, certificate: socket.getPeerCertificate(), answer, resumed: socket.isSessionReused() });
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

test('TLS 1.2 and 1.3, and nothing older', async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const made = await connect({ minVersion: version, maxVersion: version, servername: 'localhost' });
    assert.equal(made.version, version);
    assert.equal(made.authorized, true);
    assert.match(made.answer, /^HTTP\/1\.1 \d{3} /);
  }
  await assert.rejects(connect({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', servername: 'localhost', ciphers: 'DEFAULT@SECLEVEL=0' }));
});

test('the certificate is for the name that was asked for', async () => {
  for (const servername of ['localhost', 'abcdefghij.execute-api.eu-west-1.amazonaws.com', 'dynamodb.us-east-1.amazonaws.com',
    '000000000000.ddb.us-east-1.amazonaws.com', 'my.bucket.s3.eu-central-1.amazonaws.com']) {
    const made = await connect({ servername });
    assert.equal(made.authorized, true, servername);
    assert.ok(!tls.checkServerIdentity(servername, made.certificate), servername);
  }
  const byAddress = await connect({});  // no name: the address itself is checked
  assert.equal(byAddress.authorized, true);
  assert.match(byAddress.certificate.subjectaltname, /IP Address:127\.0\.0\.1/);
});

test('a client that trusts another authority refuses', async () => {
  const other = path.join(server.folder, 'other.pem');
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1',
    '-subj', '/CN=Another authority', '-keyout', '/dev/null', '-out', other], { stdio: 'ignore' });
  for (const wrong of [{ ca: fs.readFileSync(other) }, { ca: undefined }]) {
    await assert.rejects(connect({ servername: 'localhost', ...wrong }),
      (error) => /SELF_SIGNED|UNABLE_TO|DEPTH_ZERO|SIGNATURE/.test(error.code));
  }
});

test('clear text and TLS on one port, and keep-alive in both', async () => {
  const agent = new https.Agent({ ca, keepAlive: true, maxSockets: 1 });
  const ask = () => new Promise((resolve, reject) => {
    const request = https.get(`${server.endpoint.replace('http', 'https')}/`, { agent }, (response) => {
      response.resume();
      response.on('end', () => resolve({ status: response.statusCode, reused: request.reusedSocket }));
    });
    request.on('error', reject);
  });
  try {
    const first = await ask();
    const clear = await fetch(`${server.endpoint}/`);
    await clear.arrayBuffer();
    assert.equal(first.status, clear.status);
    assert.equal((await ask()).reused, true);
  } finally {
    agent.destroy();
  }
});

test('a session is resumed', async () => {
  const session = await new Promise((resolve, reject) => {
    const socket = tls.connect({ port: server.port, host: '127.0.0.1', ca, servername: 'localhost', maxVersion: 'TLSv1.2' }, () => {
      resolve(socket.getSession());
      socket.destroy();
    });
    socket.on('error', reject);
  });
  assert.ok(session.length > 100);
  const made = await connect({ session, servername: 'localhost', maxVersion: 'TLSv1.2' });
  assert.equal(made.resumed, true);
  assert.match(made.answer, /^HTTP\/1\.1 /);
});

test('wss:// with the authority, by 20 sockets at once', async () => {
  const functions = new Functions(server.endpoint);
  const api = await WebSocketApi.make(functions, { ask: { mock: '{"answer":42}' } });
  const url = api.url.replace('ws:', 'wss:');
  const sockets = await Promise.all(Array.from({ length: 20 }, () => Socket.open(url, { ca })));
  for (const socket of sockets) socket.send({ action: 'ask' });
  assert.deepEqual(new Set(await Promise.all(sockets.map((socket) => socket.next()))), new Set(['{"answer":42}']));
  const codes = await Promise.all(sockets.map((socket) => socket.close(1000)));
  assert.ok(codes.every(({ code }) => code === 1000));
  await assert.rejects(Socket.open(url), (error) => /SELF_SIGNED|UNABLE_TO/.test(error.code));
});

test('garbage after the first TLS byte harms nobody', async () => {
  await new Promise((resolve) => {
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(Buffer.from([0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5])));
    socket.on('data', () => {});
    socket.on('error', resolve);
    socket.on('close', resolve);
  });
  assert.equal((await connect({ servername: 'localhost' })).authorized, true);
});

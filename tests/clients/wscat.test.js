'use strict';
// wscat, the tool that every tutorial names: a question and its answer, a refused handshake.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { Server, root } = require('../harness/server');
const { Functions } = require('../harness/lambda');
const { WebSocketApi } = require('../harness/websocket_api');

const wscatFile = path.join(root, 'tests/node_modules/wscat/bin/wscat');
let server, open, closed;

before(async () => {
  server = await Server.start();
  const functions = new Functions(server.endpoint);
  const echo = await functions.create(`exports.handler = async (event) => ({
    statusCode: 200, body: JSON.stringify({ echo: JSON.parse(event.body).text }) });`);
  const refuse = await functions.create('exports.handler = async () => ({ statusCode: 401 });');
  open = await WebSocketApi.make(functions, { echo: { ...echo, reply: true } });
  closed = await WebSocketApi.make(functions, { $connect: refuse });
});
after(() => server && server.remove());

// What wscat says until it ends.
function wscat(...args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [wscatFile, ...args], { stdio: ['pipe', 'pipe', 'pipe'], timeout: 10000 });
    let said = '';
    for (const output of [child.stdout, child.stderr]) output.on('data', (chunk) => { said += chunk; });
    child.on('close', (code) => resolve({ code, said }));
  });
}

test('-x sends a message and prints the reply', async () => {
  const question = JSON.stringify({ action: 'echo', text: 'hällo' });
  const { said } = await wscat('-c', open.url, '-x', question, '-w', '1');
  assert.match(said, /\{"echo":"hällo"\}/);
});

test('the same over TLS', async () => {
  const url = open.url.replace('ws:', 'wss:');
  const { said } = await wscat('--ca', server.caFile, '-c', url, '-x', '{"action":"echo","text":"s"}', '-w', '1');
  assert.match(said, /\{"echo":"s"\}/);
  assert.match((await wscat('-c', url, '-x', '{}')).said, /unable to verify|self.signed/);
});

test('a refused handshake is named with its status', async () => {
  const { code, said } = await wscat('-c', closed.url, '-x', '{}');
  assert.match(said, /Unexpected server response: 401/);
  assert.notEqual(code, 0);
});

'use strict';
// The LKS chat whole, deployed by the aws CLI: sockets, the table behind them, the website, and what
// is left after kill -9.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { Server, deployChat, eventually, keys, sdk } = require('../harness/server');
const { Socket } = require('../harness/socket');

const { DynamoDBClient, ScanCommand } = sdk('v3', '@aws-sdk/client-dynamodb');
const TABLE = 'lks-jabar-2024-connection';
let server, chat;

async function rows() {
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: 'ap-southeast-1', credentials: keys });
  const { Items } = await client.send(new ScanCommand({ TableName: TABLE }));
  return Items.map((item) => item.connectionId.S);
}

before(async () => {
  server = await Server.start();
  chat = deployChat(server.endpoint);
});
after(() => server && server.remove());

test('a message reaches the others and not its sender', async () => {
  const [a, b, c] = await Promise.all([1, 2, 3].map(() => Socket.open(chat.websocket)));
  assert.equal((await rows()).length, 3);
  a.send({ action: 'sendmessage', message: 'hello <b>there</b>' });
  for (const other of [b, c]) {
    assert.equal(JSON.parse(await other.next()).message, 'hello <b>there</b>');
  }
  assert.ok(await a.quiet());
  await Promise.all([a, b, c].map((socket) => socket.close(1000)));
  await eventually(async () => (await rows()).length === 0);
});

test('what no route knows is answered by the default handler', async () => {
  const socket = await Socket.open(chat.websocket);
  socket.send('not json at all');
  assert.ok((await socket.next()).length > 0);
  await socket.close();
});

test('a client that vanishes leaves no row', async () => {
  const socket = await Socket.open(chat.websocket);
  assert.equal((await rows()).length, 1);
  socket.terminate();
  await eventually(async () => (await rows()).length === 0);
});

test('a stale row does not keep a message from the others', async () => {
  const { PutItemCommand } = sdk('v3', '@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({ endpoint: server.endpoint, region: 'ap-southeast-1', credentials: keys });
  await client.send(new PutItemCommand({ TableName: TABLE, Item: { connectionId: { S: 'AAAAAAAAAAACAAA=' } } }));
  const [a, b] = await Promise.all([1, 2].map(() => Socket.open(chat.websocket)));
  a.send({ action: 'sendmessage', message: 'still here?' });
  assert.equal(JSON.parse(await b.next()).message, 'still here?');
  await Promise.all([a, b].map((socket) => socket.close()));
  await eventually(async () => (await rows()).filter((id) => id !== 'AAAAAAAAAAACAAA=').length === 0);
});

test('the website is served by path and by host', async () => {
  const byPath = await fetch(chat.website);
  assert.equal(byPath.status, 200);
  assert.match(byPath.headers.get('content-type'), /^text\/html/);
  assert.match(await byPath.text(), /<h1>Chat<\/h1>/);
  const missing = await fetch(`${chat.website}nothing-here`);
  assert.equal(missing.status, 404);
  assert.match(await missing.text(), /NoSuchKey/);
});

test('kill -9: everything is as it was, and cut connections get their $disconnect', async () => {
  const cut = await Promise.all([1, 2].map(() => Socket.open(chat.websocket)));
  assert.ok((await rows()).length >= 2);
  const { folder, port } = server;
  await server.kill();
  await Promise.all(cut.map((socket) => socket.closed));

  server = await Server.start({ folder, port });
  await eventually(async () => (await rows()).filter((id) => id !== 'AAAAAAAAAAACAAA=').length === 0);
  const [a, b] = await Promise.all([1, 2].map(() => Socket.open(chat.websocket)));
  a.send({ action: 'sendmessage', message: 'after the crash' });
  assert.equal(JSON.parse(await b.next()).message, 'after the crash');
  assert.equal((await fetch(chat.website)).status, 200);
  await Promise.all([a, b].map((socket) => socket.close()));
});

test('SIGTERM closes sockets with 1001 and leaves no row', async () => {
  const socket = await Socket.open(chat.websocket);
  const { folder, port } = server;
  const ended = server.stop();
  assert.equal((await socket.closed).code, 1001);
  assert.equal(await ended, 0);
  server = await Server.start({ folder, port });
  assert.deepEqual((await rows()).filter((id) => id !== 'AAAAAAAAAAACAAA='), []);
});

'use strict';
// The task board whole, deployed by the aws CLI: wscat's session, what is refused, pushes to the
// others, and connection ids that are left behind: by clients that die, by a server that dies.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const crypto = require('node:crypto');
const http = require('node:http');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { Server, deployTaskBoard, eventually, keys, root, sdk } = require('../harness/server');
const { Functions } = require('../harness/lambda');
const { Socket } = require('../harness/socket');

const db = sdk('v3', '@aws-sdk/client-dynamodb');
const region = 'eu-north-1';
let server, board;

const tables = () => new db.DynamoDBClient({ endpoint: server.endpoint, region, credentials: keys });
const users = async () => (await tables().send(new db.ScanCommand({ TableName: 'usersTable' }))).Items.map((row) => row.connectionId.S);
const addUser = (id) => tables().send(new db.PutItemCommand({ TableName: 'usersTable', Item: { connectionId: { S: id } } }));
const nobody = () => eventually(async () => (await users()).length === 0);

async function open(count) {
  const before = await users();
  const sockets = [];
  for (let n = 0; n < count; n++) {
    const socket = await Socket.open(board.websocket);
    socket.id = (await users()).find((id) => !before.includes(id));
    before.push(socket.id);
    sockets.push(socket);
  }
  return sockets;
}
async function ask(socket, request) {
  socket.send(request);
  return JSON.parse(await socket.next(15000));
}
const create = async (socket, title) => (await ask(socket, { action: 'createItem', title, status: 'todo' })).item;
const heard = async (socket) => JSON.parse(await socket.next(15000));
const close = (sockets) => Promise.all(sockets.map((socket) => socket.close(1000)));
// Reads frames until the one that is told by `message` and the title; what came before is dropped.
const hears = async (socket, title) => { while ((await heard(socket)).item?.title?.S !== title); };

before(async () => {
  server = await Server.start();
  board = deployTaskBoard(server.endpoint);
});
after(() => server && server.remove());

// wscat: say() sends a line, hear() is the next line that arrived.
class Terminal {
  constructor(url) {
    this.child = spawn(process.execPath, [path.join(root, 'tests/node_modules/wscat/bin/wscat'), '--no-color', '-c', url]);
    this.text = '';
    this.child.stdout.on('data', (chunk) => { this.text += chunk; });
    this.child.stderr.on('data', (chunk) => { this.text += chunk; });
    this.ended = new Promise((resolve) => this.child.once('exit', resolve));
  }

  say(value) { this.child.stdin.write(`${JSON.stringify(value)}\n`); }
  async hear() { // without a screen wscat prints what arrived as lines of its own, and a prompt
    const [, line, rest] = await eventually(() => /^(?:> )*(.*)\r?\n([^]*)$/.exec(this.text), { timeout: 15000 })
      .catch(() => assert.fail(`wscat printed nothing more than ${JSON.stringify(this.text)}`));
    this.text = rest;
    return JSON.parse(line);
  }

  end(signal) { this.child.kill(signal); return this.ended; }
}

test('two terminals with wscat: what one does is answered to it and told to the other', async () => {
  const [one, two] = [1, 2].map(() => new Terminal(`${board.websocket}/`));
  await eventually(async () => (await users()).length === 2, { timeout: 15000 });
  // Nothing says that wscat is through with the handshake but a message that it prints.
  const rootKey = { key: 'test', secret: 'test' };
  for (const id of await users()) await eventually(async () => (await connections('POST', id, '"hello"', rootKey)).status === 200);
  assert.deepEqual(await Promise.all([one.hear(), two.hear()]), ['hello', 'hello']);
  const metadata = (frame) => {
    assert.equal(Object.keys(frame.response)[0], '$metadata');
    const { requestId, ...rest } = frame.response.$metadata;
    assert.match(requestId, /^[A-Z0-9]{52}$/);
    assert.deepEqual(rest, { httpStatusCode: 200, attempts: 1, totalRetryDelay: 0 });
    delete frame.response.$metadata;
    return frame;
  };

  one.say({ action: 'test' });
  assert.equal(typeof await one.hear(), 'string');

  two.say({ action: 'createItem', title: 'From the second terminal', status: 'todo' });
  const made = await two.hear();
  const { itemId } = made.item;
  assert.match(itemId.S, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const item = { itemId, title: { S: 'From the second terminal' }, status: { S: 'todo' } };
  assert.deepEqual(made, { message: 'Item created', item });
  const { from, ...told } = await one.hear();
  assert.deepEqual(told, made);
  assert.ok((await users()).includes(from));

  two.say({ action: 'updateStatus', itemId: itemId.S, status: 'inprogress' });
  const Attributes = { ...item, status: { S: 'inprogress' } };
  assert.deepEqual(metadata(await two.hear()), { message: 'Item updated', response: { Attributes } });
  assert.deepEqual(await one.hear(), { message: 'Item updated', item: Attributes, from });

  one.say({ action: 'scanEntireTable' });
  assert.deepEqual(metadata(await one.hear()), { message: 'Items scanned', response: { Count: 1, Items: [Attributes], ScannedCount: 1 } });

  two.say({ action: 'deleteItem', itemId: itemId.S });
  assert.deepEqual(metadata(await two.hear()), { message: 'Item deleted', response: {} });
  assert.deepEqual(await one.hear(), { message: 'Item deleted', item: { itemId }, from });

  // kill -9 of a client: no close frame; its row goes and the other goes on.
  await two.end('SIGKILL');
  await eventually(async () => (await users()).length === 1);
  one.say({ action: 'createItem', title: 'alone', status: 'done' });
  const alone = await one.hear();
  assert.equal(alone.message, 'Item created');
  one.say({ action: 'deleteItem', itemId: alone.item.itemId.S });
  assert.equal((await one.hear()).message, 'Item deleted');
  await one.end('SIGTERM');
  await nobody();
});

test('what cannot be done is answered with a reason, and told to nobody', async () => {
  const [socket, other] = await open(2);
  const longId = 'x'.repeat(3000);
  const refusals = [
    [{ action: 'createItem', status: 'todo' }, 'Item not created', /title is missing/],
    [{ action: 'createItem', title: 17, status: 'todo' }, 'Item not created', /title is missing/],
    [{ action: 'createItem', title: ' \n\u0000 ', status: 'todo' }, 'Item not created', /title is empty/],
    [{ action: 'createItem', title: 'h'.repeat(30000), status: 'todo' }, 'Item not created', /too long/],
    [{ action: 'createItem', title: 'fine', status: 'someday' }, 'Item not created', /todo, inprogress, done/],
    [{ action: 'createItem', title: 'fine', status: null }, 'Item not created', /todo, inprogress, done/],
    [{ action: 'updateStatus', itemId: 'nobody-knows', status: 'done' }, 'Item not updated', /no task/],
    [{ action: 'updateStatus', status: 'done' }, 'Item not updated', /itemId is missing/],
    [{ action: 'updateStatus', itemId: { S: 'x' }, status: 'done' }, 'Item not updated', /itemId is missing/],
    [{ action: 'updateStatus', itemId: 'nobody-knows', status: '__proto__' }, 'Item not updated', /must be one of/],
    [{ action: 'deleteItem', itemId: 'nobody-knows' }, 'Item not deleted', /no task/],
    [{ action: 'deleteItem', itemId: longId }, 'Item not deleted', /itemId is missing/],
    [{ action: 'scanEntireTable', startKey: 5 }, 'Items not scanned', /itemId is missing/],
    [{ action: 'constructor' }, 'Not understood', /no such action/],
    [{ action: '$connect' }, 'Not understood', /no such action/],
    ['not JSON at all', 'Not understood', /not a JSON object/],
    ['null', 'Not understood', /not a JSON object/],
    ['[{"action":"test"}]', 'Not understood', /not a JSON object/],
    ['"\\ud800"', 'Not understood', /not a JSON object/],
    ['{}', 'Not understood', /no such action/],
  ];
  for (const [request, message, error] of refusals) {
    const reply = await ask(socket, request);
    assert.equal(reply.message, message, JSON.stringify(request).slice(0, 100));
    assert.match(reply.error, error);
  }
  const markup = await create(socket, ' <b>two\nlines</b> ');
  assert.equal(markup.title.S, '<b>two lines</b>');
  assert.deepEqual((await heard(other)).item, markup, 'the first that the other hears');
  await ask(socket, { action: 'deleteItem', itemId: markup.itemId.S });
  await close([socket, other]);
  await nobody();
});

test('a board larger than one reply comes in parts', async () => {
  const client = tables();
  const ids = Array.from({ length: 230 }, (_, n) => `many-${n}`);
  const writes = ids.map((id) => ({ itemId: { S: id }, title: { S: '\u20ac'.repeat(200) }, status: { S: 'done' } }));
  for (let at = 0; at < writes.length; at += 25) {
    const RequestItems = { itemsTable: writes.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } })) };
    await client.send(new db.BatchWriteItemCommand({ RequestItems }));
  }
  const [socket] = await open(1);
  const seen = [];
  for (let startKey; ;) {
    const { response } = await ask(socket, { action: 'scanEntireTable', startKey });
    seen.push(...response.Items.map((item) => item.itemId.S));
    startKey = response.LastEvaluatedKey;
    if (!startKey) break;
  }
  assert.deepEqual(seen.sort(), ids.sort());
  for (let at = 0; at < ids.length; at += 25) {
    const RequestItems = { itemsTable: ids.slice(at, at + 25).map((id) => ({ DeleteRequest: { Key: { itemId: { S: id } } } })) };
    await client.send(new db.BatchWriteItemCommand({ RequestItems }));
  }
  await close([socket]);
  await nobody();
});

test('ids that were left behind break nobody, and those that are gone go', async () => {
  const gone = 'AAAAAAAAAAACAAA=';
  const nonsense = 'no connection/../ever?\u00e4';
  await Promise.all([gone, nonsense].map(addUser));
  const [a, b] = await open(2);
  const item = await create(a, 'in spite of them');
  assert.deepEqual((await heard(b)).item, item);
  await eventually(async () => !(await users()).includes(gone));
  await ask(a, { action: 'deleteItem', itemId: item.itemId.S });
  await heard(b);
  await close([a, b]);
  await eventually(async () => (await users()).every((id) => id === nonsense));
  await tables().send(new db.DeleteItemCommand({ TableName: 'usersTable', Key: { connectionId: { S: nonsense } } }));
});

test('a row that was lost is there again when its client reads the board', async () => {
  const [a, b] = await open(2);
  await tables().send(new db.DeleteItemCommand({ TableName: 'usersTable', Key: { connectionId: { S: b.id } } }));
  await ask(b, { action: 'scanEntireTable' });
  const item = await create(a, 'heard again');
  assert.deepEqual((await heard(b)).item, item);
  await ask(a, { action: 'deleteItem', itemId: item.itemId.S });
  await close([a, b]);
  await nobody();
});

test('clients that vanish without a close frame leave no row', async () => {
  const sockets = await open(4);
  const [stays, ...vanish] = sockets;
  for (const socket of vanish) socket.terminate();
  const item = await create(stays, 'still working'); // perhaps in the middle of their end
  assert.equal(item.title.S, 'still working');
  await eventually(async () => assert.deepEqual(await users(), [stays.id]) === undefined);
  await ask(stays, { action: 'deleteItem', itemId: item.itemId.S });
  await close([stays]);
  await nobody();
});

test('many at once: everybody hears every change of the others', async () => {
  const sockets = await open(8);
  const titles = sockets.map((_, n) => `task ${n}`);
  sockets.forEach((socket, n) => socket.send({ action: 'createItem', title: titles[n], status: 'todo' }));
  for (const socket of sockets) {
    const told = [];
    for (let n = 0; n < sockets.length; n++) told.push((await heard(socket)).item.title.S);
    assert.deepEqual(told.sort(), [...titles].sort());
  }
  const { response } = await ask(sockets[0], { action: 'scanEntireTable' });
  for (const { itemId } of response.Items) {
    sockets[0].send({ action: 'deleteItem', itemId: itemId.S });
    assert.equal((await heard(sockets[0])).message, 'Item deleted');
  }
  await close(sockets);
  await nobody();
});

// Signature Version 4 by hand, as a tool without an SDK signs with a key, a secret and a token.
function signed({ method, host, target, body, credentials }) {
  const hmac = (key, text) => crypto.createHmac('sha256', key).update(text).digest();
  const hash = (text) => crypto.createHash('sha256').update(text).digest('hex');
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const headers = { host, 'x-amz-date': time };
  if (credentials.token) headers['x-amz-security-token'] = credentials.token;
  const names = Object.keys(headers).sort();
  const twice = target.split('/').map(encodeURIComponent).join('/'); // the path as sent, encoded again
  const canonical = [method, twice, '', ...names.map((name) => `${name}:${headers[name]}`), '', names.join(';'), hash(body)].join('\n');
  const scope = `${time.slice(0, 8)}/${region}/execute-api/aws4_request`;
  const key = scope.split('/').reduce(hmac, `AWS4${credentials.secret}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash(canonical)}`).toString('hex');
  const Authorization = `AWS4-HMAC-SHA256 Credential=${credentials.key}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...headers, Authorization };
}

// method @connections/{id} at the document's address; the name leads to the server.
function connections(method, id, body, credentials) {
  const host = `${board.api}.execute-api.${region}.amazonaws.com`;
  const target = `/production/@connections/${encodeURIComponent(id)}`;
  const headers = signed({ method, host, target, body, credentials });
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: server.port, path: target, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk) => { text += chunk; });
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['x-amzn-errortype'], text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

test('a push to one connection by a POST signed by hand with a session token', async () => {
  const functions = new Functions(server.endpoint, region);
  const { name } = await functions.create(`const { env } = process;
    exports.handler = async () => ({ key: env.AWS_ACCESS_KEY_ID, secret: env.AWS_SECRET_ACCESS_KEY, token: env.AWS_SESSION_TOKEN });`);
  const credentials = (await functions.invoke(name)).json;
  assert.match(credentials.key, /^ASIA/);
  const [one, other] = await open(2);

  assert.equal((await connections('POST', one.id, 'for you al\u00f6ne', credentials)).status, 200);
  assert.equal(await one.next(), 'for you al\u00f6ne');
  assert.ok(await other.quiet());
  const facts = await connections('GET', one.id, '', credentials);
  assert.equal(facts.status, 200);
  assert.ok(JSON.parse(facts.text).connectedAt);

  for (const wrong of [{ token: undefined }, { token: 'x'.repeat(300) }, { secret: 'x'.repeat(40) }, { key: 'ASIAAAAAAAAAAAAAAAAA' }]) {
    const refused = await connections('POST', one.id, 'no', { ...credentials, ...wrong });
    assert.equal(refused.status, 403, JSON.stringify(wrong));
  }
  assert.ok(await one.quiet());
  assert.equal((await connections('DELETE', other.id, '', credentials)).status, 204);
  await other.closed;
  const gone = await connections('POST', other.id, 'too late', credentials);
  assert.equal(gone.status, 410);
  assert.match(gone.type, /GoneException/);
  await close([one]);
  await nobody();
});

test('kill -9 of the server: the tasks stay, the rows of its connections go, the board works', async () => {
  const cut = await open(3);
  const item = await create(cut[0], 'kept through the crash');
  const { folder, port } = server;
  await server.kill();
  await Promise.all(cut.map((socket) => socket.closed));

  server = await Server.start({ folder, port });
  const [a, b] = await Promise.all([1, 2].map(() => Socket.open(board.websocket))); // at once, beside old rows
  const { response } = await ask(a, { action: 'scanEntireTable' });
  assert.deepEqual(response.Items, [item]);
  await ask(a, { action: 'updateStatus', itemId: item.itemId.S, status: 'done' });
  await hears(b, 'kept through the crash');
  await eventually(async () => (await users()).length === 2 && !(await users()).some((id) => cut.some((old) => old.id === id)));
  await close([a, b]);
  await nobody();
});

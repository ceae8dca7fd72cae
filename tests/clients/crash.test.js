'use strict';
// kill -9 under mixed load: what was acknowledged is there after the restart, nothing is half there,
// and every connection that was open gets its `$disconnect` once.

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { after, before, test } = require('node:test');
const { Server, eventually, keys, sdk, unique } = require('../harness/server');
const { Functions } = require('../harness/lambda');
const { Socket } = require('../harness/socket');
const { WebSocketApi } = require('../harness/websocket_api');
const { CreateRoleCommand, GetRoleCommand, IAMClient } = require('@aws-sdk/client-iam');

const s3 = sdk('v3', '@aws-sdk/client-s3');
const db = sdk('v3', '@aws-sdk/client-dynamodb');
const lambda = sdk('v3', '@aws-sdk/client-lambda');
const SOCKETS = 200;
const WRITERS = 6;
const Bucket = unique('crash');
const items = unique('items');
const gone = unique('gone');
let server, functions, api, clients;

const table = (TableName, keyNames) => clients.db.send(new db.CreateTableCommand({
  TableName, BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: keyNames.map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
  KeySchema: keyNames.map(([AttributeName], n) => ({ AttributeName, KeyType: n ? 'RANGE' : 'HASH' })),
}));

async function scan(TableName) {
  const all = [];
  for await (const page of db.paginateScan({ client: clients.db }, { TableName, ConsistentRead: true })) all.push(...page.Items);
  return all;
}

before(async () => {
  server = await Server.start();
  functions = new Functions(server.endpoint);
  const options = { endpoint: server.endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 };
  clients = { s3: new s3.S3Client(options), db: new db.DynamoDBClient(options), iam: new IAMClient(options) };
  await clients.s3.send(new s3.CreateBucketCommand({ Bucket }));
  await table(items, [['writer', 'S'], ['n', 'N']]);
  await table(gone, [['id', 'S'], ['request', 'S']]);  // a second `$disconnect` would make a second row
  const hello = await functions.create('exports.handler = async (event) => ({ statusCode: 200, body: event.requestContext.connectionId });');
  const bye = await functions.create(`const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
    const client = new DynamoDBClient({});
    exports.handler = async ({ requestContext: { connectionId, requestId } }) => {
      await client.send(new PutItemCommand({ TableName: process.env.GONE, Item: { id: { S: connectionId }, request: { S: requestId } } }));
      return { statusCode: 200 };
    };`, { Timeout: 30, Environment: { Variables: { GONE: gone } } });
  api = await WebSocketApi.make(functions, { $default: { ...hello, reply: true }, $disconnect: bye });
});
after(() => server && server.remove());

// Each body says who wrote it and when, at a size of its own: a mixture or a torn one shows.
const body = (writer, n) => Buffer.alloc(40000 + ((writer * 7919 + n * 104729) % 200000), `${writer}/${n};`);
const digest = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

const load = {
  async object(writer, n) {
    await clients.s3.send(new s3.PutObjectCommand({ Bucket, Key: `o/${writer}/${n}`, Body: body(writer, n) }));
  },
  async overwrite(writer, n) {
    await clients.s3.send(new s3.PutObjectCommand({ Bucket, Key: `same/${writer}`, Body: body(writer, n), Metadata: { n: `${n}` } }));
  },
  async item(writer, n) {
    await clients.db.send(new db.PutItemCommand({ TableName: items, Item: { writer: { S: `${writer}` }, n: { N: `${n}` } } }));
  },
  async role(writer, n) {
    await clients.iam.send(new CreateRoleCommand({ RoleName: `crash-${writer}-${n}`, AssumeRolePolicyDocument: JSON.stringify({
      Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }) }));
  },
  async route(writer, n) {
    await api.call('CreateRoute', { RouteKey: `crash-${writer}-${n}` });
  },
};

// Writes until the server is gone; what it acknowledged is counted for each kind and writer.
async function write(acknowledged, kind, writer) {
  for (let n = 0; ; n++) {
    try {
      await load[kind](writer, n);
      acknowledged[kind][writer] = n + 1;
    } catch (error) {
      if (error.$metadata && error.$metadata.httpStatusCode) throw error;  // a refusal is not a crash
      return;
    }
  }
}

async function openSockets(count) {
  const open = [];
  while (open.length < count) {
    open.push(...await Promise.all(Array.from({ length: Math.min(25, count - open.length) }, () => Socket.open(api.url))));
  }
  return open;
}

async function idsOf(sockets) {
  const ids = [];
  for (let at = 0; at < sockets.length; at += 20) {
    const some = sockets.slice(at, at + 20);
    some.forEach((socket) => socket.send('who am I'));
    ids.push(...await Promise.all(some.map((socket) => socket.next(20000))));
  }
  return ids;
}

test('kill -9 in the middle of everything', async () => {
  const sockets = await openSockets(SOCKETS);
  const ids = await idsOf(sockets);
  assert.equal(new Set(ids).size, SOCKETS);
  const kept = await functions.create('exports.handler = async () => "kept";');

  const acknowledged = Object.fromEntries(Object.keys(load).map((kind) => [kind, {}]));
  const writers = Object.keys(load).flatMap((kind) => Array.from(
    { length: kind === 'route' ? 1 : WRITERS }, (_, writer) => write(acknowledged, kind, writer)));
  await eventually(() => Object.values(acknowledged).every((by) => Object.values(by).some((n) => n >= 10)), { timeout: 20000 });
  const { folder, port } = server;
  await server.kill();
  await Promise.all(writers);
  await Promise.all(sockets.map((socket) => socket.closed));
  server = await Server.start({ folder, port });

  const each = (kind) => Object.entries(acknowledged[kind]).flatMap(([writer, count]) => Array.from({ length: count }, (_, n) => [Number(writer), n]));
  const rows = new Set((await scan(items)).map((item) => `${item.writer.S}/${item.n.N}`));
  assert.deepEqual(each('item').filter(([writer, n]) => !rows.has(`${writer}/${n}`)), [], 'items');

  const read = async (Key) => {
    const reply = await clients.s3.send(new s3.GetObjectCommand({ Bucket, Key }));
    return { bytes: Buffer.from(await reply.Body.transformToByteArray()), n: Number(reply.Metadata.n) };
  };
  const listed = [];
  for await (const page of s3.paginateListObjectsV2({ client: clients.s3 }, { Bucket, Prefix: 'o/' })) listed.push(...(page.Contents || []));
  const there = new Set(listed.map((one) => one.Key));
  assert.deepEqual(each('object').filter(([writer, n]) => !there.has(`o/${writer}/${n}`)), [], 'objects');
  for (const { Key, Size } of listed) {  // those that were not acknowledged too: whole or not at all
    const [, writer, n] = Key.split('/').map(Number);
    const wanted = body(writer, n);
    assert.equal(Size, wanted.length);
    assert.equal(digest((await read(Key)).bytes), digest(wanted), Key);
  }
  for (const [writer, count] of Object.entries(acknowledged.overwrite)) {
    const { bytes, n } = await read(`same/${writer}`);
    assert.ok(n === count - 1 || n === count, `writer ${writer}: ${n} after ${count}`);
    assert.equal(digest(bytes), digest(body(Number(writer), n)));
  }

  await Promise.all(each('role').map(([writer, n]) => clients.iam.send(new GetRoleCommand({ RoleName: `crash-${writer}-${n}` }))));
  const routes = [];
  for (let NextToken; ;) {
    const page = await api.call('GetRoutes', { MaxResults: '500', NextToken });
    routes.push(...page.Items.map((route) => route.RouteKey));
    ({ NextToken } = page);
    if (!NextToken) break;
  }
  assert.deepEqual(each('route').filter(([writer, n]) => !routes.includes(`crash-${writer}-${n}`)), [], 'routes');
  assert.equal((await functions.invoke(kept.name)).json, 'kept');

  await eventually(async () => (await scan(gone)).length >= SOCKETS, { timeout: 20000, every: 100 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual((await scan(gone)).map((row) => row.id.S).sort(), [...ids].sort(), '$disconnect exactly once');
  await assert.rejects(functions.client.send(new lambda.GetFunctionCommand({ FunctionName: 'nowhere' })), { name: 'ResourceNotFoundException' });
});

test('a second crash asks nobody again, and the server goes on', async () => {
  const { folder, port } = server;
  await server.kill();
  server = await Server.start({ folder, port });
  const [socket] = await openSockets(1);
  const [id] = await idsOf([socket]);
  await socket.close();
  await eventually(async () => (await scan(gone)).some((row) => row.id.S === id));
  assert.equal((await scan(gone)).length, SOCKETS + 1);
});

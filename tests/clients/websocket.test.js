'use strict';
// WebSocket APIs as clients and functions see them: handshakes, events, routing, frames, limits,
// @connections by three SDKs, $disconnect exactly once.

const assert = require('node:assert/strict');
const net = require('node:net');
const { after, before, test } = require('node:test');
const { Server, eventually, keys, sdk } = require('../harness/server');
const { Functions } = require('../harness/lambda');
const { Socket } = require('../harness/socket');
const { WebSocketApi } = require('../harness/websocket_api');

const mgmt = sdk('v3', '@aws-sdk/client-apigatewaymanagementapi');
const logsSdk = sdk('v3', '@aws-sdk/client-cloudwatch-logs');
const AWS = sdk('v2', 'aws-sdk');
const ID = /^[A-Za-z0-9_-]{15}=$/;
let server, functions, echo, connect, api;

before(async () => {
  server = await Server.start();
  functions = new Functions(server.endpoint);
  // Answers with the event; prints DISCONNECT events for the test to find.
  echo = await functions.create(`exports.handler = async (event) => {
    if (event.requestContext.eventType === 'DISCONNECT') console.log('GONE ' + JSON.stringify(event));
    const body = event.body === 'nothing' ? undefined : JSON.stringify(event);
    return { statusCode: 200, body };
  };`);
  // Does what the query string asks for.
  connect = await functions.create(`exports.handler = async (event) => {
    const query = event.queryStringParameters || {};
    if (query.throw) throw new Error('no');
    if (query.protocol) return { statusCode: 200, headers: { 'sec-websocket-protocol': query.protocol, 'X-Dropped': '1' }, body: 'dropped' };
    if (query.odd) return { hello: 'there' };
    return { statusCode: Number(query.status || 200), body: query.status ? 'the reason' : '' };
  };`);
  api = await WebSocketApi.make(functions, {
    $connect: connect, $disconnect: echo, $default: { ...echo, reply: true }, oneway: echo,
    'fail-me': { ...(await functions.create('exports.handler = async () => { throw new Error("x"); };')), reply: true },
    mocked: { mock: '{"mocked":true}' },
  });
});
after(() => server && server.remove());

async function goneEvent(connectionId) {
  const logs = new logsSdk.CloudWatchLogsClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys });
  return eventually(async () => {
    const { events } = await logs.send(new logsSdk.FilterLogEventsCommand({ logGroupName: `/aws/lambda/${echo.name}`, filterPattern: `GONE "${connectionId}"` }));
    assert.ok(events.length < 2, '$disconnect ran twice');
    return events[0] && JSON.parse(events[0].message.slice(events[0].message.indexOf('{')));
  });
}

const refusal = (url, options) => Socket.open(url, options).then(
  (socket) => { socket.close(); throw new Error('the handshake was accepted'); }, (error) => error);

test('handshakes: what the function says is what the client gets', async () => {
  for (const status of [201, 204]) await (await Socket.open(`${api.url}?status=${status}`)).close();
  for (const status of [301, 400, 401, 403, 404, 500, 501]) {
    const error = await refusal(`${api.url}?status=${status}`);
    assert.equal(error.status, status);
    assert.equal(error.body, 'the reason');
  }
  assert.equal((await refusal(`${api.url}?throw=1`)).status, 502);
  assert.equal((await refusal(`${api.url}?odd=1`)).status, 502);
});

test('wrong stage, deeper path and unknown API are forbidden; a trailing slash is not', async () => {
  for (const url of [api.url.replace(/test$/, 'nope'), `${api.url}/deeper`, api.url.replace(api.id, 'aaaaaaaaaa')]) {
    const error = await refusal(url);
    assert.equal(error.status, 403);
    assert.equal(error.body, '{"message":"Forbidden"}');
    assert.equal(error.headers['x-amzn-errortype'], 'ForbiddenException');
  }
  await (await Socket.open(`${api.url}/`)).close();
});

test('an API is found by its host names', async () => {
  const { port } = server;
  for (const host of [`${api.id}.execute-api.us-east-1.amazonaws.com`, `${api.id}.execute-api.us-east-1.localhost:${port}`,
    `${api.id}.execute-api.localhost.localstack.cloud:${port}`]) {
    const socket = await Socket.open(`ws://127.0.0.1:${port}/test`, { headers: { Host: host } });
    socket.send('x');
    assert.equal(JSON.parse(await socket.next()).requestContext.domainName, host);
    await socket.close();
  }
  const elsewhere = await refusal(`ws://127.0.0.1:${port}/test`, { headers: { Host: `${api.id}.execute-api.eu-west-1.amazonaws.com` } });
  assert.equal(elsewhere.status, 403);
});

test('a function without permission answers 500', async () => {
  const other = await functions.create('exports.handler = async () => ({ statusCode: 200 });');
  const strict = await WebSocketApi.make(functions, { $connect: { ...other, permit: false } });
  assert.equal((await refusal(strict.url)).status, 500);
});

test('the 101 has the headers of AWS, the sub-protocol and nothing else of the function', async () => {
  const socket = new Socket(`${api.url}?protocol=blue`, { protocols: ['red', 'blue'], perMessageDeflate: false });
  const response = await socket.upgrade;
  assert.equal(response.headers['sec-websocket-protocol'], 'blue');
  assert.deepEqual(Object.keys(response.headers).sort(),
    ['connection', 'date', 'sec-websocket-accept', 'sec-websocket-protocol', 'upgrade']);
  await socket.opened;
  await socket.close();
});

test('events have the shape that AWS sends', async () => {
  const socket = await Socket.open(`${api.url}?a=1&a=2`, { headers: { 'User-Agent': 'tester/1' } });
  socket.send('{"action":"unknown","text":"ü"}');
  const event = JSON.parse(await socket.next());
  assert.deepEqual(Object.keys(event).sort(), ['body', 'isBase64Encoded', 'requestContext']);
  assert.equal(event.body, '{"action":"unknown","text":"ü"}');
  const cx = event.requestContext;
  assert.equal(cx.routeKey, '$default');
  assert.equal(cx.eventType, 'MESSAGE');
  assert.equal(cx.messageDirection, 'IN');
  assert.equal(cx.stage, 'test');
  assert.equal(cx.apiId, api.id);
  assert.equal(cx.domainName, `127.0.0.1:${server.port}`);
  for (const id of [cx.connectionId, cx.messageId, cx.requestId]) assert.match(id, ID);
  assert.equal(cx.requestId, cx.extendedRequestId);
  assert.match(cx.requestTime, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  assert.deepEqual(cx.identity, { userAgent: 'tester/1', sourceIp: '127.0.0.1' });
  await socket.close(4001, 'bye now');
  const gone = await goneEvent(cx.connectionId);
  assert.equal(gone.requestContext.disconnectStatusCode, 4001);
  assert.equal(gone.requestContext.disconnectReason, 'bye now');
  assert.equal(gone.requestContext.connectedAt, cx.connectedAt);
  assert.deepEqual(Object.keys(gone.headers), ['Host', 'x-api-key', 'X-Forwarded-For', 'x-restapi']);
});

test('a close without a code, and no close at all', async () => {
  for (const [end, code, reason] of [
    [(s) => s.close(), 1005, 'Client-side close frame status not set'],
    [(s) => s.terminate(), 1006, 'Connection closed abnormally']]) {
    const socket = await Socket.open(api.url);
    socket.send('x');
    const { requestContext: { connectionId } } = JSON.parse(await socket.next());
    end(socket);
    const gone = await goneEvent(connectionId);
    assert.equal(gone.requestContext.disconnectStatusCode, code);
    assert.equal(gone.requestContext.disconnectReason, reason);
  }
});

test('routes: one-way, two-way, mock, failing, empty replies', async () => {
  const socket = await Socket.open(api.url);
  socket.send({ action: 'oneway' });
  assert.ok(await socket.quiet());
  socket.send({ action: 'mocked' });
  assert.equal(await socket.next(), '{"mocked":true}');
  socket.send('nothing');
  assert.equal(await socket.next(), '');
  socket.send({ action: 'fail-me' });
  assert.match(await socket.next(), /^\{"message": "Internal server error", "connectionId":"[^"]{15}=", "requestId":"[^"]{15}="\}$/);
  socket.send({ action: '$connect' });
  assert.equal(JSON.parse(await socket.next()).requestContext.routeKey, '$default');
  await socket.close();
});

test('no route and no $default: Forbidden, and the socket stays open', async () => {
  const bare = await WebSocketApi.make(functions, { known: { mock: 'yes' } });
  const socket = await Socket.open(bare.url);
  socket.send({ action: 'other' });
  assert.match(await socket.next(), /^\{"message": "Forbidden", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/);
  socket.send({ action: 'known' });
  assert.equal(await socket.next(), 'yes');
  await socket.close();
});

test('deployments are frozen', async () => {
  const frozen = await WebSocketApi.make(functions, { a: { mock: 'a' } });
  await frozen.route('b', { mock: 'b' });
  const socket = await Socket.open(frozen.url);
  socket.send({ action: 'b' });
  assert.match(await socket.next(), /Forbidden/);
  await frozen.deploy();
  socket.send({ action: 'b' });
  assert.equal(await socket.next(), 'b');
  await socket.close();
});

test('an integration that takes too long', async () => {
  const slow = await functions.create('exports.handler = () => new Promise((r) => setTimeout(() => r({statusCode: 200}), 2000));');
  const impatient = await WebSocketApi.make(functions, { slow: { ...slow, reply: true, timeout: 100 } });
  const socket = await Socket.open(impatient.url);
  socket.send({ action: 'slow' });
  assert.match(await socket.next(), /"message": "Endpoint request timed out"/);
  await socket.close();
});

test('limits: frames, messages, binary', async () => {
  const fits = await Socket.open(api.url, { perMessageDeflate: false });
  fits.send('x'.repeat(32 * 1024));
  assert.equal(JSON.parse(await fits.next()).body.length, 32 * 1024);
  fits.send('x'.repeat(32 * 1024 + 1));
  assert.equal((await fits.closed).code, 1009);
  const binary = await Socket.open(api.url);
  binary.ws.send(Buffer.from([1, 2, 3]));
  assert.equal((await binary.closed).code, 1003);
});

test('permessage-deflate', async () => {
  const socket = new Socket(api.url, { perMessageDeflate: true });
  assert.match((await socket.upgrade).headers['sec-websocket-extensions'], /^permessage-deflate/);
  await socket.opened;
  for (let i = 0; i < 3; i++) {
    socket.send('abc'.repeat(2000));
    assert.equal(JSON.parse(await socket.next()).body, 'abc'.repeat(2000));
  }
  await socket.close();
});

test('1,000 messages of one socket in flight, none lost', async () => {
  const socket = await Socket.open(api.url);
  for (let i = 0; i < 1000; i++) socket.send({ action: 'mocked', i });
  for (let i = 0; i < 1000; i++) assert.equal(await socket.next(), '{"mocked":true}');
  await socket.close();
});

test('@connections: post, get, delete by SDK v3', async () => {
  const socket = await Socket.open(api.url, { headers: { 'User-Agent': 'tester/2' } });
  socket.send('x');
  const { requestContext: cx } = JSON.parse(await socket.next());
  const client = new mgmt.ApiGatewayManagementApiClient({
    endpoint: api.url.replace('ws', 'http'), region: 'us-east-1', credentials: keys, maxAttempts: 1,
  });
  const ConnectionId = cx.connectionId;
  await client.send(new mgmt.PostToConnectionCommand({ ConnectionId, Data: 'hello' }));
  assert.equal(await socket.next(), 'hello');
  const about = await client.send(new mgmt.GetConnectionCommand({ ConnectionId }));
  assert.equal(about.ConnectedAt.getTime(), cx.connectedAt);
  assert.equal(about.Identity.UserAgent, 'tester/2');
  assert.ok(about.LastActiveAt >= about.ConnectedAt);
  await assert.rejects(client.send(new mgmt.PostToConnectionCommand({ ConnectionId, Data: 'x'.repeat(128 * 1024 + 1) })), { name: 'PayloadTooLargeException' });
  await client.send(new mgmt.PostToConnectionCommand({ ConnectionId, Data: 'x'.repeat(128 * 1024) }));
  assert.equal((await socket.next()).length, 128 * 1024);
  await client.send(new mgmt.DeleteConnectionCommand({ ConnectionId }));
  assert.deepEqual(await socket.closed, { code: 1000, reason: 'Connection Closed Normally' });
  await assert.rejects(client.send(new mgmt.PostToConnectionCommand({ ConnectionId, Data: 'x' })), { name: 'GoneException' });
  await assert.rejects(client.send(new mgmt.DeleteConnectionCommand({ ConnectionId })), { name: 'GoneException' });
  await assert.rejects(client.send(new mgmt.PostToConnectionCommand({ ConnectionId: 'nonsense', Data: 'x' })),
    { name: 'BadRequestException', message: 'Invalid connectionId: nonsense' });
  assert.equal((await goneEvent(ConnectionId)).requestContext.disconnectReason, 'Connection Closed Normally');
});

test('@connections: whatever host, stage or path the callback used', async () => {
  const socket = await Socket.open(api.url);
  socket.send('x');
  const { requestContext: { connectionId } } = JSON.parse(await socket.next());
  const post = async (endpoint) => {
    const client = new AWS.ApiGatewayManagementApi({ endpoint, region: 'us-east-1', credentials: new AWS.Credentials('test', 'test'), maxRetries: 0 });
    await client.postToConnection({ ConnectionId: connectionId, Data: endpoint }).promise();
    assert.equal(await socket.next(), endpoint);
  };
  await post(server.endpoint);
  await post(`${server.endpoint}/test`);
  await post(`${server.endpoint}/test/`);
  await post(`${server.endpoint}/_aws/execute-api/${api.id}/test`);
  await assert.rejects(post(`${server.endpoint}/_aws/execute-api/aaaaaaaaaa/test`), { statusCode: 410 });
  const wrongKey = new AWS.ApiGatewayManagementApi({ endpoint: server.endpoint, region: 'us-east-1', credentials: new AWS.Credentials('test', 'wrong'), maxRetries: 0 });
  await assert.rejects(wrongKey.postToConnection({ ConnectionId: connectionId, Data: 'x' }).promise(), { statusCode: 403 });
  await socket.close();
});

test('garbage instead of HTTP and frames hurts nobody', async () => {
  const raw = (bytes) => new Promise((resolve) => {
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(bytes));
    let answer = '';
    socket.on('data', (chunk) => { answer += chunk; });
    socket.on('close', () => resolve(answer));
    socket.on('error', () => resolve(answer));
    setTimeout(() => socket.destroy(), 1500);
  });
  assert.match(await raw('GARBAGE\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.match(await raw('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.match(await raw(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(70000)}\r\n\r\n`), /^HTTP\/1\.1 431 /);
  const upgrade = `GET /_aws/execute-api/${api.id}/test HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
    + 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';
  assert.match(await raw(Buffer.concat([Buffer.from(upgrade), Buffer.from([0xff, 0xff, 0xff, 0xff])])), /^HTTP\/1\.1 101 /);
  const socket = await Socket.open(api.url);
  await socket.close();
});

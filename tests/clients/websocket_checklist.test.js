'use strict';
// The list of black-box tests in section 22 of shared/reference/websocket-api.md: what no other file
// covers. Where each line is tested:
//    1 handshakes                websocket.test.js; 504: here
//    2 the 101                   websocket.test.js, websocket_frames.test.js (compression, framing)
//    3 wrong stage, path, host   websocket.test.js
//    4, 5 authorisation          websocket_auth.test.js
//    6 events                    websocket.test.js, goldens in tests/golden/gateway; every way to close: here
//    7 ids and times             here
//    8 routing                   here
//    9 error frames              here, websocket.test.js
//   10 two-way matrix            here
//   11, 12 integrations, VTL     websocket_integrations.test.js, tests/golden/vtl
//   13 limits                    websocket_frames.test.js; idle, age, pings: here (virtual time: src/net)
//   14 @connections              websocket.test.js, websocket_test.py, task_board.test.js; raw requests, 410 in
//                                $connect and $disconnect, slow readers: here
//   15 control plane             apigatewayv2.test.js
//   16 $disconnect exactly once  crash.test.js, tests/soak
//   17 concurrency               here, websocket.test.js
//   18 logs and metrics          observability.test.js

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const http = require('node:http');
const { after, before, test } = require('node:test');
const { SignatureV4 } = require('@smithy/signature-v4');
const { Server, eventually, keys, sdk } = require('../harness/server');
const { Functions } = require('../harness/lambda');
const { RawWebSocket, frame, text } = require('../harness/raw_websocket');
const { Socket } = require('../harness/socket');
const { WebSocketApi } = require('../harness/websocket_api');

const logsSdk = sdk('v3', '@aws-sdk/client-cloudwatch-logs');
const ID = /^[A-Za-z0-9_-]{15}=$/;
const echoSource = `exports.handler = async (event) => {
  const { requestContext: cx } = event;
  if (cx.eventType !== 'MESSAGE') console.log('EVENT-' + cx.eventType + ' ' + JSON.stringify(event));
  return { statusCode: 200, body: JSON.stringify(event) };
};`;
let server, functions, echo, api;

before(async () => {
  server = await Server.start();
  functions = new Functions(server.endpoint);
  echo = await functions.create(echoSource);
  api = await WebSocketApi.make(functions, { $connect: echo, $disconnect: echo, $default: { ...echo, reply: true } });
});
after(() => server && server.remove());

async function logged(kind, connectionId, at = { functions, echo }) {
  const logs = new logsSdk.CloudWatchLogsClient({ endpoint: at.functions.endpoint, region: 'us-east-1', credentials: keys });
  return eventually(async () => {
    const { events } = await logs.send(new logsSdk.FilterLogEventsCommand({ logGroupName: `/aws/lambda/${at.echo.name}`, filterPattern: `"EVENT-${kind}" "${connectionId}"` }));
    assert.ok(events.length < 2, `${kind} came twice`);
    return events[0] && JSON.parse(events[0].message.slice(events[0].message.indexOf('{')));
  }, { timeout: 15000 });
}

async function ask(socket, value = 'x') {
  socket.send(value);
  return JSON.parse(await socket.next(15000));
}

class Sha256 {
  constructor(secret) { this.hash = secret ? crypto.createHmac('sha256', secret) : crypto.createHash('sha256'); }
  update(data) { this.hash.update(data); }
  async digest() { return this.hash.digest(); }
}

// A request as some other program writes it: `path` goes on the wire as it is. `sign`: what is signed.
async function raw(method, path, { body, sign = path, key = keys, service = 'execute-api', region = 'us-east-1', at = server } = {}) {
  const headers = { host: `127.0.0.1:${at.port}` };
  let signed = { headers };
  if (key) {
    const signer = new SignatureV4({ service, region, credentials: key, sha256: Sha256, uriEscapePath: true });
    signed = await signer.sign({ method, protocol: 'http:', hostname: '127.0.0.1', port: at.port, path: sign, query: {}, headers, body });
  }
  return new Promise((resolve, reject) => {
    const request = http.request({ method, path, host: '127.0.0.1', port: at.port, headers: signed.headers, agent: false }, (response) => {
      let answer = '';
      response.on('data', (chunk) => { answer += chunk; });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: answer, type: response.headers['x-amzn-errortype'] }));
    });
    request.on('error', reject);
    request.end(body);
  });
}
const connections = (id, base = `/_aws/execute-api/${api.id}/test`) => `${base}/@connections/${encodeURIComponent(id)}`;

test('1: a $connect that takes too long is 504', async () => {
  const slow = await functions.create('exports.handler = () => new Promise((r) => setTimeout(() => r({statusCode: 200}), 2000));');
  const one = await WebSocketApi.make(functions, { $connect: { ...slow, timeout: 100 } });
  await assert.rejects(Socket.open(one.url), (error) => {
    assert.equal(error.status, 504);
    assert.match(error.body, /^\{"message": ?"Endpoint request timed out"/);
    return true;
  });
});

test('6: what $disconnect hears, however it ended', async () => {
  const rawEnd = async (bytes) => {
    const one = await RawWebSocket.open(api.url);
    one.send(text('who'));
    const id = JSON.parse((await one.next()).payload).requestContext.connectionId;
    one.send(bytes);
    await one.until(() => one.frames.length > 0);
    one.end();
    return id;
  };
  const clientEnd = async (...args) => {
    const socket = await Socket.open(api.url);
    const { requestContext: { connectionId } } = await ask(socket);
    await socket.close(...args);
    return connectionId;
  };
  const ways = [
    [() => clientEnd(1000), 1000, ''],
    [() => clientEnd(1000, 'done'), 1000, 'done'],
    [() => clientEnd(4321, 'my own'), 4321, 'my own'],
    [() => rawEnd(frame(0x88, Buffer.from([0x03, 0xe9]))), 1001, ''],
    [() => rawEnd(frame(0x82, 'b')), 1003, 'Binary is not supported'],
    [() => rawEnd(text('x'.repeat(32769))), 1009, 'Message too big'],
    [() => rawEnd(text(Buffer.from([0xff]))), 1007],
    [() => rawEnd(frame(0x83, '')), 1002],
  ];
  await Promise.all(ways.map(async ([way, code, reason]) => {
    const gone = await logged('DISCONNECT', await way());
    assert.equal(gone.requestContext.disconnectStatusCode, code);
    if (reason !== undefined) assert.equal(gone.requestContext.disconnectReason, reason);
    assert.equal(gone.requestContext.routeKey, '$disconnect');
  }));
});

test('7: ids, times and what is constant', async () => {
  const socket = await Socket.open(api.url);
  const first = (await ask(socket)).requestContext;
  const second = (await ask(socket)).requestContext;
  await socket.close(1000);
  const [connect, disconnect] = (await Promise.all(['CONNECT', 'DISCONNECT'].map((kind) => logged(kind, first.connectionId)))).map((event) => event.requestContext);
  const all = [connect, first, second, disconnect];
  for (const cx of all) {
    assert.match(cx.requestId, ID);
    assert.equal(cx.requestId, cx.extendedRequestId);
    assert.equal(Buffer.from(cx.requestId, 'base64url')[8], 5);
    assert.equal(cx.connectedAt, connect.connectedAt);
    assert.equal(cx.connectionId, connect.connectionId);
    assert.match(cx.requestTime, /^\d\d\/(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    assert.ok(cx.requestTimeEpoch >= cx.connectedAt);
  }
  assert.equal(new Set(all.map((cx) => cx.requestId)).size, 4);
  assert.equal(Buffer.from(first.connectionId, 'base64url')[8], 2);
  assert.equal(Buffer.from(first.messageId, 'base64url')[8], 2);
  assert.notEqual(first.messageId, second.messageId);
  assert.equal(connect.messageId, undefined);
});

test('8: routing', async () => {
  const make = (expression, keysOf) => WebSocketApi.make(functions,
    Object.fromEntries([...keysOf, '$default'].map((key) => [key, { mock: `to ${key.replace('$', '')}` }])), { expression });
  const cases = [
    ['$request.body.action', ['join', '5', 'true', '1.5', 'größe', '[1, 2]', 'null'], [
      ['{"action":"join"}', 'join'], ['{"action":"other"}', '$default'], ['{"action":5}', '5'], ['{"action":true}', 'true'],
      ['{"action":1.5}', '1.5'], ['{"action":"größe"}', 'größe'], ['{"action":null}', 'null'], ['{}', '$default'], ['', '$default'], ['not JSON', '$default'],
      ['[]', '$default'], ['{"action":"$connect"}', '$default'], ['{"action":"$disconnect"}', '$default'], ['{"action":"$default"}', '$default'],
      ['{"action":"j\\u006fin"}', 'join'], ['  {"x":{"action":"no"},"action":"join"}  ', 'join']]],
    ['$request.body.a.b', ['deep'], [['{"a":{"b":"deep"}}', 'deep'], ['{"a":"deep"}', '$default'], ['{"a.b":"deep"}', '$default']]],
    ['$request.body.list[1]', ['second'], [['{"list":["first","second"]}', 'second'], ['{"list":["second"]}', '$default']]],
    ['${request.body.service}/${request.body.action}', ['chat/send'], [['{"service":"chat","action":"send"}', 'chat/send'], ['{"service":"chat"}', '$default']]],
  ];
  for (const [expression, keysOf, messages] of cases) {
    const one = await make(expression, keysOf);
    const socket = await Socket.open(one.url);
    for (const [message, key] of messages) {
      socket.send(message);
      assert.equal(await socket.next(), `to ${key.replace('$', '')}`, `${expression} on ${message}`);
    }
    await socket.close();
  }
});

test('9: error frames byte for byte, and the socket goes on', async () => {
  const fails = await functions.create('exports.handler = async () => { throw new Error("x"); };');
  const slow = await functions.create('exports.handler = () => new Promise((r) => setTimeout(r, 2000));');
  const one = await WebSocketApi.make(functions, {
    fails: { ...fails, reply: true }, failsAlone: fails, forbidden: { ...echo, permit: false }, slow: { ...slow, timeout: 100 }, fine: { mock: 'fine' },
  });
  await functions.allow(echo.name, 'apigateway.amazonaws.com', `arn:aws:execute-api:us-east-1:000000000000:${api.id}/*`).catch(() => {});
  await one.call('CreateRoute', { RouteKey: 'untargeted' });
  await one.deploy();
  const socket = await Socket.open(one.url);
  const frames = { fails: 'Internal server error', failsAlone: 'Internal server error', forbidden: 'Internal server error', slow: 'Endpoint request timed out', untargeted: 'Internal server error', unknown: 'Forbidden' };
  for (const [action, message] of Object.entries(frames)) {
    socket.send({ action });
    assert.match(await socket.next(), new RegExp(`^\\{"message": "${message}", "connectionId":"[A-Za-z0-9_-]{15}=", "requestId":"[A-Za-z0-9_-]{15}="\\}$`), action);
    socket.send({ action: 'fine' });
    assert.equal(await socket.next(), 'fine');
  }
  await socket.close();
});

test('10: who gets a reply, and which', async () => {
  const bodies = await functions.create(`exports.handler = async (event) => ({
    text: { statusCode: 200, body: 'text' }, empty: { statusCode: 200, body: '' }, missing: { statusCode: 200 }, bare: { hello: 1 },
    object: { statusCode: 200, body: { a: 1 } }, nothing: null, refused: { statusCode: 500, body: 'still sent' },
    base64: { statusCode: 200, body: 'aGVsbG8=', isBase64Encoded: true },
  })[JSON.parse(event.body).want];`);
  const wrong = /^\{"message": "Internal server error"/;
  const replies = { text: /^text$/, empty: /^$/, missing: /^$/, object: wrong, refused: /^still sent$/ };
  for (const reply of [true, false]) {
    for (const expression of [undefined, '$default']) {
      const one = await WebSocketApi.make(functions, { spare: { mock: 'x' } });
      const integration = await one.proxy(bodies);
      const { RouteId } = await one.call('CreateRoute', { RouteKey: '$default', Target: `integrations/${integration}`, RouteResponseSelectionExpression: expression });
      if (reply) await one.call('CreateRouteResponse', { RouteId, RouteResponseKey: '$default' });
      await one.deploy();
      const socket = await Socket.open(one.url);
      for (const [want, wanted] of Object.entries(replies)) {
        socket.send({ want });
        // What went wrong is said on one-way routes, too.
        if (reply || wanted === wrong) assert.match(await socket.next(), wanted, `${reply} ${expression} ${want}`);
        else assert.ok(await socket.quiet(60), want);
      }
      await socket.close();
    }
  }
});

test('13: idle and old connections are closed with 1001; pings keep one open', async () => {
  const brief = await Server.start({ args: ['--websocket-idle-ms', '800', '--websocket-max-age-ms', '2500'] });
  try {
    const theirs = new Functions(brief.endpoint);
    const at = { functions: theirs, echo: await theirs.create(echoSource) };
    const one = await WebSocketApi.make(theirs, { $disconnect: at.echo, $default: { ...at.echo, reply: true } });
    const [idle, pinging] = [await Socket.open(one.url), await Socket.open(one.url)];
    const began = Date.now();
    const keep = setInterval(() => pinging.ws.ping(), 200);
    const ids = [(await ask(idle)).requestContext.connectionId, (await ask(pinging)).requestContext.connectionId];
    assert.deepEqual(await idle.closed, { code: 1001, reason: 'Going away' });
    assert.equal(pinging.ws.readyState, 1);
    assert.deepEqual(await pinging.closed, { code: 1001, reason: 'Going away' });
    clearInterval(keep);
    assert.ok(Date.now() - began > 2000);
    for (const id of ids) {
      const { requestContext: cx } = await logged('DISCONNECT', id, at);
      assert.deepEqual([cx.disconnectStatusCode, cx.disconnectReason], [1001, 'Going away']);
    }
  } finally {
    await brief.remove();
  }
});

test('14: @connections by raw requests', async () => {
  const socket = await Socket.open(api.url, { headers: { 'User-Agent': 'raw/1' } });
  const { requestContext: { connectionId: id } } = await ask(socket);
  const post = await raw('POST', connections(id), { body: 'one' });
  assert.deepEqual([post.status, post.body, post.headers['content-length'], post.headers['content-type']], [200, '', '0', 'application/json']);
  assert.match(post.headers['x-amzn-requestid'], /^[0-9a-f-]{36}$/);
  assert.match(post.headers['x-amz-apigw-id'], ID);
  assert.match(post.headers['x-amzn-trace-id'], /^Root=1-/);
  assert.equal(await socket.next(), 'one');
  // The paths of other clients: the id with its '=', the at sign encoded.
  const base = `/_aws/execute-api/${api.id}/test`;
  for (const path of [`${base}/@connections/${id}`, `${base}/%40connections/${encodeURIComponent(id)}`, `/@connections/${encodeURIComponent(id)}`]) {
    assert.equal((await raw('POST', path, { body: path })).status, 200, path);
    assert.equal(await socket.next(), path);
  }
  assert.equal((await raw('POST', connections(id), { body: '' })).status, 200);
  assert.equal(await socket.next(), '');
  assert.equal((await raw('POST', connections(id), { body: Buffer.from([0x61, 0xff]) })).status, 200);
  assert.equal(await socket.next(), 'a\ufffd');
  const get = await raw('GET', connections(id));
  assert.match(get.body, /^\{\n {2}"identity" : \{\n {4}"sourceIp" : "127\.0\.0\.1",\n {4}"userAgent" : "raw\/1"\n {2}\},\n {2}"connectedAt" : "[^"]+Z",\n {2}"lastActiveAt" : "[^"]+Z"\n\}$/);

  const unsigned = await raw('POST', connections(id), { body: 'x', key: null });
  assert.deepEqual([unsigned.status, unsigned.type, unsigned.body], [403, 'MissingAuthenticationTokenException', '{"message":"Missing Authentication Token"}']);
  const forged = await raw('POST', connections(id), { body: 'x', key: { ...keys, secretAccessKey: 'wrong' } });
  assert.deepEqual([forged.status, forged.type], [403, 'InvalidSignatureException']);
  assert.match(forged.body, /^\{"message":"The request signature we calculated does not match/);
  const unknown = await raw('POST', connections(id), { body: 'x', key: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' } });
  assert.deepEqual([unknown.status, unknown.type, unknown.body], [403, 'UnrecognizedClientException', '{"message":"The security token included in the request is invalid."}']);
  const misplaced = await raw('POST', connections(id), { body: 'x', service: 'lambda' });
  assert.deepEqual([misplaced.status, misplaced.type], [403, 'InvalidSignatureException']);
  const malformed = await raw('POST', connections('nonsense'), { body: 'x' });
  assert.deepEqual([malformed.status, malformed.type, malformed.body], [400, 'BadRequestException', '{"message":"Invalid connectionId: nonsense"}']);
  const never = await raw('POST', connections(Buffer.from([9, 9, 9, 9, 9, 9, 9, 9, 2, 9, 9]).toString('base64').replace(/\+/g, '-').replace(/\//g, '_')), { body: 'x' });
  assert.equal(never.status, 410);
  assert.deepEqual([never.type, never.body, never.headers['content-length'], never.headers['content-type']], ['GoneException', '', '0', 'application/json']);
  assert.equal((await raw('POST', connections(id), { body: Buffer.alloc(128 * 1024, 'x') })).status, 200);
  assert.equal((await socket.next()).length, 128 * 1024);
  assert.equal((await raw('POST', connections(id), { body: Buffer.alloc(128 * 1024 + 1, 'x') })).status, 413);
  const gone = await raw('DELETE', connections(id));
  assert.deepEqual([gone.status, gone.body, gone.headers['content-type']], [204, '', undefined]);
  for (const method of ['DELETE', 'GET', 'POST']) assert.equal((await raw(method, connections(id), { body: method === 'POST' ? 'x' : undefined })).status, 410, method);
});

test('14: 410 from inside $connect and $disconnect', async () => {
  const poster = await functions.create(`const { ApiGatewayManagementApiClient, PostToConnectionCommand } = require('@aws-sdk/client-apigatewaymanagementapi');
    exports.handler = async ({ requestContext: cx }) => {
      const client = new ApiGatewayManagementApiClient({ endpoint: 'http://' + cx.domainName + '/_aws/execute-api/' + cx.apiId + '/' + cx.stage, maxAttempts: 1 });
      const answer = await client.send(new PostToConnectionCommand({ ConnectionId: cx.connectionId, Data: 'hello' }))
        .then(() => 'sent', (error) => error.name + ' ' + error.$metadata.httpStatusCode);
      if (cx.eventType !== 'MESSAGE') console.log('EVENT-' + cx.eventType + ' ' + JSON.stringify({ id: cx.connectionId, answer }));
      return { statusCode: 200, body: cx.connectionId + ' ' + answer };
    };`, { Timeout: 20 });
  const one = await WebSocketApi.make(functions, { $connect: poster, $disconnect: poster, $default: { ...poster, reply: true } });
  const socket = await Socket.open(one.url);
  socket.send('x');
  assert.equal(await socket.next(15000), 'hello');
  const [id, answer] = (await socket.next()).split(' ');
  assert.equal(answer, 'sent');
  await socket.close();
  const at = { functions, echo: poster };
  assert.equal((await logged('CONNECT', id, at)).answer, 'GoneException 410');
  assert.equal((await logged('DISCONNECT', id, at)).answer, 'GoneException 410');
});

test('14: a reader that does not read is answered 429, the server stays small, others are not disturbed', async () => {
  const stuck = await RawWebSocket.open(api.url);
  stuck.send(text('who'));
  const id = JSON.parse((await stuck.next()).payload).requestContext.connectionId;
  const other = await Socket.open(api.url);
  const otherId = (await ask(other)).requestContext.connectionId;
  stuck.socket.pause();
  const body = Buffer.alloc(128 * 1024, 'x');
  let answer;
  for (let i = 0; i < 400; i++) {
    answer = await raw('POST', connections(id), { body });
    if (answer.status !== 200) break;
  }
  assert.deepEqual([answer.status, answer.type], [429, 'LimitExceededException']);
  assert.equal((await raw('POST', connections(otherId), { body: 'still' })).status, 200);
  assert.equal(await other.next(), 'still');
  stuck.end();
  await logged('DISCONNECT', id);
  await other.close();
});

test('17: 1,000 messages to functions on one socket, none lost', async () => {
  const number = await functions.create('exports.handler = async ({ body }) => ({ statusCode: 200, body });');
  const one = await WebSocketApi.make(functions, { $default: { ...number, reply: true } });
  const socket = await Socket.open(one.url);
  for (let i = 0; i < 1000; i++) socket.send(`${i}`);
  const seen = new Set();
  for (let i = 0; i < 1000; i++) seen.add(await socket.next(30000));
  assert.equal(seen.size, 1000);
  await socket.close();
});

test('17: the limits of an account: new connections, and requests of every kind', async () => {
  const small = await Server.start({ args: ['--connects-per-second', '5', '--requests-per-second', '20'] });
  try {
    const theirs = new Functions(small.endpoint);
    const one = await WebSocketApi.make(theirs, { $default: { mock: 'pong' } });
    const opened = await Promise.allSettled(Array.from({ length: 10 }, () => Socket.open(one.url)));
    const sockets = opened.filter((each) => each.status === 'fulfilled').map((each) => each.value);
    assert.ok(sockets.length >= 5 && sockets.length < 10, `${sockets.length} were let in`);
    for (const each of opened) if (each.status === 'rejected') assert.deepEqual([each.reason.status, each.reason.body], [429, '{"message":"Too Many Requests"}']);
    const replies = [];
    for (let i = 0; i < 40; i++) sockets[0].send('x');
    for (let i = 0; i < 40; i++) replies.push(await sockets[0].next());
    assert.ok(replies.filter((reply) => reply === 'pong').length >= 1);
    const refused = replies.find((reply) => reply !== 'pong');
    assert.match(refused, /^\{"message": "Too Many Requests", "connectionId":"[^"]+", "requestId":"[^"]+"\}$/);
    const post = await raw('POST', connections(JSON.parse(refused).connectionId, `/_aws/execute-api/${one.id}/test`), { body: 'x', at: small });
    assert.deepEqual([post.status, post.type], [429, 'LimitExceededException']);
    await Promise.all(sockets.map((socket) => socket.close()));
  } finally {
    await small.remove();
  }
});

test('--ordered-connections: each message waits for the one before', async () => {
  const ordered = await Server.start({ args: ['--ordered-connections'] });
  try {
    const theirs = new Functions(ordered.endpoint);
    const wait = await theirs.create('exports.handler = async ({ body }) => { await new Promise((r) => setTimeout(r, Number(body))); return { statusCode: 200, body }; };');
    const one = await WebSocketApi.make(theirs, { $default: { ...wait, reply: true } });
    const socket = await Socket.open(one.url);
    const delays = ['300', '0', '100', '1', '50', '2'];
    for (const delay of delays) socket.send(delay);
    for (const delay of delays) assert.equal(await socket.next(15000), delay);
    await socket.close();
  } finally {
    await ordered.remove();
  }
});

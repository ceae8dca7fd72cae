'use strict';
// What stands behind a route beside a Lambda proxy: DynamoDB and SQS by template, functions with mapped
// errors, an HTTP server of the test's own, a MOCK that computes.

const assert = require('node:assert/strict');
const http = require('node:http');
const { after, before, test } = require('node:test');
const { CreateRoleCommand, DeleteRoleCommand, IAMClient } = require('@aws-sdk/client-iam');
const { Server, keys, sdk, unique } = require('../harness/server');
const { Functions } = require('../harness/lambda');
const { Socket } = require('../harness/socket');
const { WebSocketApi } = require('../harness/websocket_api');

const db = sdk('v3', '@aws-sdk/client-dynamodb');
const queues = sdk('v3', '@aws-sdk/client-sqs');
const region = 'us-east-1';
let server, functions, iam, role, table, dynamodb, backend, backendUrl;
const requests = [];

before(async () => {
  server = await Server.start();
  functions = new Functions(server.endpoint, region);
  const options = { endpoint: server.endpoint, region, credentials: keys, maxAttempts: 1 };
  iam = new IAMClient(options);
  dynamodb = new db.DynamoDBClient(options);
  role = await makeRole();
  table = unique('connections');
  await dynamodb.send(new db.CreateTableCommand({
    TableName: table, BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  }));
  backend = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => {
      requests.push({ method: request.method, url: request.url, headers: request.headers, body });
      if (request.url.startsWith('/slow')) return;
      response.writeHead(Number(request.headers['x-answer'] || 200), { 'X-Of': 'backend' });
      response.end(`got ${body}`);
    });
  });
  await new Promise((resolve) => backend.listen(0, '127.0.0.1', resolve));
  backendUrl = `http://127.0.0.1:${backend.address().port}`;
});
after(async () => {
  if (backend) { backend.closeAllConnections(); backend.close(); }
  if (server) await server.remove();
});

async function makeRole() {
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  const made = await iam.send(new CreateRoleCommand({ RoleName: unique('gateway'), AssumeRolePolicyDocument: JSON.stringify(trust) }));
  return made.Role.Arn;
}

// routes: {key: {integration, responses: {key: template or null}, ...settings}}
async function makeApi(routes) {
  const api = await WebSocketApi.make(functions, { unused: { mock: 'nothing' } });
  for (const [RouteKey, { integration, responses }] of Object.entries(routes)) {
    const { IntegrationId } = await api.call('CreateIntegration', integration);
    for (const [IntegrationResponseKey, text] of Object.entries(responses || {})) {
      await api.call('CreateIntegrationResponse', {
        IntegrationId, IntegrationResponseKey, ResponseTemplates: text === null ? undefined : { $default: text },
      });
    }
    const { RouteId } = await api.call('CreateRoute', { RouteKey, Target: `integrations/${IntegrationId}` });
    await api.call('CreateRouteResponse', { RouteId, RouteResponseKey: '$default' });
  }
  await api.deploy();
  return api;
}

const service = (action, template, more = {}) => ({
  IntegrationType: 'AWS', IntegrationMethod: 'POST', IntegrationUri: `arn:aws:apigateway:${region}:dynamodb:action/${action}`,
  CredentialsArn: role, TemplateSelectionExpression: '\\$default', RequestTemplates: { $default: template }, ...more,
});
const server_ = (path, more = {}) => ({ IntegrationType: 'HTTP', IntegrationMethod: 'POST', IntegrationUri: backendUrl + path, ...more });
const get = async (id) => (await dynamodb.send(new db.GetItemCommand({ TableName: table, Key: { id: { S: id } } }))).Item;

async function ask(api, messages) {
  const socket = await Socket.open(api.url);
  const answers = [];
  for (const message of messages) {
    socket.send(message);
    answers.push(await socket.next());
  }
  socket.close();
  await socket.closed;
  return answers;
}

test('DynamoDB by template: on connect, on messages, on disconnect', async () => {
  const key = `{"TableName":"${table}","Key":{"id":{"S":"$context.connectionId"}}}`;
  const api = await makeApi({
    $connect: {
      integration: service('PutItem', `#set($ttl = $context.requestTimeEpoch + 86400)
        {"TableName":"${table}","Item":{"id":{"S":"$context.connectionId"},"room":{"S":"$input.params('room')"},"ttl":{"N":"$ttl"}}}`),
      responses: { '/200/': null },
    },
    $disconnect: { integration: service('DeleteItem', key), responses: { '/200/': null } },
    read: {
      integration: service('GetItem', key),
      responses: { '/200/': '{"room":$input.json(\'$.Item.room.S\')}', '/4\\d\\d/': 'no' },
    },
    bad: {
      integration: service('PutItem', '{"TableName":"nowhere-to-be-found","Item":{"id":{"S":"x"}}}'),
      responses: { '/200/': 'yes', '/4\\d\\d/': "refused: $input.path('$.__type')" },
    },
    raw: { integration: service('DescribeTable', `{"TableName":"${table}"}`), responses: { $default: null } },
  });
  const socket = await Socket.open(`${api.url}?room=blue`);
  socket.send({ action: 'read' });
  assert.equal(await socket.next(), '{"room":"blue"}');
  socket.send({ action: 'bad' });
  assert.equal(await socket.next(), 'refused: com.amazonaws.dynamodb.v20120810#ResourceNotFoundException');
  socket.send({ action: 'raw' });
  assert.equal(JSON.parse(await socket.next()).Table.TableName, table);
  const { Items } = await dynamodb.send(new db.ScanCommand({ TableName: table }));
  assert.equal(Items.length, 1);
  assert.ok(Number(Items[0].ttl.N) > Date.now());
  socket.close();
  await socket.closed;
  for (let tries = 0; await get(Items[0].id.S); ++tries) assert.ok(tries < 200, 'the item stays');
});

test('A role that does not exist refuses the handshake', async () => {
  const gone = await makeRole();
  const api = await makeApi({
    $connect: { integration: service('PutItem', '{}', { CredentialsArn: gone }), responses: { $default: null } },
  });
  await iam.send(new DeleteRoleCommand({ RoleName: gone.split('/').pop() }));
  await assert.rejects(Socket.open(api.url), { status: 500 });
});

test('SQS by form and path', async () => {
  const sqs = new queues.SQSClient({ endpoint: server.endpoint, region, credentials: keys, maxAttempts: 1 });
  const name = unique('queue');
  const { QueueUrl } = await sqs.send(new queues.CreateQueueCommand({ QueueName: name }));
  const api = await makeApi({
    push: {
      integration: {
        IntegrationType: 'AWS', IntegrationMethod: 'POST', CredentialsArn: role,
        IntegrationUri: `arn:aws:apigateway:${region}:sqs:path/000000000000/${name}`,
        RequestParameters: { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" },
        RequestTemplates: { $default: "Action=SendMessage&MessageBody=$util.urlEncode($input.path('$.text'))" },
      },
      responses: { '/200/': 'queued', $default: "$input.body" },
    },
  });
  assert.deepEqual(await ask(api, [{ action: 'push', text: 'a & b' }]), ['queued']);
  const { Messages } = await sqs.send(new queues.ReceiveMessageCommand({ QueueUrl }));
  assert.equal(Messages[0].Body, 'a & b');
});

test('A function whose errors are mapped', async () => {
  const work = await functions.create(`exports.handler = async (event) => {
    if (event.fail) throw new Error('[BadRequest] ' + event.fail);
    return { sum: event.a + event.b };
  };`);
  await functions.allow(work.name, 'apigateway.amazonaws.com');
  const api = await makeApi({
    add: {
      integration: {
        IntegrationType: 'AWS', IntegrationMethod: 'POST',
        IntegrationUri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${work.arn}/invocations`,
        RequestTemplates: { $default: '{"a":$input.json(\'$.a\'),"b":$input.json(\'$.b\'),"fail":$input.json(\'$.fail\')}' },
      },
      responses: { '/\\[BadRequest\\].*/': "sorry: $input.path('$.errorMessage')", $default: "$input.path('$.sum')" },
    },
  });
  assert.deepEqual(await ask(api, [{ action: 'add', a: 2, b: 40 }, { action: 'add', fail: 'no' }]), ['42', 'sorry: [BadRequest] no']);
});

test('An HTTP server: parameters, statuses, time-out, proxy', async () => {
  const api = await makeApi({
    say: {
      integration: server_('/rooms/{room}', {
        RequestParameters: {
          'integration.request.path.room': 'route.request.body.room',
          'integration.request.querystring.id': 'context.connectionId',
          'integration.request.header.X-Answer': 'route.request.body.status',
        },
        RequestTemplates: { $default: "$input.path('$.text')" },
      }),
      responses: { '/2\\d\\d/': null, '/5\\d\\d/': 'broken $context.status' },
    },
    slow: { integration: server_('/slow', { TimeoutInMillis: 100 }), responses: { $default: null } },
    proxy: { integration: server_('/proxy', { IntegrationType: 'HTTP_PROXY' }) },
    nobody: { integration: server_('', { IntegrationUri: 'http://127.0.0.1:1/' }), responses: { $default: null } },
  });
  const answers = await ask(api, [
    { action: 'say', room: 'a b', text: 'hi' }, { action: 'say', status: 503 }, { action: 'say', status: 404 },
    { action: 'slow' }, '{"action":"proxy"}', { action: 'nobody' },
  ]);
  assert.equal(answers[0], 'got hi');
  assert.equal(answers[1], 'broken 503');
  assert.equal(JSON.parse(answers[2]).message, 'Internal server error');
  assert.equal(JSON.parse(answers[3]).message, 'Endpoint request timed out');
  assert.equal(answers[4], 'got {"action":"proxy"}');
  assert.equal(JSON.parse(answers[5]).message, 'Internal server error');
  assert.match(requests[0].url, /^\/rooms\/a%20b\?id=.+/);
  assert.equal(requests[0].method, 'POST');
});

test('An HTTP proxy decides about the handshake', async () => {
  const integration = (status) => server_('/door', {
    IntegrationType: 'HTTP_PROXY', IntegrationMethod: 'GET', RequestParameters: { 'integration.request.header.X-Answer': `'${status}'` },
  });
  const open = await makeApi({ $connect: { integration: integration(204) } });
  (await Socket.open(`${open.url}?who=me`, { headers: { Token: 't' } })).close();
  const seen = requests.at(-1);
  assert.deepEqual([seen.method, seen.url, seen.headers.token], ['GET', '/door?who=me', 't']);
  const shut = await makeApi({ $connect: { integration: integration(403) } });
  await assert.rejects(Socket.open(shut.url), (error) => error.status === 403 && error.headers['x-of'] === 'backend');
});

test('A MOCK that computes', async () => {
  const api = await makeApi({
    list: {
      integration: { IntegrationType: 'MOCK', RequestTemplates: { $default: '{"statusCode": #if($input.path("$.bad"))400#{else}200#end}' } },
      responses: {
        '/200/': '#foreach($x in ["a", "b"])[$foreach.count $x]#end of $context.routeKey',
        '/400/': "bad: $util.escapeJavaScript(\"it's\")",
      },
    },
  });
  assert.deepEqual(await ask(api, [{ action: 'list', bad: true }, { action: 'list' }]),
    ["bad: it\\'s", '[1 a][2 b] of list']);
});

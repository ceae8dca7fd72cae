'use strict';
// Who may open a WebSocket: Lambda authorizers, signatures (in headers and presigned, by Smithy's signer),
// API keys and usage plans (by SDK v2's APIGateway).

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { after, before, test } = require('node:test');
const { SignatureV4 } = require('@smithy/signature-v4');  // comes with SDK v3
const { Server, eventually, keys, sdk } = require('../harness/server');
const { Functions } = require('../harness/lambda');
const { Socket } = require('../harness/socket');
const { WebSocketApi } = require('../harness/websocket_api');

const logsSdk = sdk('v3', '@aws-sdk/client-cloudwatch-logs');
const AWS = sdk('v2', 'aws-sdk');
let server, functions, echo, authorizer;

class Sha256 {
  constructor(key) { this.hash = key ? crypto.createHmac('sha256', key) : crypto.createHash('sha256'); }
  update(data) { this.hash.update(data); }
  async digest() { return this.hash.digest(); }
}

before(async () => {
  server = await Server.start();
  functions = new Functions(server.endpoint);
  echo = await functions.create(`exports.handler = async (event) => {
    if (event.requestContext.eventType === 'DISCONNECT') console.log('GONE ' + JSON.stringify(event));
    return { statusCode: 200, body: JSON.stringify(event) };
  };`);
  // Does what the token asks for; prints its event for the test to find.
  authorizer = await functions.create(`exports.handler = async (event) => {
    const token = event.headers.Token;
    console.log('ASKED ' + JSON.stringify(event));
    if (token === 'who') throw new Error('Unauthorized');
    if (token === 'boom') throw new Error('boom');
    if (token === 'odd') return { principalId: 'ann' };
    const Effect = token === 'deny' ? 'Deny' : 'Allow';
    const Resource = token === 'elsewhere' ? event.methodArn.replace('$connect', 'other/*') : event.methodArn;
    return {
      principalId: 'ann',
      policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource }] },
      context: { number: 1, flag: true, text: 'a "b"' },
    };
  };`);
});
after(() => server && server.remove());

const refusal = (url, options) => Socket.open(url, options).then(
  (socket) => { socket.close(); throw new Error('the handshake was accepted'); }, (error) => error);

// An API whose $connect route is changed by `route` before it is deployed.
async function makeApi(route, change = async () => ({})) {
  const api = await WebSocketApi.make(functions, { $connect: echo, $disconnect: echo, $default: { ...echo, reply: true } });
  const { Items } = await api.call('GetRoutes');
  api.connectRoute = Items.find((one) => one.RouteKey === '$connect').RouteId;
  await api.call('UpdateRoute', { RouteId: api.connectRoute, ...route, ...await change(api) });
  await api.deploy();
  return api;
}

async function withAuthorizer(api, input = {}) {
  await functions.allow(authorizer.name, 'apigateway.amazonaws.com', `arn:aws:execute-api:us-east-1:000000000000:${api.id}/authorizers/*`);
  const { AuthorizerId } = await api.call('CreateAuthorizer', {
    Name: 'tokens', AuthorizerType: 'REQUEST', IdentitySource: ['route.request.header.Token'],
    AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${authorizer.arn}/invocations`, ...input,
  });
  return { AuthorizerId };
}

async function logged(group, pattern) {
  const logs = new logsSdk.CloudWatchLogsClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys });
  return eventually(async () => {
    const { events } = await logs.send(new logsSdk.FilterLogEventsCommand({ logGroupName: `/aws/lambda/${group.name}`, filterPattern: pattern }));
    return events[0] && JSON.parse(events[0].message.slice(events[0].message.indexOf('{')));
  });
}

async function eventOf(socket) {
  socket.send('hello');
  return JSON.parse(await socket.next());
}

test('a Lambda authorizer decides, and every later event knows what it said', async () => {
  const api = await makeApi({ AuthorizationType: 'CUSTOM' }, withAuthorizer);
  const matrix = [[undefined, 401, 'Unauthorized'], ['', 401, 'Unauthorized'], ['who', 401, 'Unauthorized'], ['boom', 500, 'Internal server error'],
    ['odd', 500, null], ['deny', 403, /explicit deny/], ['elsewhere', 403, /no identity-based policy allows/]];
  for (const [token, status, message] of matrix) {
    const error = await refusal(api.url, { headers: token === undefined ? {} : { Token: token } });
    assert.equal(error.status, status, `token ${token}`);
    assert.equal(error.headers['content-type'], 'application/json; charset=UTF-8');
    const body = JSON.parse(error.body);
    if (message instanceof RegExp) assert.match(body.message, message); else assert.equal(body.message, message);
    assert.equal(body.requestId, error.headers['x-amz-apigw-id']);
  }
  const socket = await Socket.open(`${api.url}?room=blue`, { headers: { Token: 'yes' } });
  const context = { number: '1', flag: 'true', text: 'a "b"', principalId: 'ann' };
  const { requestContext } = await eventOf(socket);
  assert.deepEqual(requestContext.authorizer, context);
  const asked = await logged(authorizer, `ASKED "${requestContext.connectionId}"`);
  assert.equal(asked.type, 'REQUEST');
  assert.equal(asked.methodArn, `arn:aws:execute-api:us-east-1:000000000000:${api.id}/test/$connect`);
  assert.deepEqual(asked.queryStringParameters, { room: 'blue' });
  assert.deepEqual(asked.stageVariables, {});
  assert.equal(asked.headers.Connection, 'upgrade');
  assert.equal(asked.headers.Token, 'yes');
  assert.equal(asked.requestContext.eventType, 'CONNECT');
  await socket.close();
  const gone = await logged(echo, `GONE "${requestContext.connectionId}"`);
  assert.deepEqual(gone.requestContext.authorizer, context);
});

test('what the authorizer said survives a crash', async () => {
  const api = await makeApi({ AuthorizationType: 'CUSTOM' }, withAuthorizer);
  const socket = await Socket.open(api.url, { headers: { Token: 'yes' } });
  const { requestContext } = await eventOf(socket);
  const { folder, port } = server;
  await server.kill();
  server = await Server.start({ folder, port });
  const gone = await logged(echo, `GONE "${requestContext.connectionId}"`);
  assert.equal(gone.requestContext.authorizer.principalId, 'ann');
  assert.equal(gone.requestContext.disconnectStatusCode, 1006);
});

test('authorizers of the control plane', async () => {
  const api = await makeApi({});
  const { AuthorizerId } = await withAuthorizer(api);
  const { Items } = await api.call('GetAuthorizers');
  assert.deepEqual(Items.map((one) => one.AuthorizerId), [AuthorizerId]);
  await api.call('UpdateAuthorizer', { AuthorizerId, Name: 'other' });
  assert.equal((await api.call('GetAuthorizer', { AuthorizerId })).Name, 'other');
  await assert.rejects(withAuthorizer(api, { Name: 'jwt', AuthorizerType: 'JWT' }), { name: 'BadRequestException' });
  await api.call('DeleteAuthorizer', { AuthorizerId });
  await assert.rejects(api.call('GetAuthorizer', { AuthorizerId }), { name: 'NotFoundException' });
});

const signer = (credentials = keys, region = 'us-east-1', service = 'execute-api') => new SignatureV4({
  credentials, region, service, sha256: Sha256, applyChecksum: false,
});

function requestFor(api, query = {}) {
  const { hostname, port, pathname } = new URL(api.url);
  return { method: 'GET', protocol: 'ws:', hostname, port: Number(port), path: pathname, query, headers: { host: `${hostname}:${port}` } };
}

async function presigned(api, { credentials, query, expiresIn = 60 } = {}) {
  const signed = await signer(credentials).presign(requestFor(api, query), { expiresIn });
  return `${api.url}?${Object.entries(signed.query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`;
}

test('AWS_IAM: presigned addresses and signed headers', async () => {
  const api = await makeApi({ AuthorizationType: 'AWS_IAM' });
  const root = { userArn: 'arn:aws:iam::000000000000:root', accountId: '000000000000', caller: '000000000000', user: '000000000000', accessKey: 'test' };
  const check = async (url, options) => {
    const socket = await Socket.open(url, options);
    const { identity } = (await eventOf(socket)).requestContext;
    for (const [name, value] of Object.entries(root)) assert.equal(identity[name], value);
    await socket.close();
  };
  await check(await presigned(api));
  await check(await presigned(api, { query: { room: 'a b/c' } }));
  const { headers } = await signer().sign(requestFor(api));
  await check(api.url, { headers });
});

test('AWS_IAM: a role with a session token, inside and behind the signature', async () => {
  const api = await makeApi({ AuthorizationType: 'AWS_IAM' });
  const spy = await functions.create(`exports.handler = async () => ({
    accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY, sessionToken: process.env.AWS_SESSION_TOKEN });`);
  const reply = await functions.client.send(new (sdk('v3', '@aws-sdk/client-lambda').InvokeCommand)({ FunctionName: spy.name }));
  const credentials = JSON.parse(Buffer.from(reply.Payload).toString());
  const { sessionToken, ...bare } = credentials;
  const behind = `${await presigned(api, { credentials: bare })}&X-Amz-Security-Token=${encodeURIComponent(sessionToken)}`;
  for (const url of [await presigned(api, { credentials }), behind]) {
    const socket = await Socket.open(url);
    const { identity } = (await eventOf(socket)).requestContext;
    assert.match(identity.userArn, /:assumed-role\//);
    assert.equal(identity.accessKey, credentials.accessKeyId);
    await socket.close();
  }
  const without = await refusal(await presigned(api, { credentials: bare }));
  assert.equal(without.headers['x-amzn-errortype'], 'UnrecognizedClientException');
});

test('AWS_IAM: refusals', async () => {
  const api = await makeApi({ AuthorizationType: 'AWS_IAM' });
  const expect = async (error, type, message) => {
    assert.equal(error.status, 403);
    assert.equal(error.headers['x-amzn-errortype'], type);
    assert.match(error.headers['x-amzn-requestid'], /^[0-9a-f-]{36}$/);
    assert.match(JSON.parse(error.body).message, message);
  };
  const unsigned = await refusal(api.url);
  await expect(unsigned, 'MissingAuthenticationTokenException', /^Missing Authentication Token$/);
  assert.equal(unsigned.body, '{"message":"Missing Authentication Token"}');
  await expect(await refusal(`${await presigned(api)}&more=1`), 'InvalidSignatureException', /^The request signature we calculated does not match/);
  const wrong = { accessKeyId: 'test', secretAccessKey: 'wrong' };
  await expect(await refusal(await presigned(api, { credentials: wrong })), 'InvalidSignatureException', /does not match/);
  await expect(await refusal(await presigned(api, { credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } })),
    'UnrecognizedClientException', /^The security token included in the request is invalid\.$/);
  const other = { accessKeyId: '111122223333', secretAccessKey: 'test' };
  await expect(await refusal(await presigned(api, { credentials: other })), 'AccessDeniedException',
    new RegExp(`^User: arn:aws:iam::111122223333:root is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:\\*{8}0000:${api.id}/test/\\$connect$`));
  for (const [region, service] of [['us-east-1', 's3'], ['eu-west-1', 'execute-api']]) {
    const { headers } = await signer(keys, region, service).sign(requestFor(api));
    await expect(await refusal(api.url, { headers }), 'InvalidSignatureException', /^Credential should be scoped to/);
  }
});

test('API keys: usage plans, throttle, quota, usage', async () => {
  const api = await makeApi({ ApiKeyRequired: true });
  const rest = new AWS.APIGateway({ endpoint: server.endpoint, region: 'us-east-1', credentials: new AWS.Credentials('test', 'test'), maxRetries: 0 });
  const key = await rest.createApiKey({ name: 'client', enabled: true }).promise();
  assert.equal(key.value.length, 40);
  assert.ok(key.createdDate instanceof Date);
  const plan = await rest.createUsagePlan({
    name: 'plan', apiStages: [{ apiId: api.id, stage: 'test' }], throttle: { rateLimit: 1000, burstLimit: 1000 }, quota: { limit: 3, period: 'MONTH' },
  }).promise();
  const open = (value) => Socket.open(api.url, { headers: value ? { 'x-api-key': value } : {} }).then((socket) => socket.close());
  for (const value of [undefined, 'nonsense', key.value]) {
    const error = await refusal(api.url, { headers: value ? { 'x-api-key': value } : {} });
    assert.equal(error.status, 403);
    assert.equal(JSON.parse(error.body).message, 'Forbidden');
  }
  const link = await rest.createUsagePlanKey({ usagePlanId: plan.id, keyId: key.id, keyType: 'API_KEY' }).promise();
  assert.deepEqual({ id: link.id, type: link.type, value: link.value, name: link.name }, { id: key.id, type: 'API_KEY', value: key.value, name: 'client' });
  await open(key.value);
  await rest.updateApiKey({ apiKey: key.id, patchOperations: [{ op: 'replace', path: '/enabled', value: 'false' }] }).promise();
  assert.equal((await refusal(api.url, { headers: { 'x-api-key': key.value } })).status, 403);
  await rest.updateApiKey({ apiKey: key.id, patchOperations: [{ op: 'replace', path: '/enabled', value: 'true' }] }).promise();
  await open(key.value);
  const { folder, port } = server;  // the quota is counted across a crash
  await server.kill();
  server = await Server.start({ folder, port });
  await open(key.value);
  const over = await refusal(api.url, { headers: { 'x-api-key': key.value } });
  assert.equal(over.status, 429);
  assert.equal(JSON.parse(over.body).message, 'Limit Exceeded');
  const today = new Date().toISOString().slice(0, 10);
  const usage = await rest.getUsage({ usagePlanId: plan.id, startDate: today, endDate: today }).promise();
  assert.deepEqual(usage.items, { [key.id]: [[3, 0]] });
  await rest.updateUsagePlan({ usagePlanId: plan.id, patchOperations: [{ op: 'remove', path: '/quota' },
    { op: 'replace', path: '/throttle/rateLimit', value: '0' }, { op: 'replace', path: '/throttle/burstLimit', value: '0' }] }).promise();
  const throttled = await refusal(api.url, { headers: { 'x-api-key': key.value } });
  assert.equal(throttled.status, 429);
  assert.equal(JSON.parse(throttled.body).message, 'Too Many Requests');

  const { items } = await rest.getApiKeys({ nameQuery: 'cli', includeValues: true }).promise();
  assert.deepEqual(items.map((one) => one.value), [key.value]);
  assert.equal((await rest.getApiKey({ apiKey: key.id }).promise()).value, undefined);
  assert.equal((await rest.getUsagePlans({ keyId: key.id }).promise()).items[0].id, plan.id);
  assert.equal((await rest.getUsagePlanKeys({ usagePlanId: plan.id }).promise()).items[0].id, key.id);
  await assert.rejects(rest.importApiKeys({ body: 'name,key', format: 'csv' }).promise(), { statusCode: 501 });
  await assert.rejects(rest.deleteUsagePlan({ usagePlanId: plan.id }).promise(), { code: 'BadRequestException' });
  await rest.deleteUsagePlanKey({ usagePlanId: plan.id, keyId: key.id }).promise();
  await rest.updateUsagePlan({ usagePlanId: plan.id, patchOperations: [{ op: 'remove', path: '/apiStages', value: `${api.id}:test` }] }).promise();
  await rest.deleteUsagePlan({ usagePlanId: plan.id }).promise();
  await rest.deleteApiKey({ apiKey: key.id }).promise();
  await assert.rejects(rest.getApiKey({ apiKey: key.id }).promise(), { code: 'NotFoundException' });
});

'use strict';
// apigatewayv2 as its clients see it: models and what they refuse, custom domains from the
// handshake to @connections, paging and tags by the SDK, and Debian's aws CLI.

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const http = require('node:http');
const { after, before, test } = require('node:test');
const v2 = require('@aws-sdk/client-apigatewayv2');
const WebSocket = require('ws');
const { Server, clientEnvironment, keys, sdk, unique } = require('../harness/server');
const { Functions } = require('../harness/lambda');
const { Socket } = require('../harness/socket');
const { WebSocketApi } = require('../harness/websocket_api');

const mgmt = sdk('v3', '@aws-sdk/client-apigatewaymanagementapi');
const CERTIFICATE = 'arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-4333-8444-555555555555';
let server, functions, echo, client;

before(async () => {
  server = await Server.start();
  functions = new Functions(server.endpoint);
  echo = await functions.create('exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event.requestContext) });');
  client = new v2.ApiGatewayV2Client({ endpoint: server.endpoint, region: functions.region, credentials: keys, maxAttempts: 1 });
});
after(() => server && server.remove());

const send = (operation, input = {}) => client.send(new v2[`${operation}Command`](input));

async function fails(promise, name, message) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, name);
    assert.equal(error.message, message);
    return true;
  });
}

const domain = (DomainName) => send('CreateDomainName', {
  DomainName, DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' }], Tags: { by: 'test' },
});

// A request to this server under another host name: {status, body}.
function ask(host, path, method = 'GET') {
  const { hostname, port } = new URL(server.endpoint);
  return new Promise((resolve, reject) => {
    http.request({ hostname, port, path, method, headers: { Host: host } }, (response) => {
      let body = '';
      response.on('data', (piece) => { body += piece; });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    }).on('error', reject).end();
  });
}

function open(host, path) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(server.endpoint.replace('http', 'ws') + path, { headers: { Host: host } });
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_, response) => { reject(new Error(String(response.statusCode))); socket.terminate(); });
    socket.on('error', reject);
  });
}

const next = (socket) => new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));

test('models: made, read, changed, taken away; bodies that do not fit never reach the function', async () => {
  const api = await WebSocketApi.make(functions, { $default: { ...echo, reply: true } });
  const { ModelId } = await api.call('CreateModel', {
    Name: 'Order', Schema: JSON.stringify({ $schema: 'http://json-schema.org/draft-04/schema#', type: 'object', required: ['item'], properties: { item: { type: 'string' } } }),
  });
  const model = await api.call('GetModel', { ModelId });
  assert.equal(model.ContentType, 'application/json');
  assert.deepEqual((await api.call('GetModels')).Items.map((m) => m.Name), ['Order']);
  assert.equal((await api.call('GetModelTemplate', { ModelId })).Value, '#set($inputRoot = $input.path(\'$\'))\n{\n  "item" : "foo"\n}');
  await fails(api.call('CreateModel', { Name: 'Order', Schema: '{}' }), 'ConflictException', 'Model name already exists for this API');
  const [{ RouteId }] = (await api.call('GetRoutes')).Items;
  await api.call('UpdateRoute', { RouteId, ModelSelectionExpression: '$request.body.action', RequestModels: { order: 'Order' } });
  await api.deploy(api.stage);
  const socket = await open('127.0.0.1', new URL(api.url).pathname);
  socket.send('{"action":"order","item":"tea"}');
  assert.equal(JSON.parse(await next(socket)).eventType, 'MESSAGE');
  for (const body of ['{"action":"order"}', '{"action":"order","item":1}', '{"action":"other"}', 'tea']) {
    socket.send(body);
    assert.match(await next(socket), /^\{"message": "Bad request body", "connectionId":"[^"]+=", "messageId":"[^"]{16}"\}$/);
  }
  socket.close();
  await fails(api.call('DeleteModel', { ModelId }), 'ConflictException', "Cannot delete model 'Order', is referenced in route: $default");
  await api.call('UpdateRoute', { RouteId, ModelSelectionExpression: '', RequestModels: {} });
  await api.call('DeleteModel', { ModelId });
  await fails(api.call('GetModel', { ModelId }), 'NotFoundException', 'Invalid Model identifier specified');
});

test('custom domains: the host name leads to the stage, also for @connections', async () => {
  const api = await WebSocketApi.make(functions, { $default: { ...echo, reply: true } });
  const name = `${unique('chat')}.example.com`;
  const made = await domain(name);
  assert.equal(made.ApiMappingSelectionExpression, '$request.basepath');
  assert.equal(made.DomainNameConfigurations[0].DomainNameStatus, 'AVAILABLE');
  assert.ok(made.DomainNameConfigurations[0].CertificateUploadDate instanceof Date);
  await assert.rejects(open(name, '/'), /403/);
  for (const ApiMappingKey of [undefined, 'v1']) {
    await send('CreateApiMapping', { DomainName: name, ApiId: api.id, Stage: api.stage, ApiMappingKey });
  }
  const { port } = new URL(server.endpoint);
  for (const path of ['', '/v1', '/v1/']) {
    const socket = await open(`${name}:${port}`, path);
    socket.send('{}');
    const context = JSON.parse(await next(socket));
    assert.equal(context.domainName, `${name}:${port}`);
    assert.equal(context.stage, api.stage);
    const connections = new mgmt.ApiGatewayManagementApiClient({
      endpoint: `http://${name}:${port}${path === '' ? '' : '/v1'}`, region: functions.region, credentials: keys,
      requestHandler: { handle: (request, options) => atThisServer.handle(request, options) },
    });
    const got = next(socket);
    await connections.send(new mgmt.PostToConnectionCommand({ ConnectionId: context.connectionId, Data: 'pushed' }));
    assert.equal(await got, 'pushed');
    socket.close();
  }
  // What functions do that put the stage behind a custom domain.
  assert.deepEqual(await ask(name, `/${api.stage}/@connections/x`, 'POST'),
    { status: 403, body: `{"message":"No method found matching route ${api.stage}/@connections/x for http method POST."}` });
  await api.call('UpdateApi', { DisableExecuteApiEndpoint: true });
  await api.deploy(api.stage);
  await assert.rejects(Socket.open(api.url), (error) => error.status === 403);
  (await open(name, '/v1')).close();
  await fails(api.call('DeleteApi'), 'BadRequestException',
    'Deleting API failed. Please remove all base path mappings related to the API in your domains before deletion.');
  await send('DeleteDomainName', { DomainName: name });
  await api.call('DeleteApi');
});

// The SDK's own transport, with this server in place of the domain's address.
const atThisServer = {
  async handle(request) {
    const { hostname, port } = new URL(server.endpoint);
    return new Promise((resolve, reject) => {
      const out = http.request({ hostname, port, method: request.method, path: request.path, headers: request.headers }, (response) => {
        resolve({ response: { statusCode: response.statusCode, headers: response.headers, body: response } });
      });
      out.on('error', reject);
      out.end(request.body);
    });
  },
};

test('pages and tags of domain names', async () => {
  const names = [unique('a'), unique('b'), unique('c')].map((name) => `${name}.example.org`);
  for (const name of names) await domain(name);
  const seen = [];
  for (let NextToken; ;) {
    const page = await send('GetDomainNames', { MaxResults: '2', NextToken });
    seen.push(...page.Items.map((item) => item.DomainName));
    NextToken = page.NextToken;
    if (!NextToken) break;
  }
  assert.deepEqual(seen.filter((name) => name.endsWith('.example.org')), names);
  const ResourceArn = `arn:aws:apigateway:${functions.region}::/domainnames/${names[0]}`;
  await send('TagResource', { ResourceArn, Tags: { more: 'x' } });
  assert.deepEqual((await send('GetTags', { ResourceArn })).Tags, { by: 'test', more: 'x' });
  await send('UntagResource', { ResourceArn, TagKeys: ['by'] });
  assert.deepEqual((await send('GetDomainName', { DomainName: names[0] })).Tags, { more: 'x' });
  await fails(domain(names[0]), 'ConflictException', 'The domain name you provided already exists.');
  for (const DomainName of names) await send('DeleteDomainName', { DomainName });
});

function aws(...args) {
  return new Promise((resolve) => {
    execFile('/usr/bin/aws', ['--endpoint-url', server.endpoint, 'apigatewayv2', ...args, '--output', 'json'], {
      env: { ...clientEnvironment(server.endpoint), AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent' }, timeout: 60000,
    }, (error, out, err) => resolve(error ? { error: err } : JSON.parse(out || 'null')));
  });
}

test('aws apigatewayv2: models, domain names, mappings, and errors as scripts meet them', async () => {
  const api = await aws('create-api', '--name', 'cli', '--protocol-type', 'WEBSOCKET', '--route-selection-expression', '$request.body.action');
  assert.match(api.ApiEndpoint, /^wss:/);
  await aws('create-stage', '--api-id', api.ApiId, '--stage-name', 'live');
  const model = await aws('create-model', '--api-id', api.ApiId, '--name', 'M', '--content-type', 'application/json', '--schema', '{"type":"object"}');
  assert.equal((await aws('get-model', '--api-id', api.ApiId, '--model-id', model.ModelId)).Schema, '{"type":"object"}');
  const name = `${unique('cli')}.example.com`;
  const made = await aws('create-domain-name', '--domain-name', name, '--domain-name-configurations', `CertificateArn=${CERTIFICATE}`);
  assert.equal(made.DomainName, name);
  const mapping = await aws('create-api-mapping', '--domain-name', name, '--api-id', api.ApiId, '--stage', 'live');
  assert.deepEqual((await aws('get-api-mappings', '--domain-name', name)).Items, [mapping]);
  assert.match((await aws('get-model', '--api-id', api.ApiId, '--model-id', 'none00')).error,
    /An error occurred \(NotFoundException\) when calling the GetModel operation \(reached max retries: 0\): Invalid Model identifier specified/);
  assert.match((await aws('create-vpc-link', '--name', 'x', '--subnet-ids', 'subnet-1')).error, /NotImplemented/);
  await aws('delete-domain-name', '--domain-name', name);
});

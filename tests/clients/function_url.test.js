'use strict';
// Function URLs as clients use them: plain requests, browsers (CORS), and signed requests.

const assert = require('node:assert/strict');
const http = require('node:http');
const { after, before, test } = require('node:test');
const { Server, keys, root } = require('../harness/server');
const { Functions, lambda } = require('../harness/lambda');

const path = require('node:path');
const AWS = require(require.resolve('aws-sdk', { paths: [path.join(root, 'runtimes/nodejs/sdk/v2')] }));
let server, functions;

before(async () => {
  server = await Server.start();
  functions = new Functions(server.endpoint);
});
after(() => server && server.remove());

const send = (Command, input) => functions.client.send(new lambda[`${Command}Command`](input));

async function makeUrl(code, options = {}) {
  const { name } = await functions.create(code);
  const { FunctionUrl } = await send('CreateFunctionUrlConfig', { FunctionName: name, AuthType: 'NONE', ...options });
  const [, id] = /^https:\/\/([a-z0-9]{32})\.lambda-url\.us-east-1\.on\.aws\/$/.exec(FunctionUrl);
  return { name, id, host: `${id}.lambda-url.us-east-1.on.aws` };
}

const allow = (FunctionName) => send('AddPermission', {
  FunctionName, StatementId: 'public', Action: 'lambda:InvokeFunctionUrl', Principal: '*', FunctionUrlAuthType: 'NONE',
});

// A request to this server with a Host header of our choice (fetch does not allow one).
function request(host, target, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: '127.0.0.1', port: server.port, method, path: target, headers: { host, ...headers } }, (reply) => {
      const pieces = [];
      reply.on('data', (piece) => pieces.push(piece));
      reply.on('end', () => resolve({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(pieces) }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

test('a public URL by its AWS name, its local name and its path', async () => {
  const { name, id, host } = await makeUrl('exports.handler = async (event) => event;');
  const refused = await request(host, '/');
  assert.equal(refused.status, 403);
  assert.deepEqual(JSON.parse(refused.body), { Message: 'Forbidden' });
  await allow(name);
  for (const [where, target] of [[host, '/a/b?x=1&x=2'], [`${id}.lambda-url.us-east-1.localhost:${server.port}`, '/a/b?x=1&x=2'],
    [`127.0.0.1:${server.port}`, `/_aws/lambda-url/${id}/a/b?x=1&x=2`]]) {
    const reply = await request(where, target, { headers: { cookie: 'a=1; b=2', 'X-Mine': 'yes' } });
    assert.equal(reply.status, 200);
    assert.equal(reply.headers['content-type'], 'application/json');
    const event = JSON.parse(reply.body);
    assert.equal(event.rawPath, '/a/b');
    assert.deepEqual(event.queryStringParameters, { x: '1,2' });
    assert.deepEqual(event.cookies, ['a=1', 'b=2']);
    assert.equal(event.headers['x-mine'], 'yes');
    assert.equal(event.requestContext.domainName, host);
    assert.equal(event.requestContext.http.method, 'GET');
    assert.equal(event.requestContext.requestId, reply.headers['x-amzn-requestid']);
  }
});

test('status, headers, cookies and bytes of an answer; errors are 502', async () => {
  const { name, host } = await makeUrl(`exports.handler = async (event) => {
    if (event.rawPath === '/fail') throw new Error('no');
    const body = Buffer.from(event.body || '', event.isBase64Encoded ? 'base64' : 'utf8');
    return { statusCode: 201, headers: { 'Content-Type': 'image/png' }, cookies: ['a=1', 'b=2'],
      body: Buffer.concat([body, body]).toString('base64'), isBase64Encoded: true };
  };`);
  await allow(name);
  const bytes = Buffer.from([0, 255, 10, 13]);
  const reply = await request(host, '/', { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: bytes });
  assert.equal(reply.status, 201);
  assert.equal(reply.headers['content-type'], 'image/png');
  assert.deepEqual(reply.headers['set-cookie'], ['a=1', 'b=2']);
  assert.deepEqual(reply.body, Buffer.concat([bytes, bytes]));
  const failed = await request(host, '/fail');
  assert.equal(failed.status, 502);
  assert.equal(String(failed.body), 'Internal Server Error');
  const large = await request(host, '/', { method: 'POST', body: Buffer.alloc(6 * 1024 * 1024 + 1, 'x') });
  assert.equal(large.status, 413);
});

test('CORS is answered by the platform', async () => {
  const { name, host } = await makeUrl(`exports.handler = async () => ({ statusCode: 200, body: 'x' });`,
    { Cors: { AllowOrigins: ['https://app.example'], AllowMethods: ['PUT'], MaxAge: 60 } });
  const preflight = await request(host, '/', { method: 'OPTIONS', headers: { origin: 'https://app.example', 'access-control-request-method': 'PUT' } });
  assert.equal(preflight.status, 200);
  assert.equal(preflight.headers['access-control-allow-origin'], 'https://app.example');
  assert.equal(preflight.headers['access-control-allow-methods'], 'PUT');
  assert.equal(preflight.headers['access-control-max-age'], '60');
  await allow(name);
  const answer = await request(host, '/', { headers: { origin: 'https://app.example' } });
  assert.equal(answer.headers['access-control-allow-origin'], 'https://app.example');
});

test('AWS_IAM wants a signature of the region, for the service lambda', async () => {
  const { host } = await makeUrl('exports.handler = async (event) => event.requestContext.authorizer.iam.userArn;', { AuthType: 'AWS_IAM' });
  assert.equal((await request(host, '/')).status, 403);
  const signedFor = (region, service, secret = keys.secretAccessKey) => {
    const made = new AWS.HttpRequest(new AWS.Endpoint(`https://${host}`), region);
    made.method = 'POST';
    made.path = '/p';
    made.body = '{"a":1}';
    made.headers.host = host;
    made.headers['content-type'] = 'application/json';
    new AWS.Signers.V4(made, service, true).addAuthorization(new AWS.Credentials(keys.accessKeyId, secret), new Date());
    return request(host, '/p', { method: 'POST', headers: made.headers, body: made.body });
  };
  const reply = await signedFor('us-east-1', 'lambda');
  assert.equal(reply.status, 200);
  assert.equal(JSON.parse(reply.body), 'arn:aws:iam::000000000000:root');
  assert.equal((await signedFor('us-east-1', 's3')).status, 403);
  assert.equal((await signedFor('eu-west-1', 'lambda')).status, 403);
  assert.equal((await signedFor('us-east-1', 'lambda', 'wrong')).status, 403);
});

test('URLs outlive a restart and go with their function', async () => {
  const { name, host } = await makeUrl('exports.handler = async () => 1;');
  await allow(name);
  await server.stop();
  server = await Server.start({ folder: server.folder });
  functions = new Functions(server.endpoint);
  assert.equal((await request(host, '/')).status, 200);
  const { FunctionUrlConfigs } = await send('ListFunctionUrlConfigs', { FunctionName: name });
  assert.equal(FunctionUrlConfigs.length, 1);
  assert.equal(FunctionUrlConfigs[0].InvokeMode, 'BUFFERED');
  await send('DeleteFunction', { FunctionName: name });
  assert.equal((await request(host, '/')).status, 404);
});

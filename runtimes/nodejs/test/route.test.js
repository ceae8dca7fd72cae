'use strict';

// Connections that are meant for AWS arrive at the server, with the name that was meant.

const test = require('node:test');
const assert = require('node:assert');
const http = require('http');
const fs = require('fs');
const path = require('path');
const { withWorker, since } = require('./driver');

const SDK = path.join(__dirname, '..', 'sdk');

async function withServer(body) {
  const seen = [];
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (data) => { text += data; });
    request.on('end', () => {
      seen.push({ host: request.headers.host, url: request.url, text });
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end('{"TableNames":["t"]}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body(`http://127.0.0.1:${server.address().port}`, seen);
  } finally {
    server.closeAllConnections ? server.closeAllConnections() : 0;
    server.close();
  }
}

const GET = `const get = (options) => new Promise((resolve, reject) => require('http')
  .get(options, (r) => { r.resume(); r.on('end', () => resolve(r.statusCode)); })
  .on('error', reject));`;

test('plain requests', () => withServer((endpoint, seen) => withWorker({
  endpoint,
  files: {
    'index.js': `${GET}
      exports.handler = async (event) => { for (const url of event) await get(url); };`,
  },
}, async (worker) => {
  const port = new URL(endpoint).port;
  const result = await worker.call([
    'http://abc.execute-api.eu-west-1.amazonaws.com/prod/x',
    'http://sqs.cn-north-1.amazonaws.com.cn/',
    `http://abc.execute-api.localhost:${port}/prod`,
  ]);
  assert.strictEqual(result.answer, 'null');
  assert.deepStrictEqual(seen.map((request) => request.host), [
    'abc.execute-api.eu-west-1.amazonaws.com', 'sqs.cn-north-1.amazonaws.com.cn',
    `abc.execute-api.localhost:${port}`]);
})));

test('fetch', since(18), () => withServer((endpoint, seen) => withWorker({
  endpoint,
  files: {
    'index.js': `exports.handler = async () => (await fetch('http://s3.amazonaws.com/')).status;`,
  },
}, async (worker) => {
  assert.strictEqual((await worker.call({})).answer, '200');
  assert.strictEqual(seen[0].host, 's3.amazonaws.com');
})));

test('other names are left alone', () => withServer((endpoint) => withWorker({
  endpoint,
  files: { 'index.js': `${GET}
    exports.handler = () => get('http://notamazonaws.com.invalid/').catch((e) => e.code);` },
}, async (worker) => {
  assert.match((await worker.call({})).answer, /ENOTFOUND|EAI_AGAIN/);
})));

const sets = ['v2', 'v3'].filter((set) => fs.existsSync(path.join(SDK, set, 'node_modules')));
const clients = {
  v2: `const AWS = require('aws-sdk');
    exports.handler = () => new AWS.DynamoDB({ sslEnabled: false }).listTables().promise();`,
  v3: `const { DynamoDB } = require('@aws-sdk/client-dynamodb');
    exports.handler = async () => ({ TableNames: (await new DynamoDB({
      endpoint: 'http://dynamodb.eu-west-1.amazonaws.com' }).listTables({})).TableNames });`,
};
for (const set of sets) {
  const first = since(set === 'v3' ? 18 : 10);
  test(`aws-sdk ${set}`, first, () => withServer((endpoint, seen) => withWorker({
    endpoint,
    environment: { NODE_PATH: path.join(SDK, set, 'node_modules'),
      AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b',
      AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1' },
    files: { 'index.js': clients[set] },
  }, async (worker) => {
    assert.deepStrictEqual(await worker.call({}), { answer: '{"TableNames":["t"]}' });
    assert.strictEqual(seen[0].host, 'dynamodb.eu-west-1.amazonaws.com');
  })));
}

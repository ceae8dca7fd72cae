'use strict';
// Functions in their sandboxes, on the real server: AWS's own names lead here with unmodified code, and nothing else is in reach.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { Server, binary, keys, sdk } = require('../harness/server');
const { Functions } = require('../harness/lambda');

const { ApiGatewayV2 } = sdk('v2', 'aws-sdk');
const { CreateTableCommand, DynamoDBClient } = sdk('v3', '@aws-sdk/client-dynamodb');

let server, functions, sandboxed;

before(async () => {
  server = await Server.start();
  sandboxed = JSON.parse(fs.readFileSync(path.join(server.folder, 'server.json'))).functions.includes('sandbox');
  functions = new Functions(server.endpoint);
});
after(() => server && server.remove());

const needsSandbox = (t) => {
  if (!sandboxed) t.skip(`no sandboxes here: ${Server.logOf(server.folder).split('\n').find((line) => line.includes('sandbox'))}`);
  return sandboxed;
};
const answer = async (source, { payload, ...options } = {}) => {
  const { name } = await functions.create(source, { Timeout: 20, ...options });
  const reply = await functions.invoke(name, payload || {});
  return reply.FunctionError ? Promise.reject(new Error(reply.text)) : reply.json;
};

test('status tells in what functions run', (t) => {
  if (!needsSandbox(t)) return;
  const status = execFileSync(binary, ['status', '--data-dir', server.folder], { encoding: 'utf8' });
  assert.match(status, /^functions a sandbox .*memory by (cgroup v[12]|watching), no way out$/m);
});

test('the SDK finds DynamoDB without an endpoint', async (t) => {
  if (!needsSandbox(t)) return;
  await new DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys }).send(new CreateTableCommand({
    TableName: 'inside', BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }], KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  }));
  const v2 = await answer(`const AWS = require('aws-sdk');
    exports.handler = async () => (await new AWS.DynamoDB().listTables().promise()).TableNames;`, { Runtime: 'nodejs16.x' });
  assert.deepEqual(v2, ['inside']);
  const v3 = await answer(`const { DynamoDBClient, ListTablesCommand } = require('@aws-sdk/client-dynamodb');
    exports.handler = async () => (await new DynamoDBClient({}).send(new ListTablesCommand({}))).TableNames;`);
  assert.deepEqual(v3, ['inside']);
});

test('hard-coded AWS addresses, over TLS', async (t) => {
  if (!needsSandbox(t)) return;
  const gateway = new ApiGatewayV2({ endpoint: server.endpoint, region: 'us-east-1', ...keys });
  const { ApiId } = await gateway.createApi({ Name: 'x', ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' }).promise();
  await gateway.createStage({ ApiId, StageName: 'prod', AutoDeploy: true }).promise();
  const gone = await answer(`const AWS = require('aws-sdk');
    exports.handler = async ({ api }) => {
      const management = new AWS.ApiGatewayManagementApi({ endpoint: 'https://' + api + '.execute-api.us-east-1.amazonaws.com/prod' });
      try { await management.postToConnection({ ConnectionId: 'L0SM9cOFvHcCIhw=', Data: 'x' }).promise(); return 'sent'; }
      catch (error) { return error.statusCode + ' ' + error.code; }
    };`, { Runtime: 'nodejs16.x', payload: { api: ApiId } });
  assert.equal(gone, '410 GoneException');
  const forced = await answer(`const { DynamoDBClient, ListTablesCommand } = require('@aws-sdk/client-dynamodb');
    exports.handler = async () => {
      const client = new DynamoDBClient({ endpoint: 'https://dynamodb.us-east-1.amazonaws.com' });
      return (await client.send(new ListTablesCommand({}))).TableNames;
    };`);
  assert.ok(Array.isArray(forced));
});

test('the server at its own address', async (t) => {
  if (!needsSandbox(t)) return;
  const health = await answer(`exports.handler = async ({ port }) =>
    (await (await fetch('http://127.0.0.1:' + port + '/_fairlead/health')).json()).status;`, { payload: { port: server.port } });
  assert.equal(health, 'running');
});

test('nothing of the host is seen or written', async (t) => {
  if (!needsSandbox(t)) return;
  const secret = fs.mkdtempSync(path.join(os.homedir(), '.fairlead-secret-'));
  fs.writeFileSync(path.join(secret, 'key'), 'secret');
  t.after(() => fs.rmSync(secret, { recursive: true }));
  const seen = await answer(`const fs = require('fs');
    const tried = (what) => { try { return what(); } catch (error) { return error.code; } };
    exports.handler = async ({ paths }) => ({
      read: paths.map((path) => tried(() => fs.readdirSync(path))),
      written: ['/usr/x', '/etc/x', '/var/task/x', '/opt/x', '/x'].map((path) => tried(() => fs.writeFileSync(path, 'x') || 'wrote')),
      tmp: tried(() => fs.writeFileSync('/tmp/x', 'x') || 'wrote'),
      user: process.getuid() + ':' + process.getgid(),
      task: fs.readdirSync('/var/task'),
      processes: fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).length,
    });`, { payload: { paths: [server.folder, path.join(server.folder, 'store'), secret, '/work', '/sys'] } });
  assert.deepEqual(seen.read, ['ENOENT', 'ENOENT', 'ENOENT', 'ENOENT', 'ENOENT']);
  for (const outcome of seen.written) assert.match(outcome, /^E(ROFS|ACCES)$/);
  assert.equal(seen.tmp, 'wrote');
  assert.equal(seen.user, '993:990');
  assert.deepEqual(seen.task, ['index.js']);
  assert.ok(seen.processes <= 3, `${seen.processes} processes seen`);
});

test('no other network', async (t) => {
  if (!needsSandbox(t)) return;
  const reached = await answer(`const dns = require('dns').promises, net = require('net');
    const connect = (host) => new Promise((done) => {
      const socket = net.connect({ host, port: 80, timeout: 3000 });
      socket.on('connect', () => done('connected')); socket.on('error', (error) => done(error.code)); socket.on('timeout', () => done('timeout'));
    });
    exports.handler = async () => [await connect('1.1.1.1'), await connect('169.254.169.254'),
      await dns.lookup('example.com').catch((error) => error.code), (await dns.lookup('s3.amazonaws.com')).address,
      await dns.resolve4('sqs.eu-west-1.amazonaws.com')];`);
  assert.deepEqual(reached, ['ENETUNREACH', 'ENETUNREACH', 'ENOTFOUND', '127.0.0.1', ['127.0.0.1']]);
});

test('a fork bomb ends at its time-out and harms nobody', async (t) => {
  if (!needsSandbox(t)) return;
  const { name } = await functions.create(`const { spawn } = require('child_process');
    exports.handler = async () => {
      spawn('sh', ['-c', 'b() { b | b & b; }; b'], { stdio: 'ignore' });
      await new Promise(() => setInterval(() => {}, 1000));
    };`, { Timeout: 2 });
  const bomb = await functions.invoke(name);
  assert.match(bomb.json.errorMessage, /timed out after 2\.00 seconds/);
  assert.equal(await answer('exports.handler = async () => "fine";'), 'fine');
});

test('without a sandbox everything works as plain processes', async () => {
  const plain = await Server.start({ args: ['--sandbox=off'] });
  try {
    const there = new Functions(plain.endpoint);
    const { name } = await there.create('exports.handler = async () => process.getuid();');
    assert.equal((await there.invoke(name)).json, process.getuid());
  } finally {
    await plain.remove();
  }
});

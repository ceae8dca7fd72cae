'use strict';
// Functions as authors write them: module kinds, handlers, errors, time-outs, logs, SDKs inside.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { Server, keys, sdk } = require('../harness/server');
const { Functions, lambda, zip } = require('../harness/lambda');

const logsSdk = sdk('v3', '@aws-sdk/client-cloudwatch-logs');
let server, functions;

before(async () => {
  server = await Server.start();
  functions = new Functions(server.endpoint);
});
after(() => server && server.remove());

const answer = async (files, payload, options) => {
  const { name } = await functions.create(files, options);
  return functions.invoke(name, payload);
};

test('CommonJS, ES modules, callbacks, promises and folders', async () => {
  assert.equal((await answer('exports.handler = async (e) => e.x + 1;', { x: 1 })).json, 2);
  assert.equal((await answer('exports.handler = (e, c, done) => done(null, e.x * 2);', { x: 4 })).json, 8);
  assert.equal((await answer({ 'index.mjs': 'export const handler = async () => import.meta.url.length > 0;' })).json, true);
  assert.equal((await answer({ 'package.json': '{"type":"module"}', 'src/app.js': 'export const go = () => Promise.resolve("esm");' }, {}, { Handler: 'src/app.go' })).json, 'esm');
  assert.equal((await answer('exports.handler = () => {};')).text, 'null');
});

test('errors come as AWS sends them', async () => {
  const thrown = await answer('exports.handler = async () => { const e = new TypeError("bad"); throw e; };');
  assert.equal(thrown.FunctionError, 'Unhandled');
  assert.equal(thrown.json.errorType, 'TypeError');
  assert.equal(thrown.json.errorMessage, 'bad');
  assert.ok(Array.isArray(thrown.json.trace));
  assert.equal((await answer('exports.handler = async () => { process.exit(3); };')).json.errorType, 'Runtime.ExitError');
  assert.equal((await answer({ 'other.js': '' })).json.errorType, 'Runtime.ImportModuleError');
  assert.equal((await answer('exports.nothing = 1;')).json.errorType, 'Runtime.HandlerNotFound');
  assert.equal((await answer('exports.handler = (;')).json.errorType, 'Runtime.UserCodeSyntaxError');
  const slow = await answer('exports.handler = () => new Promise(() => setInterval(() => {}, 1000));', {}, { Timeout: 1 });
  assert.equal(slow.json.errorType, 'Sandbox.Timedout');
  assert.match(slow.json.errorMessage, /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/);
});

test('a function that loops for ever harms nobody else', async () => {
  const { name } = await functions.create('exports.handler = async () => { for (;;); };', { Timeout: 1 });
  const other = await functions.create('exports.handler = async () => "fine";');
  const [stuck, fine] = await Promise.all([functions.invoke(name), functions.invoke(other.name)]);
  assert.equal(stuck.json.errorType, 'Sandbox.Timedout');
  assert.equal(fine.json, 'fine');
});

test('environment, context and the log', async () => {
  const { name } = await functions.create(`exports.handler = async (event, context) => {
    console.log('first line\\nsecond line');
    return { region: process.env.AWS_REGION, mine: process.env.MINE, id: context.awsRequestId,
      left: context.getRemainingTimeInMillis(), name: context.functionName, execution: process.env.AWS_EXECUTION_ENV };
  };`, { Environment: { Variables: { MINE: 'yes' } } });
  const reply = await functions.invoke(name, {}, { LogType: 'Tail' });
  assert.equal(reply.json.mine, 'yes');
  assert.equal(reply.json.region, 'us-east-1');
  assert.equal(reply.json.name, name);
  assert.equal(reply.json.execution, 'AWS_Lambda_nodejs20.x');
  assert.ok(reply.json.left > 1000 && reply.json.left <= 3000);
  const tail = Buffer.from(reply.LogResult, 'base64').toString();
  assert.match(tail, new RegExp(`START RequestId: ${reply.json.id} Version: \\$LATEST\n`));
  assert.match(tail, new RegExp(`\t${reply.json.id}\tINFO\tfirst line\nsecond line\n`));
  assert.match(tail, new RegExp(`REPORT RequestId: ${reply.json.id}\tDuration: [0-9.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB`));
  const logs = new logsSdk.CloudWatchLogsClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys });
  const { events } = await logs.send(new logsSdk.FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, filterPattern: '"second line"' }));
  assert.equal(events.length, 1);
  assert.match(events[0].logStreamName, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
});

test('both SDKs are there, by require and by import, and reach this server without an endpoint', async () => {
  const v2 = await answer(`const AWS = require('aws-sdk');
    exports.handler = (e, c, done) => new AWS.DynamoDB().listTables({}, (error, data) => done(error, data && data.TableNames));`,
  {}, { Runtime: 'nodejs16.x', Timeout: 20 });
  assert.deepEqual(v2.json, []);
  const v3 = await answer({ 'index.mjs': `import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
    const client = new DynamoDBClient({});
    export const handler = async () => (await client.send(new ListTablesCommand({}))).TableNames;` }, {}, { Timeout: 20 });
  assert.deepEqual(v3.json, []);
  const who = await answer(`const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
    exports.handler = async () => (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn;`, {}, { Timeout: 20 });
  assert.match(who.json, /^arn:aws:sts::000000000000:assumed-role\/role-/);
});

test('new code and configuration serve the next invocation', async () => {
  const { name } = await functions.create('exports.handler = async () => 1;');
  assert.equal((await functions.invoke(name)).json, 1);
  await functions.client.send(new lambda.UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zip({ 'index.js': 'exports.handler = async () => process.env.NUMBER || 2;' }) }));
  assert.equal((await functions.invoke(name)).json, 2);
  await functions.client.send(new lambda.UpdateFunctionConfigurationCommand({ FunctionName: name, Environment: { Variables: { NUMBER: 'three' } } }));
  assert.equal((await functions.invoke(name)).json, 'three');
});

test('a burst gets as many workers as it needs', async () => {
  const { name } = await functions.create('exports.handler = async (e, context) => { await new Promise((r) => setTimeout(r, 200)); return context.logStreamName; };', { Timeout: 20 });
  const workers = (await Promise.all(Array.from({ length: 6 }, () => functions.invoke(name)))).map((reply) => reply.json);
  assert.equal(new Set(workers).size, 6);
  assert.ok(workers.includes((await functions.invoke(name)).json), 'a warm worker is used again');
});

test('payloads: 6 MB out, one byte too many, and no JSON', async () => {
  const { name } = await functions.create('exports.handler = async (e) => "x".repeat(e.n);', { Timeout: 20 });
  assert.equal((await functions.invoke(name, { n: 6 * 1024 * 1024 })).text.length, 6 * 1024 * 1024 + 2);
  assert.equal((await functions.invoke(name, { n: 6291556 })).json.errorType, 'Function.ResponseSizeTooLarge');
  await assert.rejects(functions.invoke(name, '{no json'), { name: 'InvalidRequestContentException' });
});

test('custom runtimes speak the HTTP Runtime API', async () => {
  const bootstrap = `#!/bin/sh
while :; do
  head=$(mktemp)
  event=$(curl -sS -D "$head" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
  id=$(grep -i '^lambda-runtime-aws-request-id' "$head" | tr -d '[:space:]' | cut -d: -f2)
  curl -sS -X POST "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" -d "{\\"got\\":$event}" >/dev/null
done
`;
  const reply = await answer({ bootstrap }, { n: 1 }, { Runtime: 'provided.al2023', Handler: 'any', Timeout: 10 });
  assert.deepEqual(reply.json, { got: { n: 1 } });
});

test('bad zips and bad requests are refused in AWS\'s words', async () => {
  await assert.rejects(functions.create('', { Code: { ZipFile: Buffer.from('not a zip') } }),
    { name: 'InvalidParameterValueException', message: /Could not unzip uploaded file/ });
  await assert.rejects(functions.create('', { Runtime: 'nodejs99.x' }), { name: 'InvalidParameterValueException' });
  await assert.rejects(functions.invoke('nowhere'), { name: 'ResourceNotFoundException', message: /Function not found: arn:aws:lambda:us-east-1:000000000000:function:nowhere/ });
  await assert.rejects(functions.create('', { Environment: { Variables: { AWS_REGION: 'x' } } }), { message: /reserved keys/ });
});

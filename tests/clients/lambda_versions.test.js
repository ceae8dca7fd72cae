'use strict';
// Versions, aliases with weights, layers, code from S3 and back, reserved and provisioned concurrency.

const assert = require('node:assert/strict');
const http = require('node:http');
const { after, before, test } = require('node:test');
const { Server, keys, sdk, unique } = require('../harness/server');
const { Functions, lambda, zip } = require('../harness/lambda');

const s3Sdk = sdk('v3', '@aws-sdk/client-s3');
const logsSdk = sdk('v3', '@aws-sdk/client-cloudwatch-logs');
let server, functions, client;

const connect = () => {
  functions = new Functions(server.endpoint);
  client = functions.client;
};
before(async () => {
  server = await Server.start();
  connect();
});
after(() => server && server.remove());

const send = (command, input) => client.send(new lambda[`${command}Command`](input));
const refusal = async (command, input) => {
  try {
    await send(command, input);
  } catch (error) {
    return error;
  }
  assert.fail(`${command} was not refused`);
};
const saying = (text) => `exports.handler = async (event, context) => ({ says: ${JSON.stringify(text)}, version: context.functionVersion,
  arn: context.invokedFunctionArn, variable: process.env.AWS_LAMBDA_FUNCTION_VERSION, start: process.env.AWS_LAMBDA_INITIALIZATION_TYPE });`;
const update = (FunctionName, text, more = {}) => send('UpdateFunctionCode', { FunctionName, ZipFile: zip({ 'index.js': saying(text) }), ...more });
const fetchBytes = (url) => new Promise((resolve, reject) => {
  http.get(url, (reply) => {
    const pieces = [];
    reply.on('data', (piece) => pieces.push(piece)).on('end', () => resolve({ status: reply.statusCode, body: Buffer.concat(pieces) }));
  }).on('error', reject);
});
const until = async (ask, ready, ms = 20000) => {
  for (const end = Date.now() + ms; ;) {
    const value = await ask();
    if (ready(value) || Date.now() > end) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

test('a version stays as it was; its ARN, log stream and variables name it', async () => {
  const { name, arn } = await functions.create(saying('one'));
  const first = await send('PublishVersion', { FunctionName: name, Description: 'the first' });
  assert.equal(first.Version, '1');
  assert.equal(first.FunctionArn, `${arn}:1`);
  assert.equal((await send('PublishVersion', { FunctionName: name })).Version, '1');
  const second = await update(name, 'two', { Publish: true });
  assert.equal(second.Version, '2');

  const latest = await functions.invoke(name);
  assert.equal(latest.ExecutedVersion, '$LATEST');
  assert.equal(latest.json.says, 'two');
  const old = await functions.invoke(`${name}:1`, {}, { LogType: 'Tail' });
  assert.equal(old.ExecutedVersion, '1');
  assert.deepEqual(old.json, { says: 'one', version: '1', arn: `${arn}:1`, variable: '1', start: 'on-demand' });
  assert.match(Buffer.from(old.LogResult, 'base64').toString(), /^START RequestId: \S+ Version: 1\n/);
  assert.equal((await functions.invoke(arn, {}, { Qualifier: '1' })).json.says, 'one');
  assert.equal((await refusal('Invoke', { FunctionName: name, Qualifier: '9' })).name, 'ResourceNotFoundException');
  const { Versions } = await send('ListVersionsByFunction', { FunctionName: name });
  assert.deepEqual(Versions.map((version) => version.Version), ['$LATEST', '1', '2']);

  const logs = new logsSdk.CloudWatchLogsClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys });
  const { logStreams } = await until(
    () => logs.send(new logsSdk.DescribeLogStreamsCommand({ logGroupName: `/aws/lambda/${name}` })), (reply) => reply.logStreams.length > 1);
  assert.deepEqual(logStreams.map(({ logStreamName }) => /\[(.*)\]/.exec(logStreamName)[1]).sort(), ['$LATEST', '1']);
});

test('an alias shares invocations by weight and keeps its versions from being deleted', async () => {
  const { name, arn } = await functions.create(saying('one'));
  await send('PublishVersion', { FunctionName: name });
  await update(name, 'two', { Publish: true });
  const alias = await send('CreateAlias', {
    FunctionName: name, Name: 'prod', FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: { 2: 0.5 } },
  });
  assert.equal(alias.AliasArn, `${arn}:prod`);
  assert.deepEqual(alias.RoutingConfig, { AdditionalVersionWeights: { 2: 0.5 } });
  const counts = { 1: 0, 2: 0 };
  for (let i = 0; i < 60; ++i) {
    const reply = await functions.invoke(`${name}:prod`);
    assert.equal(reply.json.version, reply.ExecutedVersion);
    assert.equal(reply.json.arn, `${arn}:prod`);
    ++counts[reply.ExecutedVersion];
  }
  assert.ok(counts[1] > 5 && counts[2] > 5, JSON.stringify(counts));
  const refused = await refusal('DeleteFunction', { FunctionName: name, Qualifier: '2' });
  assert.equal(refused.name, 'ResourceConflictException');
  assert.match(refused.message, /Unable to delete version because the following aliases reference it: \[prod\]/);
  await send('UpdateAlias', { FunctionName: name, Name: 'prod', FunctionVersion: '2', RoutingConfig: { AdditionalVersionWeights: {} } });
  await send('DeleteFunction', { FunctionName: name, Qualifier: '1' });
  assert.equal((await functions.invoke(`${name}:prod`)).json.says, 'two');
});

test('layers: required from /opt, the later one wins, deleted ones go on', async () => {
  const publish = (LayerName, files) => send('PublishLayerVersion', { LayerName, Content: { ZipFile: zip(files) }, CompatibleRuntimes: ['nodejs20.x'] });
  const words = await publish(unique('words'), {
    'nodejs/node_modules/words/index.js': 'exports.word = "from a layer"; exports.who = require("./who");',
    'nodejs/node_modules/words/who.js': 'module.exports = "first";',
  });
  const later = await publish(unique('later'), { 'nodejs/node_modules/words/who.js': 'module.exports = "second";' });
  const { name } = await functions.create('exports.handler = async () => { const { word, who } = require("words"); return { word, who }; };', {
    Layers: [words.LayerVersionArn, later.LayerVersionArn],
  });
  assert.deepEqual((await functions.invoke(name)).json, { word: 'from a layer', who: 'second' });
  await send('DeleteLayerVersion', { LayerName: words.LayerArn, VersionNumber: 1 });
  await send('UpdateFunctionConfiguration', { FunctionName: name, Layers: [words.LayerVersionArn] }).then(
    () => assert.fail('a deleted layer was taken'), (error) => assert.match(error.message, /does not exist/));
  await send('UpdateFunctionConfiguration', { FunctionName: name, Timeout: 5 });
  assert.deepEqual((await functions.invoke(name)).json, { word: 'from a layer', who: 'second' });
});

test('code comes from S3 and GetFunction tells where to download it', async () => {
  const s3 = new s3Sdk.S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys, forcePathStyle: true });
  const Bucket = unique('code');
  const bytes = zip({ 'index.js': saying('from a bucket') });
  await s3.send(new s3Sdk.CreateBucketCommand({ Bucket }));
  await s3.send(new s3Sdk.PutObjectCommand({ Bucket, Key: 'app/code.zip', Body: bytes }));
  const { name: FunctionName } = await functions.create('unused', { Code: { S3Bucket: Bucket, S3Key: 'app/code.zip' } });
  assert.equal((await functions.invoke(FunctionName)).json.says, 'from a bucket');
  const missing = await refusal('UpdateFunctionCode', { FunctionName, S3Bucket: Bucket, S3Key: 'none' });
  assert.equal(missing.name, 'InvalidParameterValueException');
  assert.match(missing.message, /Error occurred while GetObject\. S3 Error Code: NoSuchKey\./);
  const { Code } = await send('GetFunction', { FunctionName });
  assert.equal(Code.RepositoryType, 'S3');
  const download = await fetchBytes(Code.Location);
  assert.equal(download.status, 200);
  assert.deepEqual(download.body, bytes);
  assert.equal((await fetchBytes(`${Code.Location.slice(0, -1)}g`)).status, 403);
});

test('reserved concurrency of 0 lets nobody in', async () => {
  const { name } = await functions.create(saying('x'));
  await send('PutFunctionConcurrency', { FunctionName: name, ReservedConcurrentExecutions: 0 });
  const refused = await refusal('Invoke', { FunctionName: name });
  assert.equal(refused.name, 'TooManyRequestsException');
  assert.equal(refused.Reason, 'ReservedFunctionConcurrentInvocationLimitExceeded');
  assert.equal(refused.$metadata.httpStatusCode, 429);
  assert.equal(refused.retryAfterSeconds, '1');
  assert.match((await refusal('PutFunctionConcurrency', { FunctionName: name, ReservedConcurrentExecutions: 950 })).message, /below its minimum value of \[100\]/);
});

test('provisioned environments are there before the first request, and again after a restart', async () => {
  const { name } = await functions.create(saying('ready'), { Publish: true });
  const config = { FunctionName: name, Qualifier: '1' };
  const put = await send('PutProvisionedConcurrencyConfig', { ...config, ProvisionedConcurrentExecutions: 2 });
  assert.equal(put.$metadata.httpStatusCode, 202);
  const ready = () => until(() => send('GetProvisionedConcurrencyConfig', config), ({ Status }) => Status !== 'IN_PROGRESS');
  const state = await ready();
  assert.equal(state.Status, 'READY', state.StatusReason);
  assert.equal(state.AllocatedProvisionedConcurrentExecutions, 2);
  const reply = await functions.invoke(`${name}:1`, {}, { LogType: 'Tail' });
  assert.equal(reply.json.start, 'provisioned-concurrency');
  assert.doesNotMatch(Buffer.from(reply.LogResult, 'base64').toString(), /Init Duration/);

  await server.end('SIGTERM');
  server = await Server.start({ folder: server.folder });
  connect();
  assert.equal((await ready()).Status, 'READY');
  assert.equal((await functions.invoke(`${name}:1`)).json.start, 'provisioned-concurrency');
  await send('DeleteProvisionedConcurrencyConfig', config);
  assert.equal((await refusal('GetProvisionedConcurrencyConfig', config)).name, 'ProvisionedConcurrencyConfigNotFoundException');
});

test('events are accepted and run later, also by the older operation', async () => {
  const { name } = await functions.create('exports.handler = async (event) => { console.log(`got ${event.word}`); };');
  const reply = await send('Invoke', { FunctionName: name, InvocationType: 'Event', Payload: '{"word":"first"}' });
  assert.equal(reply.StatusCode, 202);
  assert.equal(Buffer.from(reply.Payload || []).length, 0);
  const old = await send('InvokeAsync', { FunctionName: name, InvokeArgs: '{"word":"second"}' });
  assert.equal(old.Status, 202);
  const logs = new logsSdk.CloudWatchLogsClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys });
  const { events } = await until(
    () => logs.send(new logsSdk.FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, filterPattern: 'got' })).catch(() => ({ events: [] })),
    (found) => found.events.length > 1);
  assert.deepEqual(events.map(({ message }) => /got (.*)/.exec(message)[1]).sort(), ['first', 'second']);
  const large = await refusal('Invoke', { FunctionName: name, InvocationType: 'Event', Payload: `"${'x'.repeat(1024 * 1024 - 1)}"` });
  assert.equal(large.$metadata.httpStatusCode, 413);
});

test('a custom runtime without a program fails as on AWS', async () => {
  const { name } = await functions.create({ 'readme.txt': 'no bootstrap' }, { Runtime: 'provided.al2023' });
  const reply = await functions.invoke(name);
  assert.equal(reply.FunctionError, 'Unhandled');
  assert.equal(reply.json.errorType, 'Runtime.InvalidEntrypoint');
  assert.match(reply.json.errorMessage, /^RequestId: \S+ Error: Couldn't find valid bootstrap\(s\): \[\/var\/task\/bootstrap \/opt\/bootstrap\]$/);
});

test('logs as JSON in a group of its own', async () => {
  const LogGroup = `/ours/${unique('group')}`;
  const { name } = await functions.create(saying('x'), { LoggingConfig: { LogFormat: 'JSON', LogGroup } });
  const shown = await send('GetFunctionConfiguration', { FunctionName: name });
  assert.deepEqual(shown.LoggingConfig, { LogFormat: 'JSON', LogGroup, ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' });
  await functions.invoke(name);
  const logs = new logsSdk.CloudWatchLogsClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys });
  const { events } = await until(
    () => logs.send(new logsSdk.FilterLogEventsCommand({ logGroupName: LogGroup })).catch(() => ({ events: [] })), (reply) => reply.events.length > 2);
  const records = events.map(({ message }) => JSON.parse(message));
  assert.deepEqual(records.map(({ type }) => type), ['platform.initStart', 'platform.start', 'platform.report']);
  assert.equal(records[2].record.status, 'success');
});

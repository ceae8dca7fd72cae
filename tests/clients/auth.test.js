'use strict';
// Who is asking: signatures good and bad, unknown keys, presigned URLs, unsigned requests.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { Server, keys, sdk, unique } = require('../harness/server');

const { DynamoDBClient, ListTablesCommand } = sdk('v3', '@aws-sdk/client-dynamodb');
const { S3Client, CreateBucketCommand, PutObjectCommand } = sdk('v3', '@aws-sdk/client-s3');
const { STSClient, GetCallerIdentityCommand } = sdk('v3', '@aws-sdk/client-sts');
const AWS = sdk('v2', 'aws-sdk');
let server;

before(async () => { server = await Server.start(); });
after(() => server && server.remove());

const dynamodb = (credentials, extra = {}) => new DynamoDBClient({
  endpoint: server.endpoint, region: 'us-east-1', credentials, maxAttempts: 1, ...extra,
});

test('the root key and account keys', async () => {
  const who = async (accessKeyId) => (await new STSClient({
    endpoint: server.endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey: 'test' },
  }).send(new GetCallerIdentityCommand({}))).Arn;
  assert.equal(await who('test'), 'arn:aws:iam::000000000000:root');
  assert.equal(await who('123456789012'), 'arn:aws:iam::123456789012:root');
});

test('a wrong secret, an unknown key and no signature are refused', async () => {
  await assert.rejects(dynamodb({ accessKeyId: 'test', secretAccessKey: 'wrong' }).send(new ListTablesCommand({})),
    { name: 'InvalidSignatureException' });
  await assert.rejects(dynamodb({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' }).send(new ListTablesCommand({})),
    { name: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' });
  const unsigned = await fetch(server.endpoint, {
    method: 'POST', body: '{}',
    headers: { 'X-Amz-Target': 'DynamoDB_20120810.ListTables', 'Content-Type': 'application/x-amz-json-1.0' },
  });
  assert.equal(unsigned.status, 400);
  assert.match(await unsigned.text(), /MissingAuthenticationToken/);
});

test('a request that was changed on its way is refused', async () => {
  const client = dynamodb(keys);
  client.middlewareStack.add((next) => (args) => {
    args.request.body = '{"Limit":1}';
    args.request.headers['content-length'] = '11';
    return next(args);
  }, { step: 'finalizeRequest', priority: 'low', name: 'tamper' });
  await assert.rejects(client.send(new ListTablesCommand({})), { name: 'InvalidSignatureException' });
});

test('a clock that is off is refused', async () => {
  await assert.rejects(dynamodb(keys, { systemClockOffset: -3600 * 1000 }).send(new ListTablesCommand({})),
    { message: /Signature expired/ });
});

test('presigned URLs work until they are changed', async () => {
  const s3 = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys, forcePathStyle: true });
  const Bucket = unique('presigned');
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a.txt', Body: 'hello' }));
  const v2 = new AWS.S3({ endpoint: server.endpoint, region: 'us-east-1', s3ForcePathStyle: true, signatureVersion: 'v4',
    credentials: new AWS.Credentials('test', 'test') });
  const url = v2.getSignedUrl('getObject', { Bucket, Key: 'a.txt', Expires: 60 });
  const good = await fetch(url);
  assert.equal(await good.text(), 'hello');
  const bad = await fetch(url.replace('a.txt', 'b.txt'));
  assert.equal(bad.status, 403);
  assert.match(await bad.text(), /SignatureDoesNotMatch/);
  assert.equal((await fetch(`${server.endpoint}/${Bucket}/a.txt`)).status, 403);
});

test('an operation without a row answers 501 by name', async () => {
  const { SFNClient, ListStateMachinesCommand } = sdk('v3', '@aws-sdk/client-sfn');
  const sfn = new SFNClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
  await assert.rejects(sfn.send(new ListStateMachinesCommand({})), (error) =>
    error.$metadata.httpStatusCode === 501 && /ListStateMachines/.test(error.message));
});

'use strict';
// Functions that nobody waits for: queued events with retries, destinations and dead letters, DynamoDB
// streams, and what of it survives kill -9.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { Server, eventually, keys, sdk, unique } = require('../harness/server');
const { Functions, lambda } = require('../harness/lambda');

const db = sdk('v3', '@aws-sdk/client-dynamodb');
const sqs = sdk('v3', '@aws-sdk/client-sqs');
const args = ['--event-retry-delay-ms', '20'];
let server, functions, queues, tables;

function connect() {
  const options = { endpoint: server.endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 };
  functions = new Functions(server.endpoint);
  queues = new sqs.SQSClient(options);
  tables = new db.DynamoDBClient(options);
}

before(async () => {
  server = await Server.start({ args });
  connect();
});
after(() => server && server.remove());

const send = (Command, input) => functions.client.send(new lambda[`${Command}Command`](input));

async function makeQueue() {
  const { QueueUrl } = await queues.send(new sqs.CreateQueueCommand({ QueueName: unique('queue') }));
  const { Attributes } = await queues.send(
    new sqs.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return { QueueUrl, arn: Attributes.QueueArn };
}

async function receive({ QueueUrl }) {
  return eventually(async () => {
    const { Messages = [] } = await queues.send(
      new sqs.ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 1 }));
    return Messages[0];
  }, { timeout: 15000 });
}

async function makeTable(extra = {}) {
  const TableName = unique('table');
  const { TableDescription } = await tables.send(new db.CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], ...extra,
  }));
  return { TableName, stream: TableDescription.LatestStreamArn };
}

async function idsIn(TableName) {
  const { Items } = await tables.send(new db.ScanCommand({ TableName }));
  return Items.map((item) => item.id.S).sort();
}

// A function that notes every event (or stream record) in a table.
const notes = `
const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const client = new DynamoDBClient({});
exports.handler = async (event) => {
  const ids = event.Records ? event.Records.map((r) => r.dynamodb.Keys.id.S + ':' + r.eventName) : [event.id];
  for (const id of ids) {
    await client.send(new PutItemCommand({ TableName: process.env.NOTES, Item: { id: { S: String(id) } } }));
  }
};`;

async function makeNotes() {
  const { TableName } = await makeTable();
  const made = await functions.create(notes, { Timeout: 20, Environment: { Variables: { NOTES: TableName } } });
  return { ...made, TableName };
}

test('an event is accepted with 202 and its outcome goes to the destination', async () => {
  const queue = await makeQueue();
  const { name, arn } = await functions.create('exports.handler = async (event) => ({ doubled: event.n * 2 });');
  await send('PutFunctionEventInvokeConfig', {
    FunctionName: name, DestinationConfig: { OnSuccess: { Destination: queue.arn } },
  });
  const reply = await functions.client.send(
    new lambda.InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload: '{"n":21}' }));
  assert.equal(reply.StatusCode, 202);
  assert.equal((reply.Payload || []).length, 0);
  const record = JSON.parse((await receive(queue)).Body);
  assert.equal(record.version, '1.0');
  assert.equal(record.requestContext.requestId, reply.$metadata.requestId);
  assert.equal(record.requestContext.functionArn, `${arn}:$LATEST`);
  assert.equal(record.requestContext.condition, 'Success');
  assert.equal(record.requestContext.approximateInvokeCount, 1);
  assert.deepEqual(record.requestPayload, { n: 21 });
  assert.deepEqual(record.responseContext, { statusCode: 200, executedVersion: '$LATEST' });
  assert.deepEqual(record.responsePayload, { doubled: 42 });
});

test('a failing function is tried three times; destination and dead letters are told', async () => {
  const [queue, letters] = [await makeQueue(), await makeQueue()];
  const { name } = await functions.create(`exports.handler = async () => { throw new Error('broken'); };`,
    { DeadLetterConfig: { TargetArn: letters.arn } });
  await send('PutFunctionEventInvokeConfig', {
    FunctionName: name, DestinationConfig: { OnFailure: { Destination: queue.arn } },
  });
  const reply = await send('Invoke', { FunctionName: name, InvocationType: 'Event', Payload: '{"x":1}' });
  const record = JSON.parse((await receive(queue)).Body);
  assert.equal(record.requestContext.condition, 'RetriesExhausted');
  assert.equal(record.requestContext.approximateInvokeCount, 3);
  assert.equal(record.responseContext.functionError, 'Unhandled');
  assert.equal(record.responsePayload.errorMessage, 'broken');
  const letter = await receive(letters);
  assert.deepEqual(JSON.parse(letter.Body), { x: 1 });
  assert.equal(letter.MessageAttributes.RequestID.StringValue, reply.$metadata.requestId);
  assert.equal(letter.MessageAttributes.ErrorCode.StringValue, '200');
  assert.equal(letter.MessageAttributes.ErrorMessage.StringValue, 'broken');
});

test('changes of a table reach a function in order, filtered, within moments', async () => {
  const table = await makeTable({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } });
  const { name, arn, TableName } = await makeNotes();
  const made = await send('CreateEventSourceMapping', {
    FunctionName: name, EventSourceArn: table.stream, StartingPosition: 'TRIM_HORIZON',
    FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT","REMOVE"]}' }] },
  });
  assert.equal(made.State, 'Creating');
  assert.equal(made.FunctionArn, arn);
  assert.ok(made.LastModified instanceof Date);
  const got = await send('GetEventSourceMapping', { UUID: made.UUID });
  assert.equal(got.State, 'Enabled');
  const item = (id, n) => ({ TableName: table.TableName, Item: { id: { S: id }, n: { N: String(n) } } });
  await tables.send(new db.PutItemCommand(item('a', 1)));
  await tables.send(new db.PutItemCommand(item('a', 2)));
  await tables.send(new db.DeleteItemCommand({ TableName: table.TableName, Key: { id: { S: 'a' } } }));
  await eventually(async () => (await idsIn(TableName)).length === 2, { timeout: 15000 });
  assert.deepEqual(await idsIn(TableName), ['a:INSERT', 'a:REMOVE']);
  const began = Date.now();
  await tables.send(new db.PutItemCommand(item('b', 1)));
  await eventually(async () => (await idsIn(TableName)).includes('b:INSERT'));
  assert.ok(Date.now() - began < 3000, `${Date.now() - began} ms`);
  await eventually(async () => (await send('GetEventSourceMapping', { UUID: made.UUID })).LastProcessingResult === 'OK');
  const { EventSourceMappings } = await send('ListEventSourceMappings', { FunctionName: name });
  assert.equal(EventSourceMappings.length, 1);
  assert.equal((await send('DeleteEventSourceMapping', { UUID: made.UUID })).State, 'Deleting');
  await assert.rejects(send('GetEventSourceMapping', { UUID: made.UUID }), { name: 'ResourceNotFoundException' });
});

test('what was accepted runs after kill -9', async () => {
  const { name, TableName } = await makeNotes();
  await send('PutFunctionConcurrency', { FunctionName: name, ReservedConcurrentExecutions: 0 });
  const sent = [];
  for (let i = 0; i < 30; ++i) sent.push(`event-${String(i).padStart(2, '0')}`);
  await Promise.all(sent.map((id) => send('Invoke', { FunctionName: name, InvocationType: 'Event', Payload: JSON.stringify({ id }) })));
  await server.kill();
  server = await Server.start({ folder: server.folder, args });
  connect();
  await send('DeleteFunctionConcurrency', { FunctionName: name });
  await eventually(async () => (await idsIn(TableName)).length === sent.length, { timeout: 30000 });
  assert.deepEqual(await idsIn(TableName), sent);
});

test('kill -9 in the midst of events and records loses none', async () => {
  const table = await makeTable({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } });
  const { name, TableName } = await makeNotes();
  await send('CreateEventSourceMapping', {
    FunctionName: name, EventSourceArn: table.stream, StartingPosition: 'LATEST', BatchSize: 3,
  });
  const wanted = [];
  for (let i = 0; i < 20; ++i) {
    await tables.send(new db.PutItemCommand({ TableName: table.TableName, Item: { id: { S: `r${i}` } } }));
    await send('Invoke', { FunctionName: name, InvocationType: 'Event', Payload: JSON.stringify({ id: `e${i}` }) });
    wanted.push(`e${i}`, `r${i}:INSERT`);
  }
  await server.kill();
  server = await Server.start({ folder: server.folder, args });
  connect();
  await eventually(async () => (await idsIn(TableName)).length === wanted.length, { timeout: 30000 });
  assert.deepEqual(await idsIn(TableName), wanted.sort());
});

test('a server that ends cuts an event off, and the next one runs it again', async () => {
  const { name, TableName } = await makeNotes();
  const { TableName: begun } = await makeTable();
  const slow = await functions.create(`
    const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
    exports.handler = async (event, context) => {
      await new DynamoDBClient({}).send(new PutItemCommand({ TableName: '${begun}', Item: { id: { S: process.env.AWS_LAMBDA_LOG_STREAM_NAME } } }));
      await new Promise((resolve) => setTimeout(resolve, 60000));
    };`, { Timeout: 100 });
  await send('Invoke', { FunctionName: slow.name, InvocationType: 'Event', Payload: '{}' });
  await eventually(async () => (await idsIn(begun)).length === 1, { timeout: 15000 });
  assert.equal(await server.stop(), 0);
  server = await Server.start({ folder: server.folder, args });
  connect();
  await eventually(async () => (await idsIn(begun)).length === 2, { timeout: 15000 });
  await send('Invoke', { FunctionName: name, InvocationType: 'Event', Payload: '{"id":"other"}' });
  await eventually(async () => (await idsIn(TableName)).length === 1, { timeout: 15000 });
});

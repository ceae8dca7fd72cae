'use strict';
// SQS through the SDKs that functions use (v3: JSON, v2: forms) and the AWS CLI (forms).

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const { promisify } = require('node:util');
const { after, before, test } = require('node:test');
const { Server, clientEnvironment, eventually, keys, sdk, unique } = require('../harness/server');

const v3 = sdk('v3', '@aws-sdk/client-sqs');
const AWS = sdk('v2', 'aws-sdk');
const run = promisify(execFile);
let server, client;

function connect() {
  client = new v3.SQSClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
}

before(async () => {
  server = await Server.start();
  connect();
});
after(() => server && server.remove());

const send = (Command, input) => client.send(new v3[`${Command}Command`](input));

async function makeQueue(Attributes) {
  const QueueName = unique('queue');
  const { QueueUrl } = await send('CreateQueue', { QueueName, Attributes });
  assert.equal(QueueUrl, `${server.endpoint}/000000000000/${QueueName}`);
  return QueueUrl;
}

test('a message with attributes comes back as it went', async () => {
  const QueueUrl = await makeQueue();
  const MessageAttributes = {
    word: { DataType: 'String', StringValue: 'Grüße 👋' }, count: { DataType: 'Number.int', StringValue: '12' },
    bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 7]) },
  };
  const sent = await send('SendMessage', { QueueUrl, MessageBody: '{"a": "<ß>"}\n', MessageAttributes });
  const { Messages } = await send('ReceiveMessage', {
    QueueUrl, MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'], MaxNumberOfMessages: 10 });
  assert.equal(Messages.length, 1);
  const [message] = Messages;
  assert.equal(message.MessageId, sent.MessageId);
  assert.equal(message.Body, '{"a": "<ß>"}\n');
  assert.equal(message.MD5OfMessageAttributes, sent.MD5OfMessageAttributes);
  assert.deepEqual([...message.MessageAttributes.bytes.BinaryValue], [0, 255, 7]);
  assert.equal(message.MessageAttributes.word.StringValue, 'Grüße 👋');
  assert.equal(message.MessageAttributes.count.DataType, 'Number.int');
  assert.equal(message.Attributes.ApproximateReceiveCount, '1');
  assert.ok(Math.abs(Number(message.Attributes.SentTimestamp) - Date.now()) < 10000);
  assert.equal((await send('ReceiveMessage', { QueueUrl })).Messages, undefined);
  await send('DeleteMessage', { QueueUrl, ReceiptHandle: message.ReceiptHandle });
  const { Attributes } = await send('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
  assert.equal(Attributes.ApproximateNumberOfMessagesNotVisible, '0');
  assert.equal(Attributes.VisibilityTimeout, '30');
});

test('errors have the names that SDKs look for', async () => {
  const QueueUrl = `${server.endpoint}/000000000000/${unique('none')}`;
  await assert.rejects(send('SendMessage', { QueueUrl, MessageBody: 'x' }), (error) => {
    assert.ok(error instanceof v3.QueueDoesNotExist, error.name);
    assert.equal(error.message, 'The specified queue does not exist.');
    return true;
  });
  const old = new AWS.SQS({ endpoint: server.endpoint, region: 'us-east-1', accessKeyId: 'test', secretAccessKey: 'test', maxRetries: 0 });
  await assert.rejects(old.sendMessage({ QueueUrl, MessageBody: 'x' }).promise(),
    { code: 'AWS.SimpleQueueService.NonExistentQueue' });
  await assert.rejects(send('CreateQueue', { QueueName: 'a.fifo', Attributes: { FifoQueue: 'true' } }),
    (error) => error.$metadata.httpStatusCode === 501 && /FIFO/.test(error.message));
});

test('a long poll is answered when a message comes, and SDK v2 sees the same queue', async () => {
  const QueueUrl = await makeQueue({ ReceiveMessageWaitTimeSeconds: '20' });
  const started = Date.now();
  const waiting = send('ReceiveMessage', { QueueUrl });
  const old = new AWS.SQS({ endpoint: server.endpoint, region: 'us-east-1', accessKeyId: 'test', secretAccessKey: 'test', maxRetries: 0 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  await old.sendMessage({ QueueUrl, MessageBody: 'from v2',
    MessageAttributes: { n: { DataType: 'Number', StringValue: '1' }, b: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) } } }).promise();
  const { Messages: [message] } = await waiting;
  assert.equal(message.Body, 'from v2');
  assert.ok(Date.now() - started < 5000);
  await old.changeMessageVisibility({ QueueUrl, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: 0 }).promise();
  const again = await old.receiveMessage({ QueueUrl, MessageAttributeNames: ['All'], AttributeNames: ['All'] }).promise();
  assert.equal(again.Messages[0].Attributes.ApproximateReceiveCount, '2');
  assert.deepEqual([...again.Messages[0].MessageAttributes.b.BinaryValue], [1, 2]);
  const batch = await old.sendMessageBatch({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'a' }, { Id: '2', MessageBody: 'b' }] }).promise();
  assert.equal(batch.Successful.length, 2);
  await old.purgeQueue({ QueueUrl }).promise();
  assert.equal((await old.getQueueAttributes({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }).promise())
    .Attributes.ApproximateNumberOfMessages, '0');
  await old.tagQueue({ QueueUrl, Tags: { team: 'blue' } }).promise();
  assert.deepEqual((await old.listQueueTags({ QueueUrl }).promise()).Tags, { team: 'blue' });
});

test('the AWS CLI', async () => {
  const env = clientEnvironment(server.endpoint);
  const aws = async (...args) => {
    const { stdout } = await run('aws', ['sqs', ...args, '--endpoint-url', server.endpoint, '--output', 'json'], { env });
    return stdout ? JSON.parse(stdout) : {};
  };
  const name = unique('cli');
  const { QueueUrl } = await aws('create-queue', '--queue-name', name, '--attributes', 'VisibilityTimeout=5');
  assert.equal((await aws('get-queue-url', '--queue-name', name)).QueueUrl, QueueUrl);
  await aws('send-message', '--queue-url', QueueUrl, '--message-body', 'hello', '--message-attributes', '{"a":{"DataType":"String","StringValue":"b"}}');
  const { Messages: [message] } = await aws('receive-message', '--queue-url', QueueUrl, '--message-attribute-names', 'All', '--attribute-names', 'All');
  assert.equal(message.Body, 'hello');
  assert.equal(message.MessageAttributes.a.StringValue, 'b');
  await aws('delete-message', '--queue-url', QueueUrl, '--receipt-handle', message.ReceiptHandle);
  const { Attributes } = await aws('get-queue-attributes', '--queue-url', QueueUrl, '--attribute-names', 'All');
  assert.equal(Attributes.VisibilityTimeout, '5');
  assert.equal(Attributes.QueueArn, `arn:aws:sqs:us-east-1:000000000000:${name}`);
  await aws('delete-queue', '--queue-url', QueueUrl);
  await assert.rejects(aws('get-queue-url', '--queue-name', name), /AWS.SimpleQueueService.NonExistentQueue/);
});

test('a server that ends answers long polls', async () => {
  const QueueUrl = await makeQueue();
  const waiting = send('ReceiveMessage', { QueueUrl, WaitTimeSeconds: 20 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const begun = Date.now();
  await server.stop();
  assert.equal((await waiting).Messages, undefined);
  assert.ok(Date.now() - begun < 5000);
  server = await Server.start({ folder: server.folder });
  connect();
});

test('dead letters, and kill -9: what was acknowledged is received', async () => {
  const dead = await makeQueue();
  const { Attributes: { QueueArn } } = await send('GetQueueAttributes', { QueueUrl: dead, AttributeNames: ['QueueArn'] });
  const QueueUrl = await makeQueue({ VisibilityTimeout: '0',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: QueueArn, maxReceiveCount: 1 }) });
  const acknowledged = [];
  const writer = async (who) => {
    for (let n = 0; ; n++) {
      try { await send('SendMessage', { QueueUrl, MessageBody: `${who}/${n}` }); } catch { return; }
      acknowledged.push(`${who}/${n}`);
    }
  };
  const writers = ['a', 'b', 'c'].map(writer);
  await eventually(() => acknowledged.length > 100, { timeout: 20000 });
  await server.kill();
  await Promise.all(writers);
  const port = server.port;
  server = await Server.start({ folder: server.folder, port });
  connect();
  const drain = async (url, forget) => {
    const bodies = [];
    for (;;) {
      const { Messages = [] } = await send('ReceiveMessage', { QueueUrl: url, MaxNumberOfMessages: 10 });
      if (!Messages.length) return bodies;
      bodies.push(...Messages.map((message) => message.Body));
      if (!forget) continue;
      const Entries = Messages.map(({ ReceiptHandle }, n) => ({ Id: `${n}`, ReceiptHandle }));
      assert.equal((await send('DeleteMessageBatch', { QueueUrl: url, Entries })).Successful.length, Entries.length);
    }
  };
  const first = await drain(QueueUrl, false);
  for (const body of acknowledged) assert.ok(first.includes(body), body);
  const second = await drain(dead, true);
  assert.deepEqual([...second].sort(), [...first].sort());
});

'use strict';
// DynamoDB through the SDKs that functions use: v3 with its document client, and v2.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { Server, eventually, keys, sdk, unique } = require('../harness/server');

const v3 = sdk('v3', '@aws-sdk/client-dynamodb');
const lib = sdk('v3', '@aws-sdk/lib-dynamodb');
const AWS = sdk('v2', 'aws-sdk');
let server, client, documents;

before(async () => {
  server = await Server.start();
  client = new v3.DynamoDBClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
  documents = lib.DynamoDBDocumentClient.from(client);
});
after(() => server && server.remove());

async function makeTable(extra = {}) {
  const TableName = unique('table');
  const { TableDescription } = await client.send(new v3.CreateTableCommand({
    TableName,
    AttributeDefinitions: [{ AttributeName: 'room', AttributeType: 'S' }, { AttributeName: 'at', AttributeType: 'N' }],
    KeySchema: [{ AttributeName: 'room', KeyType: 'HASH' }, { AttributeName: 'at', KeyType: 'RANGE' }],
    BillingMode: 'PAY_PER_REQUEST', ...extra,
  }));
  assert.equal(TableDescription.TableStatus, 'ACTIVE');
  return TableName;
}

test('items of every type come back as they went', async () => {
  const TableName = await makeTable();
  const item = {
    room: 'blue', at: 12345678901234567890n, text: 'Grüße 👋', yes: true, nothing: null, list: [1, 'two', { three: 3 }],
    map: { deep: { deeper: 'x' } }, bytes: new Uint8Array([0, 255, 1]), words: new Set(['a', 'b']), numbers: new Set([1, 2.5]),
  };
  await documents.send(new lib.PutCommand({ TableName, Item: item }));
  const { Item } = await documents.send(new lib.GetCommand({ TableName, Key: { room: 'blue', at: item.at } }));
  assert.equal(Item.text, item.text);
  assert.deepEqual(Item.list, item.list);
  assert.deepEqual(Item.map, item.map);
  assert.deepEqual([...Item.bytes], [0, 255, 1]);
  assert.deepEqual([...Item.words].sort(), ['a', 'b']);
  assert.deepEqual([...Item.numbers].sort(), [1, 2.5]);
  assert.equal(Item.nothing, null);
});

test('conditions, updates and returned values', async () => {
  const TableName = await makeTable();
  const Key = { room: 'red', at: 1 };
  await documents.send(new lib.PutCommand({ TableName, Item: { ...Key, n: 1 }, ConditionExpression: 'attribute_not_exists(room)' }));
  await assert.rejects(
    documents.send(new lib.PutCommand({ TableName, Item: { ...Key }, ConditionExpression: 'attribute_not_exists(room)' })),
    { name: 'ConditionalCheckFailedException', message: 'The conditional request failed' });
  const { Attributes } = await documents.send(new lib.UpdateCommand({
    TableName, Key, UpdateExpression: 'SET n = n + :one, #tags = list_append(if_not_exists(#tags, :none), :new) REMOVE gone',
    ExpressionAttributeNames: { '#tags': 'tags' },
    ExpressionAttributeValues: { ':one': 1, ':none': [], ':new': ['x'] }, ReturnValues: 'ALL_NEW',
  }));
  assert.deepEqual(Attributes, { ...Key, n: 2, tags: ['x'] });
  const gone = await documents.send(new lib.DeleteCommand({ TableName, Key, ReturnValues: 'ALL_OLD' }));
  assert.equal(gone.Attributes.n, 2);
  assert.equal((await documents.send(new lib.GetCommand({ TableName, Key }))).Item, undefined);
});

test('queries and scans page through an index and a filter', async () => {
  const TableName = await makeTable();
  for (let at = 1; at <= 10; at++) {
    await documents.send(new lib.PutCommand({ TableName, Item: { room: 'green', at, even: at % 2 === 0 } }));
  }
  const query = {
    TableName, KeyConditionExpression: 'room = :r AND #at BETWEEN :a AND :b', FilterExpression: 'even = :t',
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':r': 'green', ':a': 2, ':b': 9, ':t': true }, ScanIndexForward: false, Limit: 3,
  };
  const found = [];
  let pages = 0;
  for (let ExclusiveStartKey; ;) {
    const page = await documents.send(new lib.QueryCommand({ ...query, ExclusiveStartKey }));
    found.push(...page.Items.map((item) => item.at));
    pages++;
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (!ExclusiveStartKey) break;
  }
  assert.deepEqual(found, [8, 6, 4, 2]);
  assert.ok(pages >= 3);
  const scan = await documents.send(new lib.ScanCommand({ TableName, ProjectionExpression: '#at', ExpressionAttributeNames: { '#at': 'at' } }));
  assert.equal(scan.Count, 10);
  assert.deepEqual(Object.keys(scan.Items[0]), ['at']);
});

test('errors have the names and words that code depends on', async () => {
  await assert.rejects(client.send(new v3.DescribeTableCommand({ TableName: 'nowhere' })),
    { name: 'ResourceNotFoundException', message: 'Requested resource not found: Table: nowhere not found' });
  const TableName = await makeTable();
  await assert.rejects(client.send(new v3.CreateTableCommand({
    TableName, AttributeDefinitions: [{ AttributeName: 'a', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }], BillingMode: 'PAY_PER_REQUEST',
  })), { name: 'ResourceInUseException' });
  await assert.rejects(client.send(new v3.PutItemCommand({ TableName, Item: { room: { S: 'x' } } })), { name: 'ValidationException' });
  await assert.rejects(client.send(new v3.PutItemCommand({ TableName, Item: { room: { S: 'x' }, at: { N: '1'.repeat(39) } } })),
    { name: 'ValidationException', message: /38 significant digits/ });
  await assert.rejects(client.send(new v3.PutItemCommand({ TableName, Item: { room: { S: 'x' }, at: { N: '1' }, big: { S: 'x'.repeat(410000) } } })),
    { name: 'ValidationException', message: /Item size has exceeded/ });
  await assert.rejects(client.send(new v3.TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: { room: { S: 'x' }, at: { N: '1' } } } }] })),
    (error) => error.$metadata.httpStatusCode === 501);
});

test('aws-sdk v2 and its DocumentClient', async () => {
  const TableName = await makeTable();
  const v2 = new AWS.DynamoDB.DocumentClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: new AWS.Credentials('test', 'test'), maxRetries: 0 });
  await v2.put({ TableName, Item: { room: 'v2', at: 1, set: v2.createSet(['x']) } }).promise();
  const { Items } = await v2.scan({ TableName }).promise();
  assert.equal(Items.length, 1);
  assert.deepEqual(Items[0].set.values, ['x']);
  await assert.rejects(v2.get({ TableName: 'nowhere', Key: { a: 1 } }).promise(), { code: 'ResourceNotFoundException', statusCode: 400 });
});

test('accounts and regions do not see each other', async () => {
  const TableName = await makeTable();
  const list = async (region, accessKeyId) => (await new v3.DynamoDBClient({
    endpoint: server.endpoint, region, credentials: { accessKeyId, secretAccessKey: 'test' },
  }).send(new v3.ListTablesCommand({}))).TableNames;
  assert.ok((await list('us-east-1', 'test')).includes(TableName));
  assert.deepEqual(await list('eu-west-1', 'test'), []);
  assert.deepEqual(await list('us-east-1', '111122223333'), []);
});

test('what was acknowledged survives kill -9', async () => {
  const TableName = await makeTable();
  const acknowledged = [];
  let killed = false;
  const writers = Array.from({ length: 16 }, async (_, writer) => {
    for (let n = 0; !killed; n++) {
      try {
        await documents.send(new lib.PutCommand({ TableName, Item: { room: `w${writer}`, at: n } }));
        acknowledged.push(`w${writer}/${n}`);
      } catch { break; }
    }
  });
  await eventually(() => acknowledged.length >= 200, { timeout: 60000 });
  const { folder, port } = server;
  await server.kill();
  killed = true;
  await Promise.all(writers);
  server = await Server.start({ folder, port });
  const kept = new Set();
  for (let ExclusiveStartKey; ;) {
    const page = await documents.send(new lib.ScanCommand({ TableName, ExclusiveStartKey, ConsistentRead: true }));
    for (const item of page.Items) kept.add(`${item.room}/${item.at}`);
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (!ExclusiveStartKey) break;
  }
  assert.deepEqual(acknowledged.filter((key) => !kept.has(key)), []);
});

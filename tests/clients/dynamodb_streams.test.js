'use strict';
// DynamoDB Streams through the SDK: what is written is read in order, also after kill -9.

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { Server, eventually, keys, sdk, unique } = require('../harness/server');

const db = sdk('v3', '@aws-sdk/client-dynamodb');
const lib = sdk('v3', '@aws-sdk/lib-dynamodb');
const streams = require('@aws-sdk/client-dynamodb-streams');
let server, tables, items, client;

function connect() {
  const options = { endpoint: server.endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 };
  tables = new db.DynamoDBClient(options);
  items = lib.DynamoDBDocumentClient.from(tables);
  client = new streams.DynamoDBStreamsClient(options);
}

before(async () => {
  server = await Server.start();
  connect();
});
after(() => server && server.remove());

async function makeTable(view, extra = {}) {
  const TableName = unique('table');
  const { TableDescription } = await tables.send(new db.CreateTableCommand({
    TableName, BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    StreamSpecification: view ? { StreamEnabled: true, StreamViewType: view } : undefined, ...extra,
  }));
  return { TableName, StreamArn: TableDescription.LatestStreamArn, description: TableDescription };
}

const put = (TableName, Item) => items.send(new lib.PutCommand({ TableName, Item }));

async function shardOf(StreamArn) {
  const { StreamDescription } = await client.send(new streams.DescribeStreamCommand({ StreamArn }));
  assert.equal(StreamDescription.Shards.length, 1);
  return StreamDescription.Shards[0];
}

async function iterator(StreamArn, ShardIteratorType, SequenceNumber) {
  const { ShardId } = await shardOf(StreamArn);
  const { ShardIterator } = await client.send(
    new streams.GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType, SequenceNumber }));
  return ShardIterator;
}

// Every record from `ShardIterator` on, in pages of `Limit`, up to an empty page or the end.
async function readAll(ShardIterator, Limit) {
  const all = [];
  for (;;) {
    const { Records, NextShardIterator } = await client.send(new streams.GetRecordsCommand({ ShardIterator, Limit }));
    all.push(...Records);
    if (!Records.length || !NextShardIterator) return { all, NextShardIterator };
    ShardIterator = NextShardIterator;
  }
}

test('each view shows what it says', async () => {
  const shows = { KEYS_ONLY: [], NEW_IMAGE: ['NewImage'], OLD_IMAGE: ['OldImage'], NEW_AND_OLD_IMAGES: ['NewImage', 'OldImage'] };
  for (const [view, images] of Object.entries(shows)) {
    const { TableName, StreamArn, description } = await makeTable(view);
    assert.deepEqual(description.StreamSpecification, { StreamEnabled: true, StreamViewType: view });
    assert.ok(StreamArn.endsWith(`table/${TableName}/stream/${description.LatestStreamLabel}`));
    await put(TableName, { id: 'a', n: 1 });
    await put(TableName, { id: 'a', n: 2 });
    await put(TableName, { id: 'a', n: 2 });  // changes nothing
    const { all } = await readAll(await iterator(StreamArn, 'TRIM_HORIZON'));
    assert.deepEqual(all.map((record) => record.eventName), ['INSERT', 'MODIFY']);
    const { dynamodb: change, ...record } = all[1];
    assert.deepEqual(Object.keys(change).filter((name) => /Image$/.test(name)).sort(), images);
    assert.deepEqual(change.Keys, { id: { S: 'a' } });
    if (change.NewImage) assert.deepEqual(change.NewImage, { id: { S: 'a' }, n: { N: '2' } });
    if (change.OldImage) assert.deepEqual(change.OldImage, { id: { S: 'a' }, n: { N: '1' } });
    assert.equal(change.StreamViewType, view);
    assert.match(change.SequenceNumber, /^\d{21}$/);
    assert.ok(Math.abs(change.ApproximateCreationDateTime - Date.now()) < 10000);
    assert.match(record.eventID, /^[0-9a-f]{32}$/);
    assert.deepEqual([record.eventVersion, record.eventSource, record.awsRegion], ['1.1', 'aws:dynamodb', 'us-east-1']);
  }
});

test('iterators: latest, at and after; an unknown one is refused', async () => {
  const { TableName, StreamArn } = await makeTable('NEW_IMAGE');
  for (let n = 0; n < 5; n++) await put(TableName, { id: `${n}`, n });
  const latest = await iterator(StreamArn, 'LATEST');
  const { all } = await readAll(await iterator(StreamArn, 'TRIM_HORIZON'), 2);
  assert.deepEqual(all.map((record) => record.dynamodb.NewImage.n.N), ['0', '1', '2', '3', '4']);
  const third = all[2].dynamodb.SequenceNumber;
  assert.equal((await readAll(await iterator(StreamArn, 'AT_SEQUENCE_NUMBER', third))).all.length, 3);
  assert.equal((await readAll(await iterator(StreamArn, 'AFTER_SEQUENCE_NUMBER', third))).all.length, 2);
  await put(TableName, { id: 'new', n: 5 });
  assert.deepEqual((await readAll(latest)).all.map((record) => record.dynamodb.Keys.id.S), ['new']);
  await assert.rejects(client.send(new streams.GetRecordsCommand({ ShardIterator: 'x' })), { name: 'ValidationException' });
  await assert.rejects(client.send(new streams.GetRecordsCommand({ ShardIterator: latest, Limit: 1001 })), {
    name: 'ValidationException', message: /Member must have value less than or equal to 1000/ });
  await assert.rejects(client.send(new streams.DescribeStreamCommand({ StreamArn: `${StreamArn}0` })),
    { name: 'ResourceNotFoundException', message: `Requested resource not found: Stream: ${StreamArn}0 not found` });
});

test('switched on later, off again, and read to its end', async () => {
  const { TableName, StreamArn } = await makeTable();
  assert.equal(StreamArn, undefined);
  await put(TableName, { id: 'before' });
  const update = (StreamSpecification) => tables.send(new db.UpdateTableCommand({ TableName, StreamSpecification }));
  const { TableDescription } = await update({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' });
  const arn = TableDescription.LatestStreamArn;
  await assert.rejects(update({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' }),
    { name: 'ValidationException', message: `Table already has an enabled stream: TableName: ${TableName}` });
  await put(TableName, { id: 'during' });
  const off = await update({ StreamEnabled: false });
  assert.equal(off.TableDescription.LatestStreamArn, arn);
  assert.equal(off.TableDescription.StreamSpecification, undefined);
  await put(TableName, { id: 'after' });
  const { all, NextShardIterator } = await readAll(await iterator(arn, 'TRIM_HORIZON'));
  assert.deepEqual(all.map((record) => record.dynamodb.Keys.id.S), ['during']);
  assert.equal(NextShardIterator, undefined);
  assert.equal((await shardOf(arn)).SequenceNumberRange.EndingSequenceNumber, all[0].dynamodb.SequenceNumber);
  await update({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' });
  await tables.send(new db.DeleteTableCommand({ TableName }));
  const { Streams } = await client.send(new streams.ListStreamsCommand({ TableName }));
  assert.equal(Streams.length, 2);
  for (const { StreamArn: each } of Streams) {
    const { StreamDescription } = await client.send(new streams.DescribeStreamCommand({ StreamArn: each }));
    assert.equal(StreamDescription.StreamStatus, 'DISABLED');
  }
});

test('kill -9 under writes: every acknowledged change is in the stream once and in order', async () => {
  const { TableName, StreamArn } = await makeTable('NEW_IMAGE');
  const acknowledged = new Map();
  const writer = async (id) => {
    for (let n = 0; ; n++) {
      try { await put(TableName, { id, n }); } catch { return; }
      acknowledged.set(id, n);
    }
  };
  const writers = ['a', 'b', 'c', 'd'].map(writer);
  await eventually(() => [...acknowledged.values()].reduce((sum, n) => sum + n, 0) > 400, { timeout: 20000 });
  await server.kill();
  await Promise.all(writers);
  server = await Server.start({ folder: server.folder });
  connect();
  await put(TableName, { id: 'z', n: 0 });
  const { all } = await readAll(await iterator(StreamArn, 'TRIM_HORIZON'), 100);
  const seen = new Map();
  let before = '';
  for (const { dynamodb: { NewImage, SequenceNumber } } of all) {
    assert.ok(SequenceNumber > before);
    before = SequenceNumber;
    assert.equal(Number(NewImage.n.N), (seen.get(NewImage.id.S) ?? -1) + 1);
    seen.set(NewImage.id.S, Number(NewImage.n.N));
  }
  for (const [id, n] of acknowledged) assert.ok(seen.get(id) >= n, `${id}: ${seen.get(id)} of ${n}`);
  for (const [id, n] of seen) {  // what the stream tells is what the table has
    const { Item } = await items.send(new lib.GetCommand({ TableName, Key: { id } }));
    assert.equal(Item.n, n);
  }
  assert.equal(all.at(-1).dynamodb.NewImage.id.S, 'z');
});

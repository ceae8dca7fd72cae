'use strict';
// CloudWatch Logs by SDK v3: patterns on what functions print, subscriptions to a function, Insights,
// retention; and `fairlead logs`, also following through a crash of the server.

const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const { after, before, test } = require('node:test');
const { Server, binary, eventually, keys, sdk, unique } = require('../harness/server');
const { Functions } = require('../harness/lambda');

const logsSdk = sdk('v3', '@aws-sdk/client-cloudwatch-logs');
let server, functions, logs;

const connect = () => {
  functions = new Functions(server.endpoint);
  logs = new logsSdk.CloudWatchLogsClient({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
};
before(async () => {
  server = await Server.start();
  connect();
});
after(() => server && server.remove());

const call = (name, input) => logs.send(new logsSdk[`${name}Command`](input));
const refused = (promise, name, message) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name);
  if (message) assert.match(error.message, message);
  return true;
});
async function newGroup(...messages) {
  const logGroupName = unique('/group');
  await call('CreateLogGroup', { logGroupName });
  await call('CreateLogStream', { logGroupName, logStreamName: 's' });
  if (messages.length) await put(logGroupName, messages);
  return logGroupName;
}
const put = (logGroupName, messages, at = Date.now()) => call('PutLogEvents', {
  logGroupName, logStreamName: 's', logEvents: messages.map((message, i) => ({ timestamp: at + i, message })),
});
const texts = (events) => events.map((event) => event.message.trim());
async function query(logGroupName, queryString) {
  const seconds = Math.floor(Date.now() / 1000);
  const { queryId } = await call('StartQuery', { logGroupName, queryString, startTime: seconds - 3600, endTime: seconds + 60 });
  const reply = await eventually(async () => {
    const got = await call('GetQueryResults', { queryId });
    return got.status === 'Complete' && got;
  });
  return { ...reply, rows: reply.results.map((row) => Object.fromEntries(row.map(({ field, value }) => [field, value]))) };
}

test('patterns find what a function printed, as text and as JSON', async () => {
  const { name } = await functions.create(`exports.handler = async (e) => {
    console.log(JSON.stringify({ order: { id: e.id }, ok: e.id !== 2 }));
    console.error('order', e.id, 'was slow');
    process.stdout.write('10.0.0.' + e.id + ' GET ' + (400 + e.id) + ' 1500\\n');
  };`);
  for (const id of [1, 2, 3]) await functions.invoke(name, { id });
  const logGroupName = `/aws/lambda/${name}`;
  const found = async (filterPattern) => (await call('FilterLogEvents', { logGroupName, filterPattern })).events;
  assert.equal((await found('ERROR slow')).length, 3);
  assert.equal((await found('"order 2"')).length, 1);
  assert.equal((await found('?"START RequestId" ?REPORT')).length, 6);
  assert.equal((await found('%order [12] was%')).length, 2);
  assert.deepEqual(texts(await found('[ip, verb = GET, status > 401, size]')), ['10.0.0.2 GET 402 1500', '10.0.0.3 GET 403 1500']);
  await refused(found('a/b'), 'InvalidParameterException', /Invalid character\(s\) in term 'a\/b'/);
  await refused(found('{ $.a = '), 'InvalidParameterException', /Invalid filter pattern/);

  const group = await newGroup('{"n":1,"tags":["x"]}', '{"n":20,"ok":true}', 'not json', '{"n":"20"}');
  const json = async (filterPattern) => texts((await call('FilterLogEvents', { logGroupName: group, filterPattern })).events);
  assert.deepEqual(await json('{ $.n > 1 }'), ['{"n":20,"ok":true}']);
  assert.deepEqual(await json('{ $.tags[0] = "x" || $.ok IS TRUE }'), ['{"n":1,"tags":["x"]}', '{"n":20,"ok":true}']);
  assert.deepEqual(await json('{ $.ok NOT EXISTS && $.n = 2* }'), ['{"n":"20"}']);
  const { matches } = await call('TestMetricFilter', { filterPattern: '{ $.n = 1 }', logEventMessages: ['{"n":2}', '{"n":1}'] });
  assert.deepEqual(matches, [{ eventNumber: 2, eventMessage: '{"n":1}', extractedValues: { '$.n': '1' } }]);
});

test('pages: by token, of one stream both ways, in bounded steps', async () => {
  const group = await newGroup(...Array.from({ length: 50 }, (_, i) => `line ${i}`));
  const seen = [];
  for (let nextToken; ;) {
    const page = await call('FilterLogEvents', { logGroupName: group, limit: 7, nextToken });
    seen.push(...texts(page.events));
    assert.deepEqual(page.searchedLogStreams, []);
    if (!(nextToken = page.nextToken)) break;
  }
  assert.equal(seen.join(), Array.from({ length: 50 }, (_, i) => `line ${i}`).join());
  const of = (extra) => call('GetLogEvents', { logGroupName: group, logStreamName: 's', limit: 20, ...extra });
  const newest = await of({});
  assert.equal(newest.events[0].message, 'line 30');
  const end = await of({ nextToken: newest.nextForwardToken });
  assert.equal(end.nextForwardToken, newest.nextForwardToken);
  const back = await of({ nextToken: end.nextBackwardToken });
  assert.equal(back.events.at(-1).message, 'line 49');
  await refused(of({ nextToken: 'x' }), 'InvalidParameterException');
});

test('a subscription sends matching events to a function', async () => {
  const receiver = await functions.create(`const zlib = require('node:zlib');
    exports.handler = async (event) => console.log('GOT ' + zlib.gunzipSync(Buffer.from(event.awslogs.data, 'base64')));`);
  const group = await newGroup('ERROR before');
  const filter = { logGroupName: group, filterName: 'errors', filterPattern: 'ERROR', destinationArn: receiver.arn };
  await refused(call('PutSubscriptionFilter', filter), 'InvalidParameterException', /Could not execute the lambda function/);
  await functions.allow(receiver.name, 'logs.amazonaws.com', `arn:aws:logs:us-east-1:000000000000:log-group:${group}:*`);
  await call('PutSubscriptionFilter', filter);
  const { subscriptionFilters } = await call('DescribeSubscriptionFilters', { logGroupName: group });
  assert.equal(subscriptionFilters[0].destinationArn, receiver.arn);
  const started = Date.now();
  await put(group, ['ERROR one', 'fine', 'ERROR two']);
  const got = await eventually(async () => {
    const { events } = await call('FilterLogEvents', { logGroupName: `/aws/lambda/${receiver.name}`, filterPattern: 'GOT' });
    return events[0] && events[0].message;
  }, { timeout: 10000 });
  const data = JSON.parse(got.slice(got.indexOf('GOT ') + 4));
  assert.equal(data.messageType, 'DATA_MESSAGE');
  assert.equal(data.owner, '000000000000');
  assert.equal(data.logGroup, group);
  assert.equal(data.logStream, 's');
  assert.deepEqual(data.subscriptionFilters, ['errors']);
  assert.deepEqual(texts(data.logEvents), ['ERROR one', 'ERROR two']);
  assert.ok(data.logEvents[0].id && data.logEvents[0].timestamp >= started - 1000);

  const none = `${receiver.arn}-none`;
  await refused(call('PutSubscriptionFilter', { ...filter, filterName: 'b', destinationArn: none }), 'InvalidParameterException');
  await call('DeleteSubscriptionFilter', { logGroupName: group, filterName: 'errors' });
  await refused(call('DeleteSubscriptionFilter', { logGroupName: group, filterName: 'errors' }), 'ResourceNotFoundException');
});

test('Insights: stats, functions, records, refusals', async () => {
  const group = await newGroup('{"route":"a","ms":10}', '{"route":"b","ms":30}', '{"route":"a","ms":20}', 'noise');
  const { rows, statistics } = await query(group, `filter ispresent(route)
    | stats count(*) as n, avg(ms) as average, max(ms) by route | sort n desc`);
  assert.deepEqual(rows, [{ route: 'a', n: '2', average: '15', 'max(ms)': '20' }, { route: 'b', n: '1', average: '30', 'max(ms)': '30' }]);
  assert.equal(statistics.recordsScanned, 4);
  assert.equal(statistics.recordsMatched, 3);
  const { rows: found } = await query(group, 'fields @timestamp, @message | filter ms > 15 | sort ms asc | limit 5');
  assert.deepEqual(found.map((row) => row['@message']), ['{"route":"a","ms":20}', '{"route":"b","ms":30}']);
  assert.match(found[0]['@timestamp'], /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
  const { logRecord } = await call('GetLogRecord', { logRecordPointer: found[0]['@ptr'] });
  assert.equal(logRecord.route, 'a');
  await refused(call('StartQuery', { logGroupName: group, queryString: 'fields a | pattern b', startTime: 0, endTime: 1 }), 'MalformedQueryException', /pattern/);
  const { queries } = await call('DescribeQueries', { logGroupName: group });
  assert.equal(queries.length, 2);

  const { name } = await functions.create('exports.handler = async () => {};');
  await functions.invoke(name);
  const report = await query(`/aws/lambda/${name}`, 'filter @type = "REPORT" | stats count(*) as n, max(@duration) as slowest, max(@memorySize) as memory');
  assert.equal(report.rows[0].n, '1');
  assert.ok(Number(report.rows[0].slowest) > 0);
  assert.equal(report.rows[0].memory, '128000000');
});

test('groups: stored bytes, retention, tags, order of streams', async () => {
  const group = await newGroup('12345');
  const described = async () => (await call('DescribeLogGroups', { logGroupNamePrefix: group })).logGroups[0];
  assert.equal((await described()).storedBytes, 5 + 26);
  await call('PutRetentionPolicy', { logGroupName: group, retentionInDays: 7 });
  assert.equal((await described()).retentionInDays, 7);
  await refused(call('PutRetentionPolicy', { logGroupName: group, retentionInDays: 8 }), 'InvalidParameterException');
  const eightDays = Date.now() - 8 * 86400000;
  const old = await put(group, ['too old for seven days'], eightDays);
  assert.equal(old.rejectedLogEventsInfo.expiredLogEventEndIndex, 1);
  await call('DeleteRetentionPolicy', { logGroupName: group });
  await call('TagLogGroup', { logGroupName: group, tags: { a: '1', b: '2' } });
  await call('UntagResource', { resourceArn: (await described()).logGroupArn, tagKeys: ['a'] });
  assert.deepEqual((await call('ListTagsLogGroup', { logGroupName: group })).tags, { b: '2' });
  await call('CreateLogStream', { logGroupName: group, logStreamName: 'a' });
  const { logStreams } = await call('DescribeLogStreams', { logGroupName: group, orderBy: 'LastEventTime', descending: true });
  assert.deepEqual(logStreams.map((stream) => stream.logStreamName), ['s', 'a']);
});

const fairlead = (...args) => spawnSync(binary, ['logs', '--data-dir', server.folder, ...args], { encoding: 'utf8', timeout: 20000 });

test('fairlead logs: groups, a function by its name, filters, help', async () => {
  const { name } = await functions.create('exports.handler = async (e) => { console.log("hello", e.n); console.error("bad", e.n); };');
  for (const n of [1, 2]) await functions.invoke(name, { n });
  const listed = fairlead();
  assert.match(listed.stdout, new RegExp(`/aws/lambda/${name}\\s+[\\d.]+ \\w*B\\s+(just now|\\d+s ago)\\s+for ever`));
  const all = fairlead(name);
  assert.equal(all.status, 0, all.stderr);
  assert.match(all.stdout, /\d\d:\d\d:\d\d\.\d{3} [0-9a-f]{8} hello 1\n/);
  assert.match(all.stdout, / ERROR bad 2\n/);
  assert.match(all.stdout, / done in [\d.]+ ms, billed \d+ ms, \d+ of 128 MB/);
  assert.doesNotMatch(all.stdout, /END RequestId|\x1b/);
  assert.match(fairlead(name, '--filter', '"bad 1"').stdout, /^\S+ \S+ ERROR bad 1\n$/);
  assert.match(fairlead(`/aws/lambda/${name}`, '--raw', '--filter', 'hello').stdout, /\tINFO\thello 1\n/);
  const none = fairlead('nobody');
  assert.equal(none.status, 1);
  assert.match(none.stderr, /no log group \/aws\/lambda\/nobody/);
  assert.match(fairlead(name, '--filter', '{').stderr, /Invalid filter pattern/);
  assert.match(fairlead(name, '--since', 'yesterday').stderr, /--since takes/);
  assert.match(fairlead('--help').stdout, /fairlead logs hello -f/);
  const stopped = spawnSync(binary, ['logs', '--data-dir', '/nonexistent'], { encoding: 'utf8' });
  assert.match(stopped.stderr, /No server runs on \/nonexistent/);
});

test('fairlead logs -f follows, within a second and through a crash, and ends with Ctrl-C', async () => {
  const group = await newGroup();
  const child = spawn(binary, ['logs', '--data-dir', server.folder, group, '-f'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '', err = '';
  child.stdout.on('data', (data) => { out += data; });
  child.stderr.on('data', (data) => { err += data; });
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  try {
    await put(group, ['first']);
    await eventually(() => out.includes('first\n'));
    const sent = Date.now();
    await put(group, ['second']);
    await eventually(() => out.includes('second\n'));
    assert.ok(Date.now() - sent < 3000, `it took ${Date.now() - sent} ms`);
    await server.kill();
    await eventually(() => /server is away/.test(err));
    server = await Server.start({ folder: server.folder });
    connect();
    await put(group, ['third']);
    await eventually(() => out.includes('third\n'));
    assert.deepEqual(out.match(/first|second|third/g), ['first', 'second', 'third']);
    child.kill('SIGINT');
    assert.deepEqual(await exited, { code: 0, signal: null });
  } finally {
    child.kill('SIGKILL');
  }
});

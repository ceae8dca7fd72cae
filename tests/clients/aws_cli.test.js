'use strict';
// Debian's aws CLI (2.9): files and folders, tables, functions, and errors as scripts meet them. A
// call costs most of a second, so there are few of them, and each says much.

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { Server, clientEnvironment, unique } = require('../harness/server');
const { zip } = require('../harness/lambda');

let server, folder;

before(async () => {
  server = await Server.start();
  folder = path.join(server.folder, 'work');
  fs.mkdirSync(folder);
});
after(() => server && server.remove());

// {code, out, err}: `aws …` in a folder of its own. Debian's CLI knows no AWS_ENDPOINT_URL.
function run(...args) {
  return new Promise((resolve) => {
    execFile('/usr/bin/aws', ['--endpoint-url', server.endpoint, ...args], {
      cwd: folder, env: { ...clientEnvironment(server.endpoint), AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent' },
      maxBuffer: 64 << 20, timeout: 60000,
    }, (error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
  });
}

async function aws(...args) {
  const { code, out, err } = await run(...args);
  assert.equal(code, 0, `aws ${args.join(' ')}: ${err}`);
  return out;
}

const json = async (...args) => JSON.parse(await aws(...args, '--output', 'json') || 'null');
const write = (name, text) => {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
};

test('s3: buckets, folders, a file in parts, a website', async () => {
  const bucket = unique('cli');
  const big = crypto.randomBytes(20 * 1024 * 1024);
  write('site/index.html', '<h1>From the CLI</h1>');
  write('site/css/a b.css', 'p {}');
  write('site/big.bin', big);
  assert.equal(await aws('s3', 'mb', `s3://${bucket}`), `make_bucket: ${bucket}\n`);
  assert.match(await aws('s3', 'sync', 'site', `s3://${bucket}`, '--no-progress'), /upload: site\/css\/a b\.css to s3:\/\//);
  const [again, listed, , head] = await Promise.all([
    aws('s3', 'sync', 'site', `s3://${bucket}`, '--no-progress'),
    aws('s3', 'ls', `s3://${bucket}`, '--recursive', '--summarize'),
    aws('s3', 'website', `s3://${bucket}`, '--index-document', 'index.html'),
    json('s3api', 'head-object', '--bucket', bucket, '--key', 'index.html'),
  ]);
  assert.equal(again, '', 'nothing changed, nothing is sent');
  assert.match(listed, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +20971520 big\.bin$/m);
  assert.match(listed, /Total Objects: 3/);
  assert.equal(head.ContentType, 'text/html');
  await aws('s3', 'cp', `s3://${bucket}/big.bin`, 'back.bin', '--no-progress');
  assert.ok(fs.readFileSync(path.join(folder, 'back.bin')).equals(big));
  const closed = await fetch(`${server.endpoint}/_aws/website/${bucket}/`);
  assert.equal(closed.status, 403);
  assert.match(await aws('s3', 'rb', `s3://${bucket}`, '--force'), new RegExp(`remove_bucket: ${bucket}\n$`));
});

test('dynamodb with --output text', async () => {
  const table = unique('cli');
  await aws('dynamodb', 'create-table', '--table-name', table, '--billing-mode', 'PAY_PER_REQUEST',
    '--attribute-definitions', 'AttributeName=id,AttributeType=S', 'AttributeName=n,AttributeType=N',
    '--key-schema', 'AttributeName=id,KeyType=HASH', 'AttributeName=n,KeyType=RANGE');
  await aws('dynamodb', 'wait', 'table-exists', '--table-name', table);
  await Promise.all([1, 2].map((n) => aws('dynamodb', 'put-item', '--table-name', table, '--item', `{"id":{"S":"a"},"n":{"N":"${n}"},"text":{"S":"größer ${n}"}}`)));
  const [item, query] = await Promise.all([
    aws('dynamodb', 'get-item', '--table-name', table, '--key', '{"id":{"S":"a"},"n":{"N":"1"}}', '--query', 'Item.text.S', '--output', 'text'),
    aws('dynamodb', 'query', '--table-name', table, '--key-condition-expression', 'id = :i AND n > :n',
      '--expression-attribute-values', '{":i":{"S":"a"},":n":{"N":"0"}}', '--query', 'Items[].[n.N,text.S]', '--output', 'text'),
  ]);
  assert.equal(item, 'größer 1\n');
  assert.equal(query, '1\tgrößer 1\n2\tgrößer 2\n');
});

test('a role, its policy document, a function, its log', async () => {
  const name = unique('cli');
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] };
  write('trust.json', JSON.stringify(trust));
  write('event.json', '{"who":"wörld"}');
  write('code.zip', zip({ 'index.js': 'exports.handler = async (e) => { console.log("greeting " + e.who); return "hello " + e.who; };' }));
  const made = await aws('iam', 'create-role', '--role-name', name, '--assume-role-policy-document', 'file://trust.json', '--query', 'Role.Arn', '--output', 'text');
  const [role, created] = await Promise.all([
    json('iam', 'get-role', '--role-name', name),
    json('lambda', 'create-function', '--function-name', name, '--runtime', 'nodejs20.x', '--handler', 'index.handler',
      '--role', made.trim(), '--zip-file', 'fileb://code.zip', '--timeout', '10'),
  ]);
  assert.deepEqual(role.Role.AssumeRolePolicyDocument, trust);
  assert.equal(created.Timeout, 10);
  await aws('lambda', 'wait', 'function-active-v2', '--function-name', name);
  const invoked = await json('lambda', 'invoke', '--function-name', name, '--payload', 'fileb://event.json', '--log-type', 'Tail', 'out.json');
  assert.equal(invoked.StatusCode, 200);
  assert.match(Buffer.from(invoked.LogResult, 'base64').toString(), /INFO\tgreeting wörld/);
  assert.equal(fs.readFileSync(path.join(folder, 'out.json'), 'utf8'), '"hello wörld"');
  const filtered = await aws('logs', 'filter-log-events', '--log-group-name', `/aws/lambda/${name}`, '--filter-pattern', 'greeting', '--query', 'events[].message', '--output', 'text');
  assert.match(filtered, /INFO\tgreeting wörld/);
});

test('apigatewayv2', async () => {
  const name = unique('cli');
  const id = (await aws('apigatewayv2', 'create-api', '--name', name, '--protocol-type', 'WEBSOCKET',
    '--route-selection-expression', '$request.body.action', '--query', 'ApiId', '--output', 'text')).trim();
  assert.match(id, /^[a-z0-9]{10}$/);
  const [route, apis] = await Promise.all([
    json('apigatewayv2', 'create-route', '--api-id', id, '--route-key', '$default'),
    json('apigatewayv2', 'get-apis'),
  ]);
  assert.equal(route.RouteKey, '$default');
  assert.ok(apis.Items.some((api) => api.ApiId === id && api.Name === name && api.RouteSelectionExpression === '$request.body.action'));
});

test('errors: exit code 254 and AWS\'s words', async () => {
  const said = await Promise.all([
    run('dynamodb', 'describe-table', '--table-name', 'nowhere'),
    run('iam', 'get-role', '--role-name', 'nobody'),
    run('lambda', 'get-function', '--function-name', 'nothing'),
    run('apigatewayv2', 'get-api', '--api-id', 'aaaaaaaaaa'),
    run('s3api', 'get-object', '--bucket', 'nowhere-at-all', '--key', 'x', 'out.bin'),
    run('s3', 'ls', 's3://nowhere-at-all'),
  ]);
  const texts = [
    /An error occurred \(ResourceNotFoundException\) when calling the DescribeTable operation.*: Requested resource not found: Table: nowhere not found/,
    /An error occurred \(NoSuchEntity\) when calling the GetRole operation.*: The role with name nobody cannot be found\./,
    /An error occurred \(ResourceNotFoundException\) when calling the GetFunction operation.*: Function not found: arn:aws:lambda:us-east-1:000000000000:function:nothing/,
    /An error occurred \(NotFoundException\) when calling the GetApi operation.*: Invalid API identifier specified/,
    /An error occurred \(NoSuchBucket\) when calling the GetObject operation.*: The specified bucket does not exist/,
    /An error occurred \(NoSuchBucket\) when calling the ListObjectsV2 operation/,
  ];
  said.forEach(({ code, err }, n) => {
    assert.match(err, texts[n]);
    assert.equal(code, 254);
  });
});

'use strict';
// Static websites as browsers see them: by path and by host name, index and error documents,
// folder redirects, routing rules, and nothing without public read.

const assert = require('node:assert/strict');
const http = require('node:http');
const { after, before, test } = require('node:test');
const { Server, keys, sdk, unique } = require('../harness/server');

const v3 = sdk('v3', '@aws-sdk/client-s3');
let server, client, site;

before(async () => {
  server = await Server.start();
  client = new v3.S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
  site = await makeSite({
    IndexDocument: { Suffix: 'index.html' }, ErrorDocument: { Key: 'error.html' },
    RoutingRules: [{ Condition: { KeyPrefixEquals: 'old/' }, Redirect: { ReplaceKeyPrefixWith: 'new/', HttpRedirectCode: '302' } }],
  });
  await open(site);
});
after(() => server && server.remove());

const send = (operation, input) => client.send(new v3[`${operation}Command`](input));

async function makeSite(WebsiteConfiguration) {
  const Bucket = unique('site');
  await send('CreateBucket', { Bucket });
  await send('PutBucketWebsite', { Bucket, WebsiteConfiguration });
  const files = { 'index.html': '<h1>Home</h1>', 'error.html': '<h1>Lost</h1>', 'docs/index.html': '<h1>Docs</h1>', 'a b.txt': '0123456789' };
  for (const [Key, Body] of Object.entries(files)) {
    await send('PutObject', { Bucket, Key, Body, ContentType: Key.endsWith('.html') ? 'text/html' : 'text/plain', CacheControl: 'max-age=5' });
  }
  return Bucket;
}

async function open(Bucket) {
  await send('DeletePublicAccessBlock', { Bucket });
  await send('PutBucketPolicy', { Bucket, Policy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::${Bucket}/*`] }],
  }) });
}

// A request as a browser makes it for a host name that leads here.
function get(path, { host = `${site}.s3-website-us-east-1.amazonaws.com`, method = 'GET', headers = {} } = {}) {
  return new Promise((resolve, reject) => {
    http.request({ port: server.port, host: '127.0.0.1', path, method, headers: { ...headers, Host: host }, agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => { body += chunk; });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
    }).on('error', reject).end();
  });
}

test('index documents of the site and of folders', async () => {
  for (const host of [undefined, `${site}.s3-website.us-east-1.amazonaws.com`, `${site}.s3-website.us-east-1.localhost:${server.port}`]) {
    const home = await get('/', { host });
    assert.equal(home.status, 200);
    assert.equal(home.body, '<h1>Home</h1>');
    assert.equal(home.headers['content-type'], 'text/html');
    assert.equal(home.headers['cache-control'], 'max-age=5');
  }
  assert.equal((await get('/docs/')).body, '<h1>Docs</h1>');
  assert.equal((await get('/?v=1')).body, '<h1>Home</h1>');
  assert.equal((await get('/a%20b.txt')).body, '0123456789');
});

test('a folder without its slash is redirected', async () => {
  const answer = await get('/docs');
  assert.equal(answer.status, 302);
  assert.equal(answer.headers.location, '/docs/');
});

test('what is not there is answered by the error document', async () => {
  const lost = await get('/nothing/here');
  assert.equal(lost.status, 404);
  assert.equal(lost.body, '<h1>Lost</h1>');
  assert.equal(lost.headers['content-type'], 'text/html');
});

test('routing rules redirect', async () => {
  const moved = await get('/old/page.html');
  assert.equal(moved.status, 302);
  assert.match(moved.headers.location, /^http:\/\/[^/]+\/new\/page\.html$/);
});

test('HEAD, ranges, conditions, and no writing', async () => {
  const head = await get('/a%20b.txt', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.headers['content-length'], '10');
  assert.equal(head.body, '');
  const range = await get('/a%20b.txt', { headers: { Range: 'bytes=2-4' } });
  assert.equal(range.status, 206);
  assert.equal(range.body, '234');
  assert.equal(range.headers['content-range'], 'bytes 2-4/10');
  const same = await get('/a%20b.txt', { headers: { 'If-None-Match': head.headers.etag } });
  assert.equal(same.status, 304);
  const written = await get('/a%20b.txt', { method: 'PUT' });
  assert.equal(written.status, 405);
  assert.match(written.headers['content-type'], /^text\/html/);
});

test('by path, for machines without the host name', async () => {
  const url = `${server.endpoint}/_aws/website/${site}`;
  assert.equal(await (await fetch(`${url}/`)).text(), '<h1>Home</h1>');
  const folder = await fetch(`${url}/docs`);
  assert.equal(folder.url, `${url}/docs/`);
  assert.equal(await folder.text(), '<h1>Docs</h1>');
});

test('without public read, without a configuration, without a bucket', async () => {
  const closed = await makeSite({ IndexDocument: { Suffix: 'index.html' } });
  const forbidden = await get('/', { host: `${closed}.s3-website-us-east-1.amazonaws.com` });
  assert.equal(forbidden.status, 403);
  assert.match(forbidden.body, /<li>Code: AccessDenied<\/li>/);
  await open(closed);
  const missing = await get('/nothing', { host: `${closed}.s3-website-us-east-1.amazonaws.com` });
  assert.equal(missing.status, 404);
  assert.match(missing.body, /<li>Code: NoSuchKey<\/li>/);
  await send('DeleteBucketWebsite', { Bucket: closed });
  await assert.rejects(send('GetBucketWebsite', { Bucket: closed }), { name: 'NoSuchWebsiteConfiguration' });
  const bare = await get('/', { host: `${closed}.s3-website-us-east-1.amazonaws.com` });
  assert.equal(bare.status, 404);
  assert.match(bare.body, /NoSuchWebsiteConfiguration/);
  const nowhere = await get('/', { host: `${unique('nowhere')}.s3-website-us-east-1.amazonaws.com` });
  assert.equal(nowhere.status, 404);
  assert.match(nowhere.body, /NoSuchBucket/);
});

test('a whole site that redirects', async () => {
  const away = await makeSite({ RedirectAllRequestsTo: { HostName: 'example.org', Protocol: 'https' } });
  const answer = await get('/some/page', { host: `${away}.s3-website-us-east-1.amazonaws.com` });
  assert.equal(answer.status, 301);
  assert.equal(answer.headers.location, 'https://example.org/some/page');
});

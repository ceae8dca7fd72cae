'use strict';
// S3 as the JavaScript SDKs use it: bodies of every shape, ranges, conditions, lists, multipart,
// settings, and the errors by the names that programs look at.

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const crypto = require('node:crypto');
const { Readable } = require('node:stream');
const { after, before, test } = require('node:test');
const { promisify } = require('node:util');
const { Server, clientEnvironment, keys, root, sdk, unique } = require('../harness/server');

const v3 = sdk('v3', '@aws-sdk/client-s3');
const AWS = sdk('v2', 'aws-sdk');
const MB = 1024 * 1024;
let server, client, bucket;

before(async () => {
  server = await Server.start();
  client = new v3.S3Client({ endpoint: server.endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
  bucket = await makeBucket();
});
after(() => server && server.remove());

const send = (operation, input) => client.send(new v3[`${operation}Command`]({ Bucket: bucket, ...input }));
const put = (Key, Body, more) => send('PutObject', { Key, Body, ...more });
const text = async (Key, more) => (await send('GetObject', { Key, ...more })).Body.transformToString();
const keysOf = (page) => (page.Contents || []).map((object) => object.Key);

async function makeBucket(options) {
  const Bucket = unique('bucket');
  await client.send(new v3.CreateBucketCommand({ Bucket, ...options }));
  return Bucket;
}

// `size` bytes that do not repeat, in chunks of odd sizes.
function stream(size, digest) {
  let left = size, seed = 1;
  return new Readable({
    read() {
      if (!left) return this.push(null);
      const chunk = Buffer.alloc(Math.min(left, 65521));
      for (let at = 0; at + 4 <= chunk.length; at += 4) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        chunk.writeUInt32LE(seed, at);
      }
      left -= chunk.length;
      digest.update(chunk);
      return this.push(chunk);
    },
  });
}

test('text, buffers, nothing at all, and keys that need care', async () => {
  const all = ['plain.txt', 'a b+c/d?e=f&g#h.txt', 'ünï/cödé 😀', '100%/%41', "it's~(odd)*!", 'a//b/../c', '.', 'trailing/'];
  for (const Key of all) {
    await put(Key, `this is ${Key}`);
    assert.equal(await text(Key), `this is ${Key}`);
  }
  assert.deepEqual(keysOf(await send('ListObjectsV2')).sort(), [...all].sort());
  const bytes = crypto.randomBytes(70000);
  const stored = await put('bytes', bytes);
  assert.equal(stored.ETag, `"${crypto.createHash('md5').update(bytes).digest('hex')}"`);
  assert.equal(stored.ServerSideEncryption, 'AES256');
  const read = await send('GetObject', { Key: 'bytes' });
  assert.deepEqual(Buffer.from(await read.Body.transformToByteArray()), bytes);
  assert.equal(read.ContentType, 'application/octet-stream');
  await put('empty', '');
  assert.equal((await send('HeadObject', { Key: 'empty' })).ContentLength, 0);
  assert.equal(await text('empty'), '');
});

test('a 20 MB stream goes as aws-chunked with its checksum behind it', async () => {
  const sent = crypto.createHash('md5');
  await put('big', stream(20 * MB, sent), { ContentLength: 20 * MB, ContentType: 'video/mp4' });
  const md5 = sent.digest('hex');
  const head = await send('HeadObject', { Key: 'big', ChecksumMode: 'ENABLED' });
  assert.equal(head.ETag, `"${md5}"`);
  assert.equal(head.ContentLength, 20 * MB);
  assert.equal(head.ContentEncoding, undefined, 'aws-chunked is not kept');
  assert.match(head.ChecksumCRC32, /^[A-Za-z0-9+/]{6}==$/);
  const got = crypto.createHash('md5');
  for await (const chunk of (await send('GetObject', { Key: 'big' })).Body) got.update(chunk);
  assert.equal(got.digest('hex'), md5);
});

test('checksums of all kinds are verified and given back', async () => {
  for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256', 'CRC64NVME']) {
    const made = await put(`sum/${ChecksumAlgorithm}`, 'hello', { ChecksumAlgorithm });
    const member = `Checksum${ChecksumAlgorithm}`;
    assert.ok(made[member], member);
    const read = await send('GetObject', { Key: `sum/${ChecksumAlgorithm}`, ChecksumMode: 'ENABLED' });
    assert.equal(read[member], made[member]);
    assert.equal(await read.Body.transformToString(), 'hello');
  }
  await assert.rejects(put('bad', 'hello', { ChecksumSHA256: Buffer.alloc(32).toString('base64') }),
    { name: 'BadDigest', message: 'The SHA256 you specified did not match the calculated checksum.' });
  await assert.rejects(put('bad', 'hello', { ContentMD5: Buffer.alloc(16).toString('base64') }),
    { name: 'BadDigest', message: 'The Content-MD5 you specified did not match what we received.' });
  await assert.rejects(put('bad', 'hello', { ContentMD5: 'short' }), { name: 'InvalidDigest' });
  await assert.rejects(send('GetObject', { Key: 'bad' }), { name: 'NoSuchKey' });
});

test('ranges', async () => {
  await put('digits', '0123456789');
  for (const [Range, expected, contentRange] of [
    ['bytes=0-0', '0', 'bytes 0-0/10'], ['bytes=3-5', '345', 'bytes 3-5/10'], ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-4', '6789', 'bytes 6-9/10'], ['bytes=5-500', '56789', 'bytes 5-9/10']]) {
    const part = await send('GetObject', { Key: 'digits', Range });
    assert.equal(part.$metadata.httpStatusCode, 206);
    assert.equal(part.ContentRange, contentRange);
    assert.equal(await part.Body.transformToString(), expected);
  }
  await assert.rejects(send('GetObject', { Key: 'digits', Range: 'bytes=10-' }),
    (error) => error.name === 'InvalidRange' && error.$metadata.httpStatusCode === 416);
  const head = await send('HeadObject', { Key: 'digits', Range: 'bytes=2-3' });
  assert.equal(head.ContentLength, 2);
});

test('conditional requests', async () => {
  const { ETag } = await put('state', 'one');
  const refused = (name, status) => (error) => error.name === name && error.$metadata.httpStatusCode === status;
  assert.equal(await text('state', { IfMatch: ETag }), 'one');
  await assert.rejects(send('GetObject', { Key: 'state', IfMatch: '"other"' }), refused('PreconditionFailed', 412));
  await assert.rejects(send('GetObject', { Key: 'state', IfNoneMatch: ETag }), (e) => e.$metadata.httpStatusCode === 304);
  const { LastModified } = await send('HeadObject', { Key: 'state' });
  await assert.rejects(send('GetObject', { Key: 'state', IfModifiedSince: LastModified }), (e) => e.$metadata.httpStatusCode === 304);
  assert.equal(await text('state', { IfUnmodifiedSince: LastModified }), 'one');
  await assert.rejects(put('state', 'two', { IfNoneMatch: '*' }), refused('PreconditionFailed', 412));
  await assert.rejects(put('state', 'two', { IfMatch: '"other"' }), refused('PreconditionFailed', 412));
  await assert.rejects(put('absent', 'two', { IfMatch: ETag }), refused('NoSuchKey', 404));
  await put('state', 'two', { IfMatch: ETag });
  assert.equal(await text('state'), 'two');
});

test('of many writers that want to be first, one is', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, (_, n) => put('lock', `${n}`, { IfNoneMatch: '*' })));
  const winners = outcomes.flatMap((outcome, n) => (outcome.status === 'fulfilled' ? [n] : []));
  assert.equal(winners.length, 1);
  assert.equal(await text('lock'), `${winners[0]}`);
});

test('what is said about an object comes back with it', async () => {
  const said = {
    ContentType: 'text/css', CacheControl: 'max-age=60', ContentDisposition: 'attachment; filename="a.css"',
    ContentLanguage: 'de', ContentEncoding: 'gzip', Expires: new Date('2031-01-01T00:00:00Z'),
    WebsiteRedirectLocation: '/elsewhere', Metadata: { color: 'blue', 'two-words': 'with space' },
  };
  await put('described', 'x', said);
  for (const operation of ['HeadObject', 'GetObject']) {
    const got = await send(operation, { Key: 'described' });
    for (const name of Object.keys(said)) {
      if (name !== 'Expires') assert.deepEqual(got[name], said[name], name);
    }
    assert.equal(new Date(got.ExpiresString || got.Expires).getTime(), said.Expires.getTime());
    assert.ok(Math.abs(got.LastModified - Date.now()) < 60000);
    if (operation === 'GetObject') got.Body.destroy();
  }
  const other = await send('GetObject', { Key: 'described', ResponseContentType: 'text/plain', ResponseCacheControl: 'no-store' });
  assert.equal(other.ContentType, 'text/plain');
  assert.equal(other.CacheControl, 'no-store');
  other.Body.destroy();
});

test('lists: prefixes, folders, pages', async () => {
  const Bucket = await makeBucket();
  const names = ['a.txt', 'dir/1', 'dir/2', 'dir/deep/3', 'dir2/4', 'z&<>.txt'];
  await Promise.all(names.map((Key) => put(Key, 'x', { Bucket })));
  assert.deepEqual(keysOf(await send('ListObjectsV2', { Bucket })), names);
  const top = await send('ListObjectsV2', { Bucket, Delimiter: '/' });
  assert.deepEqual(keysOf(top), ['a.txt', 'z&<>.txt']);
  assert.deepEqual(top.CommonPrefixes.map((one) => one.Prefix), ['dir/', 'dir2/']);
  assert.equal(top.KeyCount, 4);
  const folder = await send('ListObjectsV2', { Bucket, Delimiter: '/', Prefix: 'dir/' });
  assert.deepEqual(keysOf(folder), ['dir/1', 'dir/2']);
  assert.deepEqual(folder.CommonPrefixes.map((one) => one.Prefix), ['dir/deep/']);
  assert.deepEqual(keysOf(await send('ListObjectsV2', { Bucket, StartAfter: 'dir/2' })), ['dir/deep/3', 'dir2/4', 'z&<>.txt']);
  const found = [];
  let pages = 0;
  for await (const page of v3.paginateListObjectsV2({ client, pageSize: 2 }, { Bucket })) {
    found.push(...keysOf(page));
    pages++;
  }
  assert.deepEqual(found, names);
  assert.equal(pages, 3);
  const marked = await send('ListObjects', { Bucket, MaxKeys: 2, Delimiter: '/' });
  assert.equal(marked.IsTruncated, true);
  assert.equal(marked.NextMarker, 'dir/');
  assert.deepEqual(keysOf(await send('ListObjects', { Bucket, Marker: 'dir/', Delimiter: '/' })), ['z&<>.txt']);
});

test('deleting: one, many, what is not there', async () => {
  const Bucket = await makeBucket();
  const Objects = Array.from({ length: 30 }, (_, n) => ({ Key: `k&${n}` }));
  await Promise.all(Objects.map(({ Key }) => put(Key, 'x', { Bucket })));
  await assert.rejects(send('DeleteBucket', { Bucket }),
    { name: 'BucketNotEmpty', message: 'The bucket you tried to delete is not empty' });
  assert.equal((await send('DeleteObject', { Bucket, Key: 'k&0' })).$metadata.httpStatusCode, 204);
  const gone = await send('DeleteObjects', { Bucket, Delete: { Objects: [...Objects, { Key: 'never' }] } });
  assert.equal(gone.Deleted.length, 31);
  assert.equal(gone.Errors, undefined);
  assert.equal((await send('ListObjectsV2', { Bucket })).KeyCount, 0);
  await send('DeleteBucket', { Bucket });
  await assert.rejects(send('HeadBucket', { Bucket }), (error) => error.name === 'NotFound' && error.$metadata.httpStatusCode === 404);
});

test('copies keep or replace what is said about the object', async () => {
  await put('from/ä b', 'copied', { ContentType: 'text/plain', Metadata: { n: '1' } });
  const source = `${bucket}/${encodeURIComponent('from/ä b')}`;
  const { CopyObjectResult } = await send('CopyObject', { Key: 'to', CopySource: source });
  assert.equal(CopyObjectResult.ETag, `"${crypto.createHash('md5').update('copied').digest('hex')}"`);
  assert.deepEqual((await send('HeadObject', { Key: 'to' })).Metadata, { n: '1' });
  await send('CopyObject', { Key: 'to', CopySource: source, MetadataDirective: 'REPLACE', ContentType: 'text/html', Metadata: { m: '2' } });
  const head = await send('HeadObject', { Key: 'to' });
  assert.deepEqual(head.Metadata, { m: '2' });
  assert.equal(head.ContentType, 'text/html');
  await put('from/ä b', 'changed');
  assert.equal(await text('to'), 'copied');
  await assert.rejects(send('CopyObject', { Key: 'to', CopySource: `${bucket}/to` }), { name: 'InvalidRequest' });
  await assert.rejects(send('CopyObject', { Key: 'to', CopySource: `${bucket}/nothing` }), { name: 'NoSuchKey' });
});

test('multipart: parts in any order, copied parts, lists, abort', async () => {
  const Key = 'parts';
  const parts = [crypto.randomBytes(5 * MB), crypto.randomBytes(5 * MB), Buffer.from('the end')];
  const { UploadId } = await send('CreateMultipartUpload', { Key, ContentType: 'application/zip', Metadata: { by: 'parts' } });
  await put('one-part', parts[1]);
  const etags = {};
  for (const PartNumber of [3, 1]) {
    const part = await send('UploadPart', { Key, UploadId, PartNumber, Body: parts[PartNumber - 1] });
    etags[PartNumber] = part.ETag;
  }
  const copied = await send('UploadPartCopy', { Key, UploadId, PartNumber: 2, CopySource: `${bucket}/one-part` });
  etags[2] = copied.CopyPartResult.ETag;
  assert.deepEqual((await send('ListParts', { Key, UploadId })).Parts.map((part) => [part.PartNumber, part.Size]),
    [[1, 5 * MB], [2, 5 * MB], [3, 7]]);
  assert.deepEqual((await send('ListMultipartUploads', {})).Uploads.map((upload) => upload.UploadId), [UploadId]);
  await assert.rejects(send('HeadObject', { Key }), { name: 'NotFound' });
  const list = (numbers) => ({ Key, UploadId, MultipartUpload: { Parts: numbers.map((PartNumber) => ({ PartNumber, ETag: etags[PartNumber] })) } });
  await assert.rejects(send('CompleteMultipartUpload', list([2, 1])), { name: 'InvalidPartOrder' });
  await assert.rejects(send('CompleteMultipartUpload', list([1, 4])), { name: 'InvalidPart' });
  await assert.rejects(send('CompleteMultipartUpload', list([3])).then(() => send('HeadObject', { Key: 'never' })), { name: 'NotFound' });
});

test('multipart: the whole has the ETag and the bytes of its parts', async () => {
  const Key = 'whole';
  const parts = [crypto.randomBytes(5 * MB), Buffer.from('tail')];
  const { UploadId } = await send('CreateMultipartUpload', { Key, ContentType: 'application/zip', Metadata: { by: 'parts' } });
  const Parts = await Promise.all(parts.map(async (Body, n) => ({
    PartNumber: n + 1, ETag: (await send('UploadPart', { Key, UploadId, PartNumber: n + 1, Body })).ETag,
  })));
  const made = await send('CompleteMultipartUpload', { Key, UploadId, MultipartUpload: { Parts } });
  const md5 = (data) => crypto.createHash('md5').update(data).digest();
  assert.equal(made.ETag, `"${md5(Buffer.concat(parts.map(md5))).toString('hex')}-2"`);
  const whole = await send('GetObject', { Key });
  assert.deepEqual(Buffer.from(await whole.Body.transformToByteArray()), Buffer.concat(parts));
  assert.deepEqual(whole.Metadata, { by: 'parts' });
  assert.equal(await text(Key, { PartNumber: 2 }), 'tail');
  await assert.rejects(send('UploadPart', { Key, UploadId, PartNumber: 1, Body: 'x' }), { name: 'NoSuchUpload' });

  const small = await send('CreateMultipartUpload', { Key: 'small' });
  const two = await Promise.all([1, 2].map(async (PartNumber) => ({
    PartNumber, ETag: (await send('UploadPart', { Key: 'small', UploadId: small.UploadId, PartNumber, Body: 'few' })).ETag,
  })));
  await assert.rejects(send('CompleteMultipartUpload', { Key: 'small', UploadId: small.UploadId, MultipartUpload: { Parts: two } }),
    { name: 'EntityTooSmall' });
  await send('AbortMultipartUpload', { Key: 'small', UploadId: small.UploadId });
  await assert.rejects(send('ListParts', { Key: 'small', UploadId: small.UploadId }), { name: 'NoSuchUpload' });
});

test('tags of objects and buckets', async () => {
  await put('tagged', 'x', { Tagging: 'a=1&b=two%20words' });
  assert.deepEqual((await send('GetObjectTagging', { Key: 'tagged' })).TagSet, [{ Key: 'a', Value: '1' }, { Key: 'b', Value: 'two words' }]);
  assert.equal((await send('HeadObject', { Key: 'tagged' })).TagCount, 2);
  await send('PutObjectTagging', { Key: 'tagged', Tagging: { TagSet: [{ Key: 'c', Value: '3' }] } });
  assert.deepEqual((await send('GetObjectTagging', { Key: 'tagged' })).TagSet, [{ Key: 'c', Value: '3' }]);
  await send('DeleteObjectTagging', { Key: 'tagged' });
  assert.deepEqual((await send('GetObjectTagging', { Key: 'tagged' })).TagSet, []);
  await assert.rejects(send('GetBucketTagging', {}), { name: 'NoSuchTagSet' });
  await send('PutBucketTagging', { Tagging: { TagSet: [{ Key: 'team', Value: 'x' }] } });
  assert.deepEqual((await send('GetBucketTagging', {})).TagSet, [{ Key: 'team', Value: 'x' }]);
});

test('who may read: public access block, policy, ACL', async () => {
  const Bucket = await makeBucket();
  await put('page', 'public?', { Bucket });
  const url = `${server.endpoint}/${Bucket}/page`;
  const anonymous = async () => (await fetch(url)).status;
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` }],
  });
  assert.equal(await anonymous(), 403);
  const blocked = (await send('GetPublicAccessBlock', { Bucket })).PublicAccessBlockConfiguration;
  assert.deepEqual(blocked, { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true });
  await assert.rejects(send('PutBucketPolicy', { Bucket, Policy }), { name: 'AccessDenied' });
  await assert.rejects(send('PutBucketAcl', { Bucket, ACL: 'public-read' }),
    (error) => ['AccessDenied', 'AccessControlListNotSupported', 'InvalidBucketAclWithObjectOwnership'].includes(error.name));
  await send('DeletePublicAccessBlock', { Bucket });
  await assert.rejects(send('GetPublicAccessBlock', { Bucket }), { name: 'NoSuchPublicAccessBlockConfiguration' });
  await assert.rejects(send('GetBucketPolicy', { Bucket }), { name: 'NoSuchBucketPolicy' });
  await send('PutBucketPolicy', { Bucket, Policy });
  assert.equal(await anonymous(), 200);
  assert.equal((await send('GetBucketPolicyStatus', { Bucket })).PolicyStatus.IsPublic, true);
  assert.equal((await fetch(url, { method: 'PUT', body: 'mine now' })).status, 403);
  await send('DeleteBucketPolicy', { Bucket });
  assert.equal(await anonymous(), 403);
  await assert.rejects(send('PutObjectAcl', { Bucket, Key: 'page', ACL: 'public-read' }), { name: 'AccessControlListNotSupported' });
  await send('PutBucketOwnershipControls', { Bucket, OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] } });
  await send('PutObjectAcl', { Bucket, Key: 'page', ACL: 'public-read' });
  assert.equal(await anonymous(), 200);
  const { Grants, Owner } = await send('GetObjectAcl', { Bucket, Key: 'page' });
  assert.deepEqual(Grants.map((grant) => [grant.Grantee.URI || grant.Grantee.ID, grant.Permission]),
    [[Owner.ID, 'FULL_CONTROL'], ['http://acs.amazonaws.com/groups/global/AllUsers', 'READ']]);
});

test('another account is kept out, and errors have their names', async () => {
  const other = new v3.S3Client({ endpoint: server.endpoint, region: 'us-east-1', maxAttempts: 1,
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'test' } });
  await put('mine', 'x');
  await assert.rejects(other.send(new v3.GetObjectCommand({ Bucket: bucket, Key: 'mine' })), { name: 'AccessDenied' });
  await assert.rejects(other.send(new v3.CreateBucketCommand({ Bucket: bucket })), { name: 'BucketAlreadyExists' });
  assert.deepEqual((await other.send(new v3.ListBucketsCommand({}))).Buckets, []);
  await assert.rejects(send('GetObject', { Key: 'nothing' }), { name: 'NoSuchKey', message: 'The specified key does not exist.', Key: 'nothing' });
  await assert.rejects(send('GetObject', { Bucket: unique('nowhere'), Key: 'x' }), { name: 'NoSuchBucket', message: 'The specified bucket does not exist' });
  await assert.rejects(send('ListObjectsV2', { Bucket: unique('nowhere') }), { name: 'NoSuchBucket' });
  await assert.rejects(makeBucket({ Bucket: 'NOT_VALID' }), { name: 'InvalidBucketName' });
  assert.equal((await send('CreateBucket', {})).$metadata.httpStatusCode, 200, 'us-east-1 lets an owner create again');
  const there = new v3.S3Client({ endpoint: server.endpoint, region: 'eu-west-1', credentials: keys, maxAttempts: 1 });
  const Bucket = unique('there');
  const make = { Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } };
  assert.equal((await there.send(new v3.CreateBucketCommand(make))).Location, `${server.endpoint}/${Bucket}`);
  await assert.rejects(there.send(new v3.CreateBucketCommand(make)),
    { name: 'BucketAlreadyOwnedByYou', message: /succeeded and you already own it\.$/ });
  assert.equal((await there.send(new v3.GetBucketLocationCommand({ Bucket }))).LocationConstraint, 'eu-west-1');
  assert.ok((await client.send(new v3.ListBucketsCommand({}))).Buckets.some((one) => one.Name === Bucket));
});

test('addresses signed beforehand, by aws-sdk v2', async () => {
  const s3 = new AWS.S3({ endpoint: server.endpoint, region: 'us-east-1', signatureVersion: 'v4', s3ForcePathStyle: true,
    credentials: new AWS.Credentials('test', 'test') });
  const sign = (operation, more) => s3.getSignedUrlPromise(operation, { Bucket: bucket, Key: 'signed/ü file', Expires: 60, ...more });
  const uploaded = await fetch(await sign('putObject', { ContentType: 'text/plain' }), { method: 'PUT', body: 'by URL', headers: { 'Content-Type': 'text/plain' } });
  assert.equal(uploaded.status, 200);
  const url = await sign('getObject', { ResponseContentDisposition: 'attachment' });
  const read = await fetch(url);
  assert.equal(await read.text(), 'by URL');
  assert.equal(read.headers.get('content-disposition'), 'attachment');
  const forged = await fetch(url.replace('signed/', 'other/'));
  assert.equal(forged.status, 403);
  assert.match(await forged.text(), /<Code>SignatureDoesNotMatch<\/Code>/);
  s3.config.systemClockOffset = -120000;
  const brief = await sign('getObject');
  assert.match(await (await fetch(brief)).text(), /<Code>AccessDenied<\/Code><Message>Request has expired<\/Message>/);
});

// Runs where NODE_EXTRA_CA_CERTS was set before the start: Node reads it once.
const V2_PROGRAM = `
const AWS = require(process.argv[1]), assert = require('node:assert'), { Readable } = require('node:stream');
(async () => {
  const [endpoint, Bucket] = process.argv.slice(2);
  const s3 = new AWS.S3({ endpoint, region: 'us-east-1', s3ForcePathStyle: true, maxRetries: 0 });
  await s3.createBucket({ Bucket }).promise();
  await s3.putObject({ Bucket, Key: 'a b', Body: Buffer.from('hello'), Metadata: { x: 'y' } }).promise();
  const got = await s3.getObject({ Bucket, Key: 'a b' }).promise();
  assert.equal(String(got.Body), 'hello');
  assert.deepEqual(got.Metadata, { x: 'y' });
  const big = Buffer.alloc(11 * 1024 * 1024, 'abc');
  const up = await s3.upload({ Bucket, Key: 'big', Body: Readable.from([big.subarray(0, 6e6), big.subarray(6e6)]) }, { partSize: 5242880 }).promise();
  assert.match(up.ETag, /-3"$/);
  assert.ok((await s3.getObject({ Bucket, Key: 'big' }).promise()).Body.equals(big));
  assert.deepEqual((await s3.listObjectsV2({ Bucket }).promise()).Contents.map((o) => o.Key), ['a b', 'big']);
  await assert.rejects(s3.getObject({ Bucket, Key: 'no' }).promise(), { code: 'NoSuchKey', statusCode: 404 });
  await assert.rejects(s3.headObject({ Bucket, Key: 'no' }).promise(), { code: 'NotFound', statusCode: 404 });
  await s3.deleteObjects({ Bucket, Delete: { Objects: [{ Key: 'a b' }, { Key: 'big' }] } }).promise();
  await s3.deleteBucket({ Bucket }).promise();
})();`;

test('aws-sdk v2 in clear text and over TLS', async () => {
  const v2 = require.resolve('aws-sdk', { paths: [`${root}/runtimes/nodejs/sdk/v2`] });
  await Promise.all(['http', 'https'].map((scheme) => {
    const endpoint = server.endpoint.replace(/^http/, scheme);
    return promisify(execFile)(process.execPath, ['-e', V2_PROGRAM, v2, endpoint, unique(scheme)], {
      env: { ...clientEnvironment(endpoint), NODE_EXTRA_CA_CERTS: server.caFile, AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: '1' },
    });
  }));
});

'use strict';
// RFC 6455 and RFC 7692 against the whole product, on raw sockets: frames that are right, odd or
// wrong, in the order in which conformance suites ask for them (1 sizes, 2 pings, 3 reserved bits,
// 4 opcodes, 5 fragments, 6 UTF-8, 7 closing, 9 limits, 12 and 13 compression). API Gateway is
// stricter than the RFC: no binary messages (1003), frames of 32 KiB and messages of 128 KiB (1009).

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const zlib = require('node:zlib');
const { Server } = require('../harness/server');
const { Functions } = require('../harness/lambda');
const { RawWebSocket, close, frame, text } = require('../harness/raw_websocket');
const { WebSocketApi } = require('../harness/websocket_api');

const KiB = 1024;
let server, api;

before(async () => {
  server = await Server.start();
  const functions = new Functions(server.endpoint);
  const echo = await functions.create('exports.handler = async ({ body }) => ({ statusCode: 200, body: body.length > 60000 ? `${body.length}` : body });');
  api = await WebSocketApi.make(functions, { $default: { ...echo, reply: true } });
});
after(() => server && server.remove());

const bye = close(1000);
const ended = ['close:1000', 'end'];

// Sends `bytes` and compares all that comes until the server ends the connection. `pieces`: bytes
// for each write, or all at once.
async function expect(name, bytes, wanted, { pieces } = {}) {
  const raw = await RawWebSocket.open(api.url);
  assert.match(raw.head, /^HTTP\/1\.1 101 /);
  const all = Buffer.concat(bytes);
  for (let at = 0; at < all.length; at += pieces || all.length) {
    raw.send(all.subarray(at, at + (pieces || all.length)));
    if (pieces) await new Promise((resolve) => setImmediate(resolve));
  }
  try {
    await raw.until(() => raw.seen().some((one) => one.startsWith('close:')));
    raw.socket.end();
    await raw.until(() => raw.ended);
  } finally {
    raw.end();
  }
  assert.deepEqual(raw.seen(), wanted, name);
}

// Replies come from a function, so a case asks and waits before it closes.
async function converse(name, bytes, replies, options = {}) {
  const raw = await RawWebSocket.open(api.url);
  const all = Buffer.concat(bytes);
  for (let at = 0; at < all.length; at += options.pieces || all.length) {
    raw.send(all.subarray(at, at + (options.pieces || all.length)));
    if (options.pieces) await new Promise((resolve) => setImmediate(resolve));
  }
  await raw.until(() => raw.frames.length >= replies.length);
  raw.send(bye);
  await raw.until(() => raw.seen().includes('close:1000'));
  raw.socket.end();
  await raw.until(() => raw.ended);
  assert.deepEqual(raw.seen(), [...replies, ...ended], name);
}

async function all(cases) {
  for (let at = 0; at < cases.length; at += 12) await Promise.all(cases.slice(at, at + 12).map((one) => one()));
}

test('1: sizes', () => all([0, 1, 125, 126, 127, 128, 4095, 32 * KiB].flatMap((size) => {
  const payload = '*'.repeat(size);
  return [
    () => converse(`text of ${size}`, [text(payload)], [`text:${payload}`]),
    () => converse(`text of ${size} in small writes`, [text(payload)], [`text:${payload}`], { pieces: 997 }),
    () => expect(`binary of ${size}`, [frame(0x82, payload)], ['close:1003', 'end']),
  ];
})));

test('2: pings and pongs', () => all([
  ...[0, 1, 125].map((size) => () => converse('ping', [frame(0x89, 'p'.repeat(size))], [`pong:${'p'.repeat(size)}`])),
  () => converse('a ping byte by byte', [frame(0x89, 'chopped')], ['pong:chopped'], { pieces: 1 }),
  () => expect('a ping too long', [frame(0x89, 'p'.repeat(126))], ['close:1002', 'end']),
  () => expect('pongs that nobody asked for', [frame(0x8a), frame(0x8a, 'x'), bye], ended),
  () => converse('a pong, then a ping', [frame(0x8a, 'no'), frame(0x89, 'yes')], ['pong:yes']),
  () => converse('ten pings', Array.from({ length: 10 }, (_, i) => frame(0x89, `${i}`)), Array.from({ length: 10 }, (_, i) => `pong:${i}`)),
  () => converse('ten pings in small writes', Array.from({ length: 10 }, (_, i) => frame(0x89, `${i}`)), Array.from({ length: 10 }, (_, i) => `pong:${i}`), { pieces: 3 }),
]));

test('3: reserved bits', () => all([1, 2, 3, 4, 5, 6, 7].flatMap((bits) => [0x81, 0x89, 0x88].map((first) => () =>
  expect(`bits ${bits} on ${first}`, [frame(0x89, 'before'), frame(first | bits << 4, ''), text('after')], ['pong:before', 'close:1002', 'end'])))));

test('4: opcodes', () => all([3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => ['', 'payload'].map((payload) => () =>
  expect(`opcode ${opcode}`, [frame(0x80 | opcode, payload), frame(0x89, 'after')], ['close:1002', 'end'])))));

test('5: fragments', () => {
  const [first, more, last] = [0x01, 0x00, 0x80].map((byte) => (payload) => frame(byte, payload));
  const wrong = ['close:1002', 'end'];
  return all([
    () => converse('two', [first('a'), last('b')], ['text:ab']),
    () => converse('empty ones', [first(''), more(''), last('')], ['text:']),
    () => converse('byte by byte', [first('fragment'), last('ed')], ['text:fragmented'], { pieces: 1 }),
    () => converse('a ping between', [first('a'), frame(0x89, 'p'), more('b'), frame(0x8a, 'q'), last('c')], ['pong:p', 'text:abc']),
    () => converse('a character that is cut', [first(Buffer.from([0xe2, 0x82])), last(Buffer.from([0xac]))], ['text:€']),
    () => expect('binary', [frame(0x02, 'a'), last('b')], ['close:1003', 'end']),
    () => expect('a fragmented ping', [frame(0x09, 'a')], wrong),
    () => expect('a fragmented close', [frame(0x08, '')], wrong),
    () => expect('nothing to continue', [last('a'), text('b')], wrong),
    () => expect('nothing to continue, more', [more('a'), last('b')], wrong),
    () => expect('a text inside a message', [first('a'), text('b')], wrong),
    () => expect('a first frame inside a message', [first('a'), first('b'), last('c')], wrong),
    () => expect('continued after the end', [frame(0x89, 'x'), first('a'), last('b'), last('c')].slice(0, 1).concat([more('c')]), ['pong:x', ...wrong]),
    () => expect('not masked', [frame(0x81, 'a', { masked: false })], wrong),
    () => expect('a length not written the shortest way', [Buffer.from([0x81, 0xfe, 0, 5, 0, 0, 0, 0, 97, 97, 97, 97, 97])], wrong),
  ]);
});

test('6: UTF-8', () => {
  const good = ['κόσμε', '\u{10000}', '\u{10ffff}', '\u0000', '\u007f', '\u0080', '\u07ff', '\u0800', '\ufffd', '\uffff', '\ud7ff', '\ue000'];
  const bad = ['80', 'bf', 'c0', 'fe', 'ff', 'c0af', 'c1bf', 'e080af', 'e09fbf', 'f08080af', 'f48fbfbf80', 'f4908080', 'f888808080',
    'eda080', 'edbfbf', 'ce', 'cebae1bdb9cf83cebcceb5eda080656469746564', 'e282', 'f09f98'];
  return all([
    ...good.map((one) => () => converse(one, [text(`${one}.`)], [`text:${one}.`])),
    ...good.map((one) => () => converse(`${one}, cut`, [frame(0x01, Buffer.from(one).subarray(0, 1)), frame(0x80, Buffer.from(one).subarray(1))], [`text:${one}`])),
    ...bad.map((one) => () => expect(one, [text(Buffer.from(one, 'hex'))], ['close:1007', 'end'])),
    ...bad.slice(0, 15).map((one) => () => expect(`${one} in the middle`, [frame(0x01, 'a'), frame(0x00, Buffer.from(`${one}41`, 'hex')), frame(0x80, 'b')], ['close:1007', 'end'])),
    () => expect('noticed before the message ends', [frame(0x01, Buffer.from('cebaf4908080', 'hex'))], ['close:1007', 'end']),
  ]);
});

test('7: closing', () => all([
  () => expect('without a code', [close()], ['close:', 'end']),
  () => expect('with a reason', [close(1000, 'r'.repeat(123))], ended),
  () => expect('a reason too long', [close(1000, 'r'.repeat(124))], ['close:1002', 'end']),
  () => expect('one byte', [frame(0x88, 'x')], ['close:1002', 'end']),
  () => expect('a reason that is no UTF-8', [close(1000, Buffer.from('cebaeda080', 'hex'))], ['close:1007', 'end']),
  () => expect('nothing after it counts', [bye, text('late'), frame(0x89, 'late')], ended),
  () => expect('twice', [bye, bye], ended),
  () => expect('in the middle of a message', [frame(0x01, 'a'), bye, frame(0x80, 'b')], ended),
  ...[1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map((code) => () => expect(`${code}`, [close(code)], [`close:${code}`, 'end'])),
  ...[0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535].map((code) => () => expect(`${code}`, [close(code)], ['close:1002', 'end'])),
]));

test('9: limits', () => {
  const pieces = (total, size) => {
    const out = [];
    for (let at = 0; at < total; at += size) {
      const last = at + size >= total;
      out.push(frame((at === 0 ? 0x01 : 0x00) | (last ? 0x80 : 0), 'x'.repeat(Math.min(size, total - at))));
    }
    return out;
  };
  const tooBig = ['close:1009', 'end'];
  return all([
    () => converse('128 KiB in four', pieces(128 * KiB, 32 * KiB), [`text:${128 * KiB}`]),
    () => converse('128 KiB in pieces of 64', pieces(128 * KiB, 64), [`text:${128 * KiB}`]),
    () => converse('128 KiB in small writes', pieces(128 * KiB, 32 * KiB), [`text:${128 * KiB}`], { pieces: 4001 }),
    () => expect('one byte more', pieces(128 * KiB + 1, 32 * KiB), tooBig),
    () => expect('a frame of 32 KiB and one', [text('x'.repeat(32 * KiB + 1))], tooBig),
    () => expect('the head of such a frame is enough', [text('x'.repeat(32 * KiB + 1)).subarray(0, 8)], tooBig),
    () => expect('a frame of 2^62', [Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])], tooBig),
    () => expect('a length with the highest bit', [Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])], ['close:1002', 'end']),
    () => expect('binary beyond the limit', [frame(0x82, 'x'.repeat(32 * KiB + 1))], tooBig),
  ]);
});

test('a long reply comes in frames of at most 32 KiB', async () => {
  const raw = await RawWebSocket.open(api.url);
  raw.send(frame(0x01, 'y'.repeat(30000)), frame(0x80, 'z'.repeat(29000)));
  const got = [await raw.next(), await raw.next()];
  assert.deepEqual(got.map(({ first, payload }) => [first, payload.length]), [[0x01, 32 * KiB], [0x80, 59000 - 32 * KiB]]);
  raw.end();
});

// zlib's stream with its memory, or a new one for each message.
class Packer {
  constructor(make, bits, forgets) { Object.assign(this, { make, bits, forgets }); }
  run(bytes) {
    if (!this.stream || this.forgets) {
      this.stream = this.make({ windowBits: this.bits });
      this.stream.on('data', (chunk) => this.out.push(chunk));
    }
    this.out = [];
    return new Promise((resolve, reject) => {
      this.stream.once('error', reject);
      this.stream.write(bytes);
      this.stream.flush(zlib.constants.Z_SYNC_FLUSH, () => { this.stream.removeListener('error', reject); resolve(Buffer.concat(this.out)); });
    });
  }
}
const tail = Buffer.from([0, 0, 0xff, 0xff]);

// offer -> the answer's header, window bits of each direction, who forgets
const offers = [
  ['permessage-deflate', 'permessage-deflate', 15, 15, false, false],
  ['permessage-deflate; client_max_window_bits', 'permessage-deflate', 15, 15, false, false],
  ['permessage-deflate; client_max_window_bits=9', 'permessage-deflate', 15, 9, false, false],
  ['permessage-deflate; server_max_window_bits=9', 'permessage-deflate;server_max_window_bits=9', 9, 15, false, false],
  ['permessage-deflate; server_max_window_bits=12; client_max_window_bits=12', 'permessage-deflate;server_max_window_bits=12', 12, 12, false, false],
  ['permessage-deflate; server_no_context_takeover', 'permessage-deflate;server_no_context_takeover', 15, 15, true, false],
  ['permessage-deflate; client_no_context_takeover', 'permessage-deflate;client_no_context_takeover', 15, 15, false, true],
  ['permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10',
    'permessage-deflate;server_no_context_takeover;client_no_context_takeover;server_max_window_bits=10', 10, 15, true, true],
  ['permessage-deflate; unknown=1, permessage-deflate', 'permessage-deflate', 15, 15, false, false],
  ['x-webkit-deflate-frame', undefined],
  ['permessage-deflate; server_max_window_bits=7', undefined],
  ['permessage-deflate; server_max_window_bits=8', undefined],
];

test('12 and 13: compression, with memory and window as agreed', () => all(offers.map(([offer, answer, serverBits, clientBits, serverForgets, clientForgets]) => async () => {
  const raw = await RawWebSocket.open(api.url, { 'Sec-WebSocket-Extensions': offer });
  const header = /^sec-websocket-extensions: (.*)$/im.exec(raw.head);
  assert.equal(header ? header[1] : undefined, answer, offer);
  if (answer) {
    const packer = new Packer(zlib.createDeflateRaw, clientBits, clientForgets);
    const unpacker = new Packer(zlib.createInflateRaw, serverBits, serverForgets);
    let previous = 0;
    for (const size of [0, 10, 2000, 2000, 30000, 30000]) {
      const words = Array.from({ length: size }, (_, i) => String.fromCharCode(97 + (i * 7919 ^ i >> 3) % 26)).join('');
      // zlib flushes nothing twice; RFC 7692 7.2.3.6 says how an empty message is written.
      const packed = size ? (await packer.run(Buffer.from(words))).subarray(0, -4) : Buffer.from([0]);
      // In two frames: RSV1 belongs to the first only.
      const cut = packed.length >> 1;
      raw.send(frame(0x41, packed.subarray(0, cut)), frame(0x80, packed.subarray(cut)));
      const { first, payload } = await raw.next();
      if (first & 0x40) {
        const back = await unpacker.run(Buffer.concat([payload, tail]));
        assert.equal(back.toString(), words, `${offer}, ${size}`);
        if (size === 2000 && previous && !serverForgets && serverBits >= 12) assert.ok(payload.length < previous / 4, `${offer}: no memory of the message before`);
        previous = size === 2000 ? payload.length : 0;
      } else {
        assert.equal(payload.toString(), words, `${offer}, ${size}`);
        assert.ok(size < 1024, 'long messages are compressed');
      }
    }
    raw.send(frame(0x81, 'not compressed'));
    assert.equal((await raw.next()).payload.toString(), 'not compressed');
  }
  raw.end();
})));

test('compressed input that is wrong', async () => {
  const packed = (bytes) => zlib.deflateRawSync(bytes, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const wrong = [
    ['damaged', frame(0xc1, Buffer.from('ffffffffffff', 'hex')), 'close:1007'],
    ['more than 128 KiB unpacked', frame(0xc1, packed(Buffer.alloc(128 * KiB + 1, 'a'))), 'close:1009'],
    ['a bomb', frame(0xc1, packed(Buffer.alloc(20_000_000, 'a'))), 'close:1009'],
    ['no UTF-8', frame(0xc1, packed(Buffer.from([0xff, 0xfe]))), 'close:1007'],
    ['binary', frame(0xc2, packed(Buffer.from('a'))), 'close:1003'],
    ['RSV1 on a continuation', Buffer.concat([frame(0x41, packed(Buffer.from('a'))), frame(0xc0, '')]), 'close:1002'],
    ['RSV1 on a ping', frame(0xc9, ''), 'close:1002'],
  ];
  await all(wrong.map(([name, bytes, answer]) => async () => {
    const raw = await RawWebSocket.open(api.url, { 'Sec-WebSocket-Extensions': 'permessage-deflate' });
    raw.send(bytes);
    await raw.until(() => raw.frames.length > 0);
    assert.equal(raw.seen()[0], answer, name);
    raw.end();
  }));
  const most = await RawWebSocket.open(api.url, { 'Sec-WebSocket-Extensions': 'permessage-deflate' });
  most.send(frame(0xc1, packed(Buffer.alloc(128 * KiB, 'a'))));
  assert.equal((await most.next()).payload.toString(), `${128 * KiB}`);
  most.end();
});

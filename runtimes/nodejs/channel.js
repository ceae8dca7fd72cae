'use strict';

// The frames of docs/formats/worker-frames.md on descriptor 3, with blocking reads and writes.
//
// Blocking is on purpose. A worker that waits for its next invocation is frozen, as it is on
// Lambda: no timer fires and no socket is read until there is work again. It also costs less than
// half of what a stream on the event loop costs.

const fs = require('fs');

const readSync = fs.readSync;
const writeSync = fs.writeSync;
const DESCRIPTOR = 3;
const LENGTH_BYTES = 4;
const HEAD_BYTES = 5; // length and type

const types = {
  INIT: 1, INVOKE: 2, SHUTDOWN: 3,
  READY: 16, INIT_ERROR: 17, RESPONSE: 18, FUNCTION_ERROR: 19, LOG: 20,
};

const input = Buffer.allocUnsafeSlow(64 * 1024);
const output = Buffer.allocUnsafeSlow(64 * 1024);
let start = 0; // unread bytes of `input`
let end = 0;

// The server is gone: nobody waits for an answer, so nothing is worth finishing.
function serverGone() {
  process.reallyExit ? process.reallyExit(0) : process.exit(0);
}

// The descriptor should block. Should somebody have made it non-blocking, wait a little instead.
function pause() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}

function readSome(buffer, offset, length) {
  for (;;) {
    let count;
    try {
      count = readSync(DESCRIPTOR, buffer, offset, length, null);
    } catch (error) {
      if (error.code === 'EINTR') continue;
      if (error.code !== 'EAGAIN') return serverGone();
      pause();
      continue;
    }
    if (count === 0) serverGone();
    return count;
  }
}

function writeAll(buffer, length) {
  let offset = 0;
  while (offset < length) {
    try {
      offset += writeSync(DESCRIPTOR, buffer, offset, length - offset);
    } catch (error) {
      if (error.code === 'EINTR') continue;
      if (error.code !== 'EAGAIN') return serverGone();
      pause();
    }
  }
}

function need(bytes) {
  if (start === end) start = end = 0;
  if (start + bytes > input.length) {
    input.copy(input, 0, start, end);
    end -= start;
    start = 0;
  }
  while (end - start < bytes) end += readSome(input, end, input.length - end);
}

// Waits for the next frame: {type, buffer, from, to}, the body being buffer[from, to). It is valid
// until the next call.
function read() {
  need(LENGTH_BYTES);
  const length = input.readUInt32LE(start);
  const whole = LENGTH_BYTES + length;
  if (whole <= input.length) {
    need(whole);
    const frame = {
      type: input[start + LENGTH_BYTES], buffer: input, from: start + HEAD_BYTES, to: start + whole,
    };
    start += whole;
    return frame;
  }
  const body = Buffer.allocUnsafe(length);
  let filled = input.copy(body, 0, start + LENGTH_BYTES, end);
  start = end = 0;
  while (filled < length) filled += readSome(body, filled, length - filled);
  return { type: body[0], buffer: body, from: 1, to: length };
}

function send(type, body) {
  const size = HEAD_BYTES + body.length;
  const frame = size <= output.length ? output : Buffer.allocUnsafe(size);
  frame.writeUInt32LE(size - LENGTH_BYTES, 0);
  frame[LENGTH_BYTES] = type;
  body.copy(frame, HEAD_BYTES);
  writeAll(frame, size);
}

function sendText(type, text) {
  // A UTF-16 unit becomes at most 3 bytes, so this one write needs no measuring.
  if (text.length * 3 + HEAD_BYTES > output.length) return send(type, Buffer.from(text));
  const size = HEAD_BYTES + output.write(text, HEAD_BYTES);
  output.writeUInt32LE(size - LENGTH_BYTES, 0);
  output[LENGTH_BYTES] = type;
  writeAll(output, size);
}

// What the caller of the function shall see: `payload` is JSON text.
function sendFunctionError(errorType, payload) {
  const header = Buffer.from(JSON.stringify({ errorType }));
  const size = Buffer.allocUnsafe(LENGTH_BYTES);
  size.writeUInt32LE(header.length, 0);
  send(types.FUNCTION_ERROR, Buffer.concat([size, header, Buffer.from(payload)]));
}

const TIME_BYTES = 8;
const MICROSECONDS_HIGH = 4294967296;

// One log event, `time` in milliseconds since the Unix epoch.
function sendLog(time, text) {
  const micros = time * 1000;
  const room = HEAD_BYTES + TIME_BYTES;
  const small = text.length * 3 + room <= output.length;
  const frame = small ? output : Buffer.allocUnsafe(room + Buffer.byteLength(text));
  const size = room + frame.write(text, room);
  frame.writeUInt32LE(size - LENGTH_BYTES, 0);
  frame[LENGTH_BYTES] = types.LOG;
  frame.writeUInt32LE(micros % MICROSECONDS_HIGH, HEAD_BYTES);
  frame.writeUInt32LE(Math.floor(micros / MICROSECONDS_HIGH), HEAD_BYTES + 4);
  writeAll(frame, size);
}

module.exports = { types, read, send, sendText, sendFunctionError, sendLog };

'use strict';

// The global `awslambda`: handlers made by awslambda.streamifyResponse(). Their stream is
// collected and answered as a whole when it ends.

const { Writable } = require('stream');

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';
const PRELUDE_END = Buffer.alloc(8);

class ResponseStream extends Writable {
  constructor() {
    super();
    this.collected = [];
    this.contentType = 'application/octet-stream';
  }

  setContentType(type) {
    this.contentType = type;
  }

  _write(chunk, encoding, done) {
    this.collected.push(chunk);
    done();
  }

  body() {
    return Buffer.concat(this.collected);
  }
}

function install() {
  global.awslambda = {
    streamifyResponse(handler, options) {
      handler[STREAMING] = 'response';
      return handler;
    },
    HttpResponseStream: {
      from(stream, metadata) {
        stream.setContentType(PRELUDE_TYPE);
        stream.write(JSON.stringify(metadata || {}));
        stream.write(PRELUDE_END);
        return stream;
      },
    },
  };
}

function isStreaming(handler) {
  return handler[STREAMING] === 'response';
}

// Runs the handler; `done(error, body)` once the handler has settled and the stream has ended.
function run(handler, event, context, done) {
  const stream = new ResponseStream();
  stream.on('finish', () => done(null, stream.body()));
  stream.on('error', done);
  let result;
  try {
    result = handler(event, stream, context);
  } catch (error) {
    done(error);
    return;
  }
  if (result && typeof result.then === 'function') result.then(undefined, done);
}

module.exports = { install, isStreaming, run };

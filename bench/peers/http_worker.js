'use strict';
// The peer of our Node bootstrap: a worker that polls the Lambda Runtime API with Node's `http`
// module over one kept connection, as most custom runtimes written in Node do. It takes its
// handler from _HANDLER and LAMBDA_TASK_ROOT, so it also serves as the `bootstrap` of a
// `provided.al2023` function.
const http = require('node:http');
const path = require('node:path');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const [file, name] = process.env._HANDLER.split('.');
const handler = require(path.resolve(process.env.LAMBDA_TASK_ROOT, file))[name];
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const base = '/2018-06-01/runtime/invocation/';

function call(method, target, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : {
      'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body),
    };
    const request = http.request({ host, port, method, path: base + target, headers, agent });
    request.on('error', reject);
    request.on('response', (response) => {
      const pieces = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () => resolve({
        headers: response.headers, body: Buffer.concat(pieces).toString(),
      }));
    });
    request.end(body);
  });
}

async function main() {
  for (;;) {
    const event = await call('GET', 'next');
    const id = event.headers['lambda-runtime-aws-request-id'];
    const context = {
      awsRequestId: id,
      getRemainingTimeInMillis: () => event.headers['lambda-runtime-deadline-ms'] - Date.now(),
    };
    const result = await handler(JSON.parse(event.body), context);
    await call('POST', `${id}/response`, JSON.stringify(result));
  }
}

main().catch(() => process.exit(1)); // the server is gone

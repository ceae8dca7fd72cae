'use strict';
// The peer of @connections: what an app would write itself with Node's `http` and npm's `ws`. A
// socket's message is answered with its id; POST /{id} pushes the body to it. It does less than
// the product: no stages, no routing, no signature.
//   node ws_push.js            prints its port once it listens
const { randomUUID } = require('node:crypto');
const http = require('node:http');
const { WebSocketServer } = require('ws');

const sockets = new Map();

const server = http.createServer((request, response) => {
  const socket = sockets.get(request.url.slice(1));
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    if (!socket) {
      response.writeHead(410).end();
      return;
    }
    socket.send(Buffer.concat(pieces), { binary: false });
    response.writeHead(200, { 'Content-Type': 'application/json' }).end();
  });
});
new WebSocketServer({ server }).on('connection', (socket) => {
  const id = randomUUID();
  sockets.set(id, socket);
  socket.on('message', () => socket.send(id));
  socket.on('close', () => sockets.delete(id));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

'use strict';
// The peer of the net layer: npm's `ws` with its defaults, echoing.
//   node ws_echo.js            prints its port once it listens
const { WebSocketServer } = require('ws');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () => {
  console.log(server.address().port);
});
server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});

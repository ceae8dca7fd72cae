'use strict';

// Sends connections that are meant for AWS to the Fairlead server, so that code which names no
// endpoint (`new AWS.DynamoDB()`), or a fixed https://….amazonaws.com, works as it is.
//
// It changes where the socket connects to and nothing else: the Host header and the name that TLS
// asks for stay, so the server knows what was meant and shows a certificate for it.

const net = require('net');

const AWS_NAMES = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|on\.aws)$/i;
const LOCAL_NAMES = /\.localhost$/i; // the system's resolver does not know them

// `endpoint` is the server's own address, "http://127.0.0.1:4566".
function install(endpoint) {
  const address = /^https?:\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(endpoint || '');
  if (!address) return;
  const host = address[1].replace(/^\[|\]$/g, '');
  const port = Number(address[2] || 80);

  const reroute = (options) => {
    if (!options || typeof options.host !== 'string' || options.path) return options;
    if (AWS_NAMES.test(options.host)) return Object.assign({}, options, { host, port });
    if (LOCAL_NAMES.test(options.host)) return Object.assign({}, options, { host });
    return options;
  };

  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...args) {
    // net.connect() hands on its arguments as one array it has marked; everybody else gives
    // (options, …) or (port, host, …).
    if (Array.isArray(args[0])) {
      args[0][0] = reroute(args[0][0]);
    } else if (args[0] !== null && typeof args[0] === 'object') {
      args[0] = reroute(args[0]);
    } else if (typeof args[1] === 'string') {
      const changed = reroute({ port: args[0], host: args[1] });
      args[0] = changed.port;
      args[1] = changed.host;
    }
    return connect.apply(this, args);
  };
}

module.exports = { install };

'use strict';

// $default: everything that is not `sendmessage`. Says what the chat understands, to the sender.

const AWS = require('aws-sdk');

exports.handler = (event, context, callback) => {
  const { connectionId, domainName, stage } = event.requestContext;
  const api = new AWS.ApiGatewayManagementApi({
    apiVersion: '2018-11-29',
    endpoint: domainName + '/' + stage,
  });

  const fail = (what) => (error) => {
    console.error(what, connectionId, error);
    callback(null, { statusCode: 500 });
  };

  api.getConnection({ ConnectionId: connectionId }, (error, connection) => {
    if (error) return fail('cannot look up')(error);
    const since = new Date(connection.ConnectedAt).toISOString();
    const message =
      'This chat understands {"action":"sendmessage","message":"your text"}. ' +
      'You are ' + connectionId + ', connected since ' + since + '.';
    const push = { ConnectionId: connectionId, Data: JSON.stringify({ message, from: null }) };
    api.postToConnection(push, (failure) => {
      if (failure) return fail('cannot answer')(failure);
      callback(null, { statusCode: 200 });
    });
  });
};

'use strict';

// $connect: remember who is here, so that `sendmessage` can find everyone.

const AWS = require('aws-sdk');

const documents = new AWS.DynamoDB.DocumentClient();

exports.handler = (event, context, callback) => {
  const { connectionId, connectedAt } = event.requestContext;
  const row = { connectionId, connectedAt };
  documents.put({ TableName: process.env.table, Item: row }, (error) => {
    if (error) {
      // An answer other than 2xx refuses the handshake: who is not in the table would hear nothing.
      console.error('cannot store the connection', connectionId, error);
      callback(null, { statusCode: 500, body: 'The chat cannot take you in right now.' });
      return;
    }
    callback(null, { statusCode: 200, body: 'Welcome.' });
  });
};

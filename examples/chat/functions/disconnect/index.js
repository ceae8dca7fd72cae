'use strict';

// $disconnect: forget the connection. Nobody reads the answer, the socket is closed already.

const AWS = require('aws-sdk');

const documents = new AWS.DynamoDB.DocumentClient();

exports.handler = (event, context, callback) => {
  const { connectionId } = event.requestContext;
  documents.delete({ TableName: process.env.table, Key: { connectionId } }, (error) => {
    if (error) {
      console.error('cannot remove the connection', connectionId, error);
      callback(null, { statusCode: 500 });
      return;
    }
    callback(null, { statusCode: 200 });
  });
};

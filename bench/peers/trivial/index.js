'use strict';
// The function that the invoke benchmark calls: as little as a handler can do.
exports.handler = async (event) => ({ statusCode: 200, body: event.body });

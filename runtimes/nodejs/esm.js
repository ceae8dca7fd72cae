'use strict';

// Loading an ES module from CommonJS, kept apart because Node 10 has no import() to speak of.

const { pathToFileURL } = require('url');

module.exports.load = (file) => import(pathToFileURL(file).href);

'use strict';

// From "folder/file.export.name" to the function it names: CommonJS and ES modules, looked for in
// the order in which Lambda looks.

const fs = require('fs');
const path = require('path');
const errors = require('./errors');

const HANDLER = /^([^.]*)\.(.*)$/;

function split(handler) {
  if (handler.includes('..')) {
    throw new errors.MalformedHandlerName(`'${handler}' is not a valid handler name. ` +
      'Use absolute paths when specifying root directories in handler names.');
  }
  const base = path.basename(handler);
  const match = HANDLER.exec(base);
  if (!match) throw new errors.MalformedHandlerName('Bad handler');
  const folder = handler.slice(0, handler.length - base.length);
  return { module: folder + match[1], name: match[2] };
}

function isFile(file) {
  try {
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

// Whether a .js file is an ES module: what the nearest package.json says, as Node decides it.
function isModuleScope(folder) {
  for (;;) {
    if (path.basename(folder) === 'node_modules') return false;
    const description = path.join(folder, 'package.json');
    if (isFile(description)) {
      try {
        return JSON.parse(fs.readFileSync(description, 'utf8')).type === 'module';
      } catch {
        return false;
      }
    }
    const parent = path.dirname(folder);
    if (parent === folder) return false;
    folder = parent;
  }
}

function importModule(file) {
  return require('./esm').load(file); // its syntax is for Node versions that have ES modules
}

// The module's exports, or a promise of them.
function load(taskRoot, module) {
  const file = path.resolve(taskRoot, module);
  if (isFile(file)) return require(file);
  const script = file + '.js';
  if (isFile(script)) {
    return isModuleScope(path.dirname(script)) ? importModule(script) : require(script);
  }
  if (isFile(file + '.mjs')) return importModule(file + '.mjs');
  if (isFile(file + '.cjs')) return require(file + '.cjs');
  const found = require.resolve(module, { paths: [taskRoot, path.dirname(file)] });
  return found.endsWith('.mjs') ? importModule(found) : require(found);
}

function asRuntimeError(error) {
  if (error instanceof SyntaxError) return new errors.UserCodeSyntaxError(String(error), error);
  const code = error && error.code;
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
    return new errors.ImportModuleError(String(error), error);
  }
  return error;
}

function pick(exported, name) {
  return name.split('.').reduce((at, key) => (at ? at[key] : undefined), exported);
}

// A promise of the handler. Rejects with what the caller of the function shall see.
async function loadHandler(taskRoot, handler) {
  const { module, name } = split(handler);
  let exported;
  try {
    exported = await load(taskRoot, module);
  } catch (error) {
    throw asRuntimeError(error);
  }
  let found = pick(exported, name);
  if (found === undefined && exported && exported.default) found = pick(exported.default, name);
  if (!found) throw new errors.HandlerNotFound(`${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw new errors.HandlerNotFound(`${handler} is not a function`);
  return found;
}

module.exports = { loadHandler };

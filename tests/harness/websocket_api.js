'use strict';
// WebSocket APIs for tests: routes to functions or mocks, deployed, with their addresses.

const { execFileSync } = require('node:child_process');
const { unique } = require('./server');

class WebSocketApi {
  constructor(functions, id) {
    this.functions = functions;
    this.id = id;
  }

  static run(functions, ...args) {
    const out = execFileSync('aws', ['--endpoint-url', functions.endpoint, '--region', functions.region, '--output', 'json',
      'apigatewayv2', ...args],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' } });
    return out ? JSON.parse(out) : {};
  }

  aws(...args) { return WebSocketApi.run(this.functions, ...args, '--api-id', this.id); }

  // routes: {key: function | {function, reply: true} | {mock: text} | {fn, permit: false}}
  static async make(functions, routes, { expression = '$request.body.action', stage = 'test' } = {}) {
    const { ApiId } = WebSocketApi.run(functions, 'create-api', '--name', unique('api'), '--protocol-type', 'WEBSOCKET',
      '--route-selection-expression', expression);
    const api = new WebSocketApi(functions, ApiId);
    for (const [key, route] of Object.entries(routes)) await api.route(key, route);
    api.aws('create-stage', '--stage-name', stage);
    api.deploy(stage);
    api.stage = stage;
    api.url = `${functions.endpoint.replace('http', 'ws')}/_aws/execute-api/${ApiId}/${stage}`;
    return api;
  }

  async route(key, route) {
    const integration = route.mock !== undefined ? this.mock(route.mock) : await this.proxy(key, route);
    const { RouteId } = this.aws('create-route', '--route-key', key, '--target', `integrations/${integration}`);
    if (route.reply || route.mock !== undefined) {
      this.aws('create-route-response', '--route-id', RouteId, '--route-response-key', '$default');
    }
    return RouteId;
  }

  mock(text) {
    const { IntegrationId } = this.aws('create-integration', '--integration-type', 'MOCK',
      '--request-templates', JSON.stringify({ $default: '{"statusCode":200}' }), '--template-selection-expression', '\\$default');
    this.aws('create-integration-response', '--integration-id', IntegrationId, '--integration-response-key', '$default',
      '--response-templates', JSON.stringify({ $default: text }), '--template-selection-expression', '\\$default');
    return IntegrationId;
  }

  async proxy(key, route) {
    const { functions } = this;
    if (route.permit !== false) {
      await functions.allow(route.name, 'apigateway.amazonaws.com', `arn:aws:execute-api:${functions.region}:000000000000:${this.id}/*`);
    }
    const uri = `arn:aws:apigateway:${functions.region}:lambda:path/2015-03-31/functions/${route.arn}/invocations`;
    return this.aws('create-integration', '--integration-type', 'AWS_PROXY', '--integration-uri', uri,
      ...(route.timeout ? ['--timeout-in-millis', String(route.timeout)] : [])).IntegrationId;
  }

  deploy(stage = this.stage) { return this.aws('create-deployment', '--stage-name', stage); }
}

module.exports = { WebSocketApi };

'use strict';
// WebSocket APIs for tests: routes to functions or mocks, deployed, with their addresses.

const v2 = require('@aws-sdk/client-apigatewayv2');
const { keys, unique } = require('./server');

class WebSocketApi {
  constructor(functions, client, id) {
    this.functions = functions;
    this.client = client;
    this.id = id;
  }

  // call('CreateRoute', {…}): the operation on this API.
  call(operation, input = {}) { return this.client.send(new v2[`${operation}Command`]({ ApiId: this.id, ...input })); }

  // routes: {key: function | {function, reply: true} | {mock: text} | {fn, permit: false}}
  static async make(functions, routes, { expression = '$request.body.action', stage = 'test' } = {}) {
    const client = new v2.ApiGatewayV2Client({ endpoint: functions.endpoint, region: functions.region, credentials: keys, maxAttempts: 1 });
    const { ApiId } = await client.send(new v2.CreateApiCommand({ Name: unique('api'), ProtocolType: 'WEBSOCKET', RouteSelectionExpression: expression }));
    const api = new WebSocketApi(functions, client, ApiId);
    for (const [key, route] of Object.entries(routes)) await api.route(key, route);
    await api.call('CreateStage', { StageName: stage });
    await api.deploy(stage);
    api.stage = stage;
    api.url = `${functions.endpoint.replace('http', 'ws')}/_aws/execute-api/${ApiId}/${stage}`;
    return api;
  }

  async route(key, route) {
    const integration = route.mock !== undefined ? await this.mock(route.mock) : await this.proxy(route);
    const { RouteId } = await this.call('CreateRoute', { RouteKey: key, Target: `integrations/${integration}` });
    if (route.reply || route.mock !== undefined) {
      await this.call('CreateRouteResponse', { RouteId, RouteResponseKey: '$default' });
    }
    return RouteId;
  }

  async mock(text) {
    const { IntegrationId } = await this.call('CreateIntegration', {
      IntegrationType: 'MOCK', RequestTemplates: { $default: '{"statusCode":200}' }, TemplateSelectionExpression: '\\$default',
    });
    await this.call('CreateIntegrationResponse', {
      IntegrationId, IntegrationResponseKey: '$default', ResponseTemplates: { $default: text }, TemplateSelectionExpression: '\\$default',
    });
    return IntegrationId;
  }

  async proxy(route) {
    const { functions } = this;
    if (route.permit !== false) {
      await functions.allow(route.name, 'apigateway.amazonaws.com', `arn:aws:execute-api:${functions.region}:000000000000:${this.id}/*`);
    }
    const { IntegrationId } = await this.call('CreateIntegration', {
      IntegrationType: 'AWS_PROXY', TimeoutInMillis: route.timeout,
      IntegrationUri: `arn:aws:apigateway:${functions.region}:lambda:path/2015-03-31/functions/${route.arn}/invocations`,
    });
    return IntegrationId;
  }

  deploy(stage = this.stage) { return this.call('CreateDeployment', { StageName: stage }); }
}

module.exports = { WebSocketApi };

'use strict';
// Functions for tests: zips made from a map of file names, roles, and functions that go with them.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { CreateRoleCommand, IAMClient } = require('@aws-sdk/client-iam');
const { keys, sdk, unique } = require('./server');

const lambda = sdk('v3', '@aws-sdk/client-lambda');
const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

function zip(files) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fairlead-zip-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), text, { mode: name === 'bootstrap' ? 0o755 : 0o644 });
    }
    execFileSync('zip', ['-qrX', 'code.zip', '.'], { cwd: folder });
    return fs.readFileSync(path.join(folder, 'code.zip'));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

class Functions {
  constructor(endpoint, region = 'us-east-1') {
    this.endpoint = endpoint;
    this.region = region;
    this.client = new lambda.LambdaClient({ endpoint, region, credentials: keys, maxAttempts: 1 });
  }

  async role() {
    if (!this.roleArn) {
      const iam = new IAMClient({ endpoint: this.endpoint, region: this.region, credentials: keys });
      const { Role } = await iam.send(new CreateRoleCommand({ RoleName: unique('role'), AssumeRolePolicyDocument: trust }));
      this.roleArn = Role.Arn;
    }
    return this.roleArn;
  }

  async create(files, options = {}) {
    const FunctionName = unique('function');
    const sources = typeof files === 'string' ? { 'index.js': files } : files;
    const made = await this.client.send(new lambda.CreateFunctionCommand({
      FunctionName, Role: await this.role(), Runtime: 'nodejs20.x', Handler: 'index.handler', Code: { ZipFile: zip(sources) }, ...options,
    }));
    return { name: FunctionName, arn: made.FunctionArn, configuration: made };
  }

  async invoke(name, payload = {}, options = {}) {
    const reply = await this.client.send(new lambda.InvokeCommand({
      FunctionName: name, Payload: typeof payload === 'string' ? payload : JSON.stringify(payload), ...options,
    }));
    const text = Buffer.from(reply.Payload || []).toString();
    return { ...reply, text, json: text ? JSON.parse(text) : undefined };
  }

  allow(name, principal, sourceArn) {
    return this.client.send(new lambda.AddPermissionCommand({
      FunctionName: name, StatementId: unique('allow'), Action: 'lambda:InvokeFunction', Principal: principal, SourceArn: sourceArn,
    }));
  }
}

module.exports = { Functions, lambda, zip };

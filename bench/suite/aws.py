"""The AWS side of the benchmarks, by botocore: clients, and requests signed ahead of the run."""
import io
import json
import os
import urllib.parse
import zipfile

import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.session

REGION = "us-east-1"
KEYS = ("test", "test")


def client(server, service):
    session = botocore.session.Session()
    session.set_credentials(*KEYS)
    return session.create_client(
        service, region_name=REGION, endpoint_url=f"http://127.0.0.1:{server.port}",
        config=botocore.config.Config(retries={"max_attempts": 0}, read_timeout=120))


def signed_request(server, service, path, headers, body):
    """A whole HTTP/1.1 POST, signed now; a signature is good for 15 minutes."""
    host = f"127.0.0.1:{server.port}"
    request = botocore.awsrequest.AWSRequest(
        "POST", f"http://{host}{path}", headers={**headers, "Host": host}, data=body)
    credentials = botocore.credentials.Credentials(*KEYS)
    botocore.auth.SigV4Auth(credentials, service, REGION).add_auth(request)
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in
                                        request.headers.items())]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def plain_request(server, path, body):
    return (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: text/plain\r\n"
            f"Content-Length: {len(body)}\r\n\r\n").encode() + body


def write_requests(path, requests):
    """The load generator's file: each request preceded by a line with its length."""
    with open(path, "wb") as file:
        for request in requests:
            file.write(b"%d\n" % len(request) + request)
    return path


def dynamodb_request(server, operation, content):
    headers = {"Content-Type": "application/x-amz-json-1.0",
               "X-Amz-Target": f"DynamoDB_20120810.{operation}"}
    body = json.dumps(content, separators=(",", ":")).encode()
    return signed_request(server, "dynamodb", "/", headers, body)


def push_request(server, api, stage, connection, body):
    path = (f"/_aws/execute-api/{api}/{stage}/%40connections/"
            f"{urllib.parse.quote(connection, safe='')}")
    return signed_request(server, "execute-api", path, {"Content-Type": "text/plain"}, body)


def invoke_request(server, function, event, kind="RequestResponse"):
    path = f"/2015-03-31/functions/{function}/invocations"
    headers = {"Content-Type": "application/json", "X-Amz-Invocation-Type": kind}
    return signed_request(server, "lambda", path, headers, event)


REPLY = '{"ok":true,"what":"a static reply of sixty-four bytes, headers no"}'


def mock_api(server, route_key, connect=False):
    """A deployed WebSocket API with one two-way MOCK route, and a MOCK `$connect` if wanted;
    answers (api id, stage, url)."""
    v2 = client(server, "apigatewayv2")
    api = v2.create_api(Name="bench", ProtocolType="WEBSOCKET",
                        RouteSelectionExpression="$request.body.action")["ApiId"]
    always = {"TemplateSelectionExpression": "\\$default"}
    integration = v2.create_integration(
        ApiId=api, IntegrationType="MOCK", RequestTemplates={"$default": '{"statusCode":200}'},
        **always)["IntegrationId"]
    v2.create_integration_response(
        ApiId=api, IntegrationId=integration, IntegrationResponseKey="$default",
        ResponseTemplates={"$default": REPLY}, **always)
    route = v2.create_route(ApiId=api, RouteKey=route_key, Target=f"integrations/{integration}",
                            RouteResponseSelectionExpression="$default")["RouteId"]
    v2.create_route_response(ApiId=api, RouteId=route, RouteResponseKey="$default")
    if connect:
        v2.create_route(ApiId=api, RouteKey="$connect", Target=f"integrations/{integration}")
    v2.create_stage(ApiId=api, StageName="bench",
                    DefaultRouteSettings={"ThrottlingRateLimit": 10_000_000,
                                          "ThrottlingBurstLimit": 1_000_000})
    v2.create_deployment(ApiId=api, StageName="bench")
    url = f"ws://127.0.0.1:{server.port}/_aws/execute-api/{api}/bench"
    return api, "bench", url


def create_function(server, name, files, **settings):
    """`files`: name in the zip -> path on disk."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        for inside, path in files.items():
            entry = zipfile.ZipInfo(inside)
            entry.external_attr = 0o755 << 16
            with open(path, "rb") as file:
                made.writestr(entry, file.read())
    iam = client(server, "iam")
    trust = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole"}]}
    role = iam.create_role(RoleName=f"{name}-role", AssumeRolePolicyDocument=json.dumps(trust))
    client(server, "lambda").create_function(
        FunctionName=name, Role=role["Role"]["Arn"], Code={"ZipFile": archive.getvalue()},
        Timeout=30, **settings)
    return name


def trivial_event(peers):
    with open(os.path.join(peers, "trivial/event.json"), "rb") as file:
        return file.read().strip()

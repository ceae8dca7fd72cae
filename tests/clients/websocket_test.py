"""Functions and WebSocket APIs made by boto3, and what the management API answers."""

import json

import pytest
from botocore.exceptions import ClientError


def test_functions(aws, make_function, unique):
    made = make_function("exports.handler = async (e) => { if (e.fail) throw new Error('on purpose'); return {got: e}; };")
    client = aws.client("lambda")
    name = made["FunctionName"]
    reply = client.invoke(FunctionName=name, Payload=json.dumps({"n": 1}))
    assert reply["StatusCode"] == 200 and reply["ExecutedVersion"] == "$LATEST"
    assert json.load(reply["Payload"]) == {"got": {"n": 1}}
    failed = client.invoke(FunctionName=made["FunctionArn"], Payload=b'{"fail":1}')
    assert failed["FunctionError"] == "Unhandled"
    assert json.load(failed["Payload"])["errorMessage"] == "on purpose"
    client.update_function_configuration(FunctionName=name, Timeout=9)
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 50})
    assert client.get_function(FunctionName=name)["Configuration"]["Timeout"] == 9
    assert name in {one["FunctionName"] for page in client.get_paginator("list_functions").paginate() for one in page["Functions"]}
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName=unique("nowhere"))
    with pytest.raises(client.exceptions.InvalidRequestContentException):
        client.invoke(FunctionName=name, Payload=b"{no json")
    client.delete_function(FunctionName=name)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName=name)


def test_a_websocket_api_from_nothing_to_nothing(aws, make_function, unique):
    arn = make_function("exports.handler = async () => ({statusCode: 200});")["FunctionArn"]
    client = aws.client("apigatewayv2")
    api = client.create_api(Name=unique("api"), ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action")
    api_id = api["ApiId"]
    assert api["ApiEndpoint"].startswith("ws")
    integration = client.create_integration(
        ApiId=api_id, IntegrationType="AWS_PROXY",
        IntegrationUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations")
    for key in ("$connect", "$default"):
        client.create_route(ApiId=api_id, RouteKey=key, Target=f"integrations/{integration['IntegrationId']}")
    client.create_stage(ApiId=api_id, StageName="prod", AutoDeploy=True)
    routes = [route["RouteKey"] for page in client.get_paginator("get_routes").paginate(ApiId=api_id) for route in page["Items"]]
    assert sorted(routes) == ["$connect", "$default"]
    with pytest.raises(client.exceptions.ConflictException):
        client.create_route(ApiId=api_id, RouteKey="$connect")
    client.delete_api(ApiId=api_id)
    with pytest.raises(client.exceptions.NotFoundException):
        client.get_api(ApiId=api_id)


def test_connections_that_are_not_there(aws):
    client = aws.client("apigatewaymanagementapi")
    for call in (lambda id: client.post_to_connection(ConnectionId=id, Data=b"x"),
                 lambda id: client.get_connection(ConnectionId=id),
                 lambda id: client.delete_connection(ConnectionId=id)):
        with pytest.raises(client.exceptions.GoneException) as gone:
            call("AAAAAAAAAAACAAA=")
        assert gone.value.response["ResponseMetadata"]["HTTPStatusCode"] == 410
        with pytest.raises(ClientError, match="BadRequestException.*Invalid connectionId: nonsense") as bad:
            call("nonsense")
        assert bad.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400

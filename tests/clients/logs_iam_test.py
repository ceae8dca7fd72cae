"""IAM roles and policies, logs and the caller's identity, by boto3."""

import json
import time

import pytest

TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}


def test_roles_and_policies(aws, unique):
    iam = aws.client("iam")
    name, policy = unique("role"), unique("policy")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), Description="für Tests")["Role"]
    assert role["Arn"] == f"arn:aws:iam::000000000000:role/{name}"
    assert role["AssumeRolePolicyDocument"] == TRUST
    assert iam.get_role(RoleName=name)["Role"]["Description"] == "für Tests"
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException, match=f"Role with name {name} already exists."):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    with pytest.raises(iam.exceptions.MalformedPolicyDocumentException):
        iam.create_role(RoleName=unique("role"), AssumeRolePolicyDocument="{}")
    iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=json.dumps(READ))
    assert iam.get_role_policy(RoleName=name, PolicyName="inline")["PolicyDocument"] == READ
    managed = iam.create_policy(PolicyName=policy, PolicyDocument=json.dumps(READ))["Policy"]["Arn"]
    for arn in (managed, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"):
        iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert {one["PolicyName"] for one in attached} == {policy, "AWSLambdaBasicExecutionRole"}
    for delete in (lambda: iam.delete_role(RoleName=name), lambda: iam.delete_policy(PolicyArn=managed)):
        with pytest.raises(iam.exceptions.DeleteConflictException):
            delete()
    for one in attached:
        iam.detach_role_policy(RoleName=name, PolicyArn=one["PolicyArn"])
    iam.delete_role_policy(RoleName=name, PolicyName="inline")
    iam.delete_policy(PolicyArn=managed)
    iam.delete_role(RoleName=name)
    with pytest.raises(iam.exceptions.NoSuchEntityException, match=f"The role with name {name} cannot be found."):
        iam.get_role(RoleName=name)


def test_pages_of_roles(aws, unique):
    iam = aws.client("iam")
    path = f"/{unique('path')}/"
    names = sorted(unique("role") for _ in range(5))
    for name in names:
        iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=json.dumps(TRUST))
    pages = list(iam.get_paginator("list_roles").paginate(PathPrefix=path, PaginationConfig={"PageSize": 2}))
    assert sorted(role["RoleName"] for page in pages for role in page["Roles"]) == names
    assert len(pages) == 3


def test_logs(aws, unique):
    logs = aws.client("logs")
    group = f"/test/{unique('group')}"
    logs.create_log_group(logGroupName=group)
    with pytest.raises(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="one")
    now = time.time_ns() // 1000000
    logs.put_log_events(logGroupName=group, logStreamName="one", logEvents=[
        {"timestamp": now - 30 + n, "message": f"line {n} {'ERROR' if n % 10 == 0 else 'fine'}"} for n in range(30)])
    got = logs.get_log_events(logGroupName=group, logStreamName="one", startFromHead=True, limit=5)
    assert [event["message"] for event in got["events"]] == [f"line {n} {'ERROR' if n == 0 else 'fine'}" for n in range(5)]
    more = logs.get_log_events(logGroupName=group, logStreamName="one", startFromHead=True, nextToken=got["nextForwardToken"])
    assert more["events"][0]["message"] == "line 5 fine"
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, filterPattern="ERROR", PaginationConfig={"PageSize": 2})
    found = [event for page in pages for event in page["events"]]
    assert [event["message"] for event in found] == ["line 0 ERROR", "line 10 ERROR", "line 20 ERROR"]
    assert found[1]["timestamp"] == now - 20
    logs.delete_log_group(logGroupName=group)
    with pytest.raises(logs.exceptions.ResourceNotFoundException, match="The specified log group does not exist."):
        logs.filter_log_events(logGroupName=group)


def test_who_am_i(aws):
    who = aws.client("sts").get_caller_identity()
    assert (who["Account"], who["Arn"]) == ("000000000000", "arn:aws:iam::000000000000:root")

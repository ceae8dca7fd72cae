"""DynamoDB by boto3: tables as resources, conditions, batches, paginators, waiters."""

from decimal import Decimal

import pytest
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.exceptions import ClientError


@pytest.fixture
def table(aws, unique):
    one = aws.resource("dynamodb").create_table(
        TableName=unique("table"), BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind}
                              for name, kind in (("room", "S"), ("at", "N"), ("author", "S"))],
        KeySchema=[{"AttributeName": "room", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[{
            "IndexName": "by-author", "Projection": {"ProjectionType": "ALL"},
            "KeySchema": [{"AttributeName": "author", "KeyType": "HASH"}]}])
    one.wait_until_exists()
    return one


def test_every_type_comes_back(table):
    item = {"room": "a", "at": Decimal("1"), "n": Decimal("-1.5E-100"), "b": b"\x00\xff", "yes": True,
            "none": None, "list": [Decimal(1), "x", {"y": []}], "names": {"a", "b"},
            "numbers": {Decimal(1), Decimal("2.5")}, "bytes": {b"1"}, "empty": ""}
    table.put_item(Item=item)
    got = table.get_item(Key={"room": "a", "at": 1}, ConsistentRead=True)["Item"]
    assert got == {**item, "b": Binary(b"\x00\xff"), "bytes": {Binary(b"1")}}


def test_conditions(table):
    table.put_item(Item={"room": "a", "at": 1, "votes": 1})
    with pytest.raises(table.meta.client.exceptions.ConditionalCheckFailedException) as refused:
        table.put_item(Item={"room": "a", "at": 1}, ConditionExpression=Attr("room").not_exists())
    assert refused.value.response["Error"]["Message"] == "The conditional request failed"
    new = table.update_item(
        Key={"room": "a", "at": 1}, UpdateExpression="ADD votes :n SET tags = list_append(if_not_exists(tags, :e), :t)",
        ConditionExpression=Attr("votes").between(1, 5) & ~Attr("tags").exists(),
        ExpressionAttributeValues={":n": 2, ":e": [], ":t": ["x"]}, ReturnValues="ALL_NEW")["Attributes"]
    assert new == {"room": "a", "at": 1, "votes": 3, "tags": ["x"]}
    with pytest.raises(ClientError, match="ValidationException"):
        table.update_item(Key={"room": "a", "at": 1}, UpdateExpression="SET room = :r",
                          ExpressionAttributeValues={":r": "b"})


def test_batch_writer_queries_and_scans(table):
    with table.batch_writer() as batch:
        for at in range(60):
            batch.put_item(Item={"room": "big", "at": at, "n": at, "author": "ann" if at % 2 else "bob"})
    some = table.query(KeyConditionExpression=Key("room").eq("big") & Key("at").between(10, 20),
                       FilterExpression=Attr("author").is_in(["ann"]) & Attr("n").ne(13), ScanIndexForward=False)
    assert [item["at"] for item in some["Items"]] == [19, 17, 15, 11]
    assert some["ScannedCount"] == 11
    by_author = table.query(IndexName="by-author", KeyConditionExpression=Key("author").eq("bob"), Select="COUNT")
    assert by_author["Count"] == 30
    pages = list(table.meta.client.get_paginator("scan").paginate(
        TableName=table.name, PaginationConfig={"PageSize": 25}))
    assert sum(page["Count"] for page in pages) == 60
    assert len(pages) >= 3
    with table.batch_writer(overwrite_by_pkeys=["room", "at"]) as batch:
        for at in range(60):
            batch.delete_item(Key={"room": "big", "at": at})
    assert table.scan()["Count"] == 0


def test_batches_by_the_resource(aws, table):
    dynamodb = aws.resource("dynamodb")
    written = dynamodb.batch_write_item(RequestItems={table.name: [
        {"PutRequest": {"Item": {"room": "x", "at": n}}} for n in range(3)]})
    assert written["UnprocessedItems"] == {}
    got = dynamodb.batch_get_item(RequestItems={table.name: {
        "Keys": [{"room": "x", "at": n} for n in (0, 2, 9)]}})["Responses"][table.name]
    assert sorted(item["at"] for item in got) == [0, 2]


def test_tables_come_and_go(aws, table):
    client = aws.client("dynamodb")
    assert table.table_status == "ACTIVE"
    with pytest.raises(client.exceptions.ResourceInUseException):
        client.create_table(TableName=table.name, BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}])
    assert table.name in {name for page in client.get_paginator("list_tables").paginate() for name in page["TableNames"]}
    table.delete()
    client.get_waiter("table_not_exists").wait(TableName=table.name, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        table.load()

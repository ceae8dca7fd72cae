"""SQS by boto3: resources, batches, long polls, error classes."""

import time

import pytest


@pytest.fixture
def queue(aws, unique):
    return aws.resource("sqs").create_queue(QueueName=unique("queue"), Attributes={"VisibilityTimeout": "20"})


def test_messages_as_objects(queue):
    queue.send_message(MessageBody="grüße <&>", MessageAttributes={
        "n": {"DataType": "Number", "StringValue": "1"}, "b": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}})
    [message] = queue.receive_messages(MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"])
    assert message.body == "grüße <&>"
    assert message.message_attributes["b"]["BinaryValue"] == b"\x00\xff"
    assert message.attributes["ApproximateReceiveCount"] == "1"
    assert queue.receive_messages() == []
    message.change_visibility(VisibilityTimeout=0)
    [again] = queue.receive_messages(WaitTimeSeconds=2)
    again.delete()
    queue.reload()
    assert queue.attributes["ApproximateNumberOfMessages"] == "0"
    assert queue.attributes["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_batches_and_delays(queue):
    sent = queue.send_messages(Entries=[{"Id": str(n), "MessageBody": f"m{n}", "DelaySeconds": n % 2} for n in range(10)])
    assert len(sent["Successful"]) == 10 and "Failed" not in sent
    bodies, begun = [], time.monotonic()
    while len(bodies) < 10:
        messages = queue.receive_messages(MaxNumberOfMessages=10, WaitTimeSeconds=5)
        bodies += [message.body for message in messages]
        queue.delete_messages(Entries=[{"Id": m.message_id, "ReceiptHandle": m.receipt_handle} for m in messages])
    assert sorted(bodies) == [f"m{n}" for n in range(10)]
    assert 0.9 < time.monotonic() - begun < 4


def test_errors_are_classes(aws, queue, unique):
    client = aws.client("sqs")
    with pytest.raises(client.exceptions.QueueDoesNotExist) as refused:
        client.get_queue_url(QueueName=unique("none"))
    assert refused.value.response["Error"]["Code"] == "AWS.SimpleQueueService.NonExistentQueue"
    with pytest.raises(client.exceptions.ReceiptHandleIsInvalid):
        client.delete_message(QueueUrl=queue.url, ReceiptHandle="x")
    with pytest.raises(client.exceptions.QueueNameExists):
        client.create_queue(QueueName=queue.url.rsplit("/", 1)[1], Attributes={"VisibilityTimeout": "21"})
    queue.delete()
    with pytest.raises(client.exceptions.QueueDoesNotExist):
        client.send_message(QueueUrl=queue.url, MessageBody="x")

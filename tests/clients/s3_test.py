"""S3 by boto3: clients, resources and the transfer manager, in clear text and over TLS."""

import base64
import hashlib
import io
import os
import time
import urllib.request

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

MB = 1024 * 1024


@pytest.fixture
def bucket(aws, unique):
    one = aws.resource("s3").Bucket(unique("bucket"))
    one.create()
    return one


def test_put_and_get_do_not_stall(aws, bucket):
    """boto3 sends Expect: 100-continue and waits a second for an answer that never comes."""
    s3 = aws.client("s3")
    s3.put_object(Bucket=bucket.name, Key="warm", Body=b"")
    for key, body in {"small": b"hello", "ä b/c+d": os.urandom(3 * MB), "empty": b""}.items():
        seconds = []
        for _ in range(3):  # a busy machine may be slow once; a stall comes each time
            started = time.monotonic()
            made = s3.put_object(Bucket=bucket.name, Key=key, Body=body, Metadata={"by": "boto3"})
            seconds.append(time.monotonic() - started)
        assert min(seconds) < 0.5
        assert made["ETag"] == '"%s"' % hashlib.md5(body).hexdigest()
        got = s3.get_object(Bucket=bucket.name, Key=key)
        assert got["Body"].read() == body
        assert got["Metadata"] == {"by": "boto3"}


def test_transfer_manager(aws, bucket):
    data = os.urandom(20 * MB)
    config = TransferConfig(multipart_threshold=8 * MB, multipart_chunksize=8 * MB, max_concurrency=4)
    bucket.upload_fileobj(io.BytesIO(data), "big", ExtraArgs={"ContentType": "video/mp4"}, Config=config)
    head = bucket.Object("big")
    assert head.content_length == 20 * MB
    assert head.content_type == "video/mp4"
    parts = [hashlib.md5(data[at:at + 8 * MB]).digest() for at in range(0, len(data), 8 * MB)]
    assert head.e_tag == '"%s-3"' % hashlib.md5(b"".join(parts)).hexdigest()
    back = io.BytesIO()
    bucket.download_fileobj("big", back, Config=config)
    assert back.getvalue() == data
    bucket.copy({"Bucket": bucket.name, "Key": "big"}, "copy", Config=config)
    assert bucket.Object("copy").content_length == 20 * MB


def test_resources_and_paginators(aws, bucket):
    names = [f"page/{n:02d}&" for n in range(7)]
    for name in names:
        bucket.put_object(Key=name, Body=b"x")
    assert [one.key for one in bucket.objects.filter(Prefix="page/")] == names
    pages = list(aws.client("s3").get_paginator("list_objects_v2").paginate(
        Bucket=bucket.name, PaginationConfig={"PageSize": 3}))
    assert [len(page["Contents"]) for page in pages] == [3, 3, 1]
    bucket.objects.all().delete()
    assert list(bucket.objects.all()) == []
    aws.client("s3").get_waiter("object_not_exists").wait(Bucket=bucket.name, Key=names[0])
    bucket.delete()
    aws.client("s3").get_waiter("bucket_not_exists").wait(Bucket=bucket.name)


def test_errors(aws, bucket, unique):
    s3 = aws.client("s3")
    with pytest.raises(s3.exceptions.NoSuchKey) as missing:
        s3.get_object(Bucket=bucket.name, Key="nothing")
    assert missing.value.response["Error"]["Message"] == "The specified key does not exist."
    assert missing.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    with pytest.raises(s3.exceptions.NoSuchBucket):
        s3.list_objects_v2(Bucket=unique("nowhere"))
    for wrong in ({"ContentMD5": base64.b64encode(bytes(16)).decode()}, {"ChecksumCRC32": "AAAAAA=="}):
        with pytest.raises(ClientError, match="BadDigest"):
            s3.put_object(Bucket=bucket.name, Key="bad", Body=b"hello", **wrong)
    with pytest.raises(ClientError, match=r"\(404\).*HeadObject.*Not Found"):
        s3.head_object(Bucket=bucket.name, Key="bad")


def test_presigned(plain, unique):
    s3 = plain.client("s3", config=Config(signature_version="s3v4"))
    name = unique("signed")
    s3.create_bucket(Bucket=name)
    url = s3.generate_presigned_url("put_object", Params={"Bucket": name, "Key": "a b"}, ExpiresIn=60)
    with urllib.request.urlopen(urllib.request.Request(url, data=b"by URL", method="PUT", headers={"Content-Type": ""})) as put:
        assert put.status == 200
    url = s3.generate_presigned_url("get_object", Params={"Bucket": name, "Key": "a b"}, ExpiresIn=60)
    with urllib.request.urlopen(url) as got:
        assert got.read() == b"by URL"

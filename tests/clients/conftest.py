"""One server a run, and boto3 clients of it in clear text and over TLS."""

import itertools
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import boto3
import pytest
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
_counter = itertools.count()


class Server:
    def __init__(self):
        binary = ROOT / os.environ.get("FAIRLEAD_BINARY", "build/release/fairlead")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fairlead-pytest-"))
        self.log = open(self.folder / "test-server.log", "wb")
        self.process = subprocess.Popen(
            [binary, "start", "--listen", "127.0.0.1:0", "--data-dir", self.folder],
            stdout=self.log, stderr=self.log)
        facts = self._wait_for_facts()
        self.endpoint, self.ca_file = facts["endpoint"], facts["ca_file"]

    def _wait_for_facts(self):
        for _ in range(2000):
            assert self.process.poll() is None, (self.folder / "test-server.log").read_text()[-4000:]
            try:
                facts = json.loads((self.folder / "server.json").read_text())
                if facts["pid"] == self.process.pid:
                    return facts
            except (OSError, ValueError):
                pass
            time.sleep(0.01)
        self.stop()
        raise TimeoutError("the server did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Clients:
    """boto3 with everything set for the server by one scheme."""

    def __init__(self, server, scheme):
        self.endpoint = server.endpoint.replace("http", scheme)
        self.ca_file = server.ca_file if scheme == "https" else None
        self.session = boto3.Session("test", "test", region_name="us-east-1")

    def _options(self, more):
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30)
        return {"endpoint_url": self.endpoint, "verify": self.ca_file, "config": config, **more}

    def client(self, service, **more):
        return self.session.client(service, **self._options(more))

    def resource(self, service, **more):
        return self.session.resource(service, **self._options(more))


@pytest.fixture(scope="session")
def server():
    one = Server()
    yield one
    one.stop()


@pytest.fixture(scope="session", params=["http", "https"])
def aws(request, server):
    return Clients(server, request.param)


@pytest.fixture(scope="session")
def plain(server):
    return Clients(server, "http")


@pytest.fixture(scope="session")
def unique():
    return lambda name: f"{name}-{os.getpid()}-{time.time_ns() // 1000000:x}-{next(_counter)}"


@pytest.fixture(scope="session")
def role(plain, unique):
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    made = plain.client("iam").create_role(RoleName=unique("role"), AssumeRolePolicyDocument=json.dumps(trust))
    return made["Role"]["Arn"]


@pytest.fixture(scope="session")
def make_function(plain, role, unique):
    import io
    import zipfile

    def make(source, wait=True):
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("index.js", source)
        client = plain.client("lambda")
        name = unique("function")
        made = client.create_function(FunctionName=name, Role=role, Runtime="nodejs20.x",
                                      Handler="index.handler", Code={"ZipFile": code.getvalue()})
        if wait:
            client.get_waiter("function_active_v2").wait(
                FunctionName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100})
        return made
    return make

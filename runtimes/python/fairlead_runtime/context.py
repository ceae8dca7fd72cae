"""The second argument of a handler."""

import json
import logging
import os
import sys
import time


class _Parts:
    """An object with the given attributes, taken from a JSON object that may lack some."""

    def __init__(self, names, source):
        source = source if isinstance(source, dict) else {}
        for attribute, key in names:
            setattr(self, attribute, source.get(key))

    def __repr__(self):
        texts = ("%s=%s" % pair for pair in self.__dict__.items())
        return "%s([%s])" % (type(self).__name__, ",".join(texts))


class CognitoIdentity(_Parts):
    def __init__(self, source):
        super().__init__((("cognito_identity_id", "cognitoIdentityId"),
                          ("cognito_identity_pool_id", "cognitoIdentityPoolId")), source)


class Client(_Parts):
    def __init__(self, source):
        names = ("installation_id", "app_title", "app_version_name", "app_version_code",
                 "app_package_name")
        super().__init__([(name, name) for name in names], source)


class ClientContext(_Parts):
    def __init__(self, source):
        super().__init__((("custom", "custom"), ("env", "env"), ("client", "client")), source)
        if self.client is not None:
            self.client = Client(self.client)


def _parsed(text):
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


class LambdaContext:
    def __init__(self, function, header):
        self.aws_request_id = header["requestId"]
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = function["name"]
        self.memory_limit_in_mb = str(function["memoryMb"])
        self.function_version = function["version"]
        self.invoked_function_arn = header.get("invokedFunctionArn", function["arn"])
        self.tenant_id = None
        client = _parsed(header.get("clientContext"))
        self.client_context = None if client is None else ClientContext(client)
        self.identity = CognitoIdentity(_parsed(header.get("cognitoIdentity")))
        self._epoch_deadline_time_in_ms = header["deadlineMs"]

    def get_remaining_time_in_millis(self):
        left = int(self._epoch_deadline_time_in_ms - time.time() * 1000)
        return left if left > 0 else 0

    def log(self, msg):
        """Writes one event as it is."""
        for handler in logging.getLogger().handlers:
            if hasattr(handler, "write_event"):
                handler.write_event(str(msg))
                return
        sys.stdout.write(str(msg))

    def __repr__(self):
        names = ("aws_request_id", "log_group_name", "log_stream_name", "function_name",
                 "memory_limit_in_mb", "function_version", "invoked_function_arn",
                 "client_context", "identity", "tenant_id")
        texts = ("%s=%s" % (name, getattr(self, name)) for name in names)
        return "%s([%s])" % (type(self).__name__, ",".join(texts))

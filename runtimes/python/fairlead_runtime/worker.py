"""The loop: wait for an invocation (the process stands still), call the handler, answer.

SystemExit and other BaseExceptions of a handler are not caught, as on Lambda: they end the process,
and the caller gets Runtime.ExitError from the server.
"""

import decimal
import json
import os
import sys
import time

from . import channel, context, errors, loader, logs, preload

_RUNTIME_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_FIRST_WITH_PLAIN_UNICODE = 12  # python3.12
_MAX_RESPONSE_BYTES = 6291556
_TOO_LARGE = {
    "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    "errorType": "Function.ResponseSizeTooLarge",
}


def _decimal_as_number(value):
    if isinstance(value, decimal.Decimal):
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


class _Json:
    def __init__(self, minor):
        self._encode = json.JSONEncoder(ensure_ascii=minor < _FIRST_WITH_PLAIN_UNICODE,
                                        default=_decimal_as_number).encode

    def answer(self, value):
        try:
            return self._encode(value).encode("utf-8")
        except Exception as error:
            raise errors.Fault("MarshalError",
                               "Unable to marshal response: %s" % error) from None

    def error(self, payload):
        try:
            return self._encode(payload).encode("utf-8")
        except UnicodeEncodeError:
            return json.dumps(payload).encode("utf-8")


def _parse(payload):
    try:
        return json.loads(str(payload, "utf-8"))
    except Exception as error:
        raise errors.Fault("UnmarshalError", "Unable to unmarshal input: %s" % error) from None


def _minor_of(runtime):
    """python3.12 -> 12. The function's runtime decides, whatever interpreter serves it."""
    try:
        return int(runtime.partition(".")[2])
    except ValueError:
        return sys.version_info[1]


def _adopt_environment(environment):
    for name in list(os.environ):
        if name not in environment:
            del os.environ[name]
    os.environ.update(environment)
    time.tzset()


def _set_search_path(setup, minor):
    ours = (_RUNTIME_FOLDER, _RUNTIME_FOLDER + "/site")
    standard = [entry for entry in sys.path if entry and os.path.abspath(entry) not in ours]
    layers = setup.get("layers", [])
    sys.path[:] = loader.search_path(setup["taskRoot"], layers, _RUNTIME_FOLDER, minor, standard)
    preload.step_aside(sys.path[:1 + 2 * len(layers)])


def _load_handler(setup, encoder, minor):
    try:
        return loader.load(setup["handler"])
    except Exception as error:
        payload = errors.payload_of(error, "", minor)
        logs.flush()
        logs.log_error(payload)
        channel.send(channel.INIT_ERROR, encoder.error(payload))
        sys.exit(1)


def _answer_error(error, request_id, encoder, minor):
    payload = errors.payload_of(error, request_id, minor)
    logs.flush()
    logs.log_error(payload)
    channel.send_function_error(payload["errorType"], encoder.error(payload))


def _invoke(handler, function, body, encoder, minor):
    start = 4 + int.from_bytes(body[:4], "little")
    header = json.loads(str(body[4:start], "utf-8"))
    request_id = header["requestId"]
    logs.set_request_id(request_id)
    if header.get("traceId"):
        os.environ["_X_AMZN_TRACE_ID"] = header["traceId"]
    try:
        event = _parse(body[start:])
        answer = encoder.answer(handler(event, context.LambdaContext(function, header)))
    except Exception as error:
        _answer_error(error, request_id, encoder, minor)
        return
    logs.flush()
    if len(answer) > _MAX_RESPONSE_BYTES:
        channel.send_function_error(_TOO_LARGE["errorType"], json.dumps(_TOO_LARGE).encode())
    else:
        channel.send(channel.RESPONSE, answer)


def _serve(handler, function, encoder, minor):
    while True:
        kind, body = channel.read()
        if kind != channel.INVOKE:
            # Lambda stops a process without a word, too: what it left running is not waited for.
            os._exit(0 if kind == channel.SHUTDOWN else 1)
        _invoke(handler, function, body, encoder, minor)


def run():
    channel.open_channel()
    kind, body = channel.read()
    if kind != channel.INIT:
        os._exit(0 if kind == channel.SHUTDOWN else 1)
    setup = json.loads(str(body, "utf-8"))
    if setup.get("environmentIsSet"):
        os.environ.pop("FAIRLEAD_FRAMES", None)
    else:
        _adopt_environment(setup["environment"])
    os.chdir(setup["taskRoot"])
    minor = _minor_of(setup["runtime"])
    _set_search_path(setup, minor)
    loader.restore_builtins()
    logs.install()
    if setup.get("endpoint"):
        from . import route
        route.install(setup["endpoint"])
    encoder = _Json(minor)
    try:
        handler = _load_handler(setup, encoder, minor)
        channel.send(channel.READY)
        _serve(handler, setup["function"], encoder, minor)
    finally:
        logs.flush()

"""print() line by line, and the root logger with Lambda's handler: text or JSON."""

import io
import json
import logging
import os
import sys
import threading
import time
import traceback

from . import channel, errors

_TEXT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
_SECONDS = "%Y-%m-%dT%H:%M:%S"
_LEVELS = {"TRACE": logging.DEBUG, "FATAL": logging.CRITICAL}

_state = {"request_id": "", "json": False}
_streams = []


class LineStream(io.RawIOBase):
    """What is written becomes one event for each line. Never closes the descriptor."""

    def __init__(self, descriptor, name):
        super().__init__()
        self._descriptor = descriptor
        self._rest = b""
        self._lock = threading.RLock()
        self.name = name
        self.mode = "w"

    def fileno(self):
        return self._descriptor

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        if not channel.is_open():
            os.write(self._descriptor, data)
            return len(data)
        with self._lock:
            if b"\n" not in data:
                self._rest += data
                return len(data)
            lines = (self._rest + data).split(b"\n")
            self._rest = lines.pop()
            for line in lines:
                channel.send_log(line + b"\n")
        return len(data)

    def flush_line(self):
        """A line that has not ended yet belongs to the invocation that wrote it."""
        with self._lock:
            if self._rest:
                channel.send_log(self._rest)
                self._rest = b""

    def forget(self):
        self._rest = b""
        self._lock = threading.RLock()


def _captured(descriptor, name, on_error):
    raw = LineStream(descriptor, name)
    _streams.append(raw)
    return io.TextIOWrapper(raw, encoding="utf-8", errors=on_error, newline="\n",
                            write_through=True)


class _RequestId(logging.Filter):
    def filter(self, record):
        record.aws_request_id = _state["request_id"]
        return True


class LambdaLoggerHandler(logging.Handler):
    """One event for each record, however many lines it has."""

    def emit(self, record):
        self.write_event(self.format(record))

    def write_event(self, text):
        data = text.encode("utf-8", "backslashreplace")
        if channel.is_open():
            channel.send_log(data)
        else:
            os.write(1, data)


def _iso_time(seconds):
    return time.strftime(_SECONDS, time.gmtime(seconds)) + ".%03dZ" % (seconds * 1000 % 1000)


_RECORD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"aws_request_id", "message",
                                                                "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    def format(self, record):
        fields = {
            "timestamp": _iso_time(record.created),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[0] is not None:
            kind, error, trace = record.exc_info
            fields["stackTrace"] = traceback.format_list(traceback.extract_tb(trace))
            fields["errorType"] = kind.__name__
            fields["errorMessage"] = str(error)
            fields["location"] = "%s:%s:%d" % (record.pathname, record.funcName, record.lineno)
        if record.aws_request_id:
            fields["requestId"] = record.aws_request_id
        for name, value in vars(record).items():  # what the caller gave as `extra`
            if name not in _RECORD_FIELDS and name not in fields:
                fields[name] = value
        return json.dumps(fields, default=str, ensure_ascii=False) + "\n"


def install():
    """To be called when the function's environment is set."""
    sys.stdout = _captured(1, "<stdout>", "backslashreplace")
    sys.stderr = _captured(2, "<stderr>", "backslashreplace")
    os.register_at_fork(after_in_child=_forget)
    logging.Formatter.converter = time.gmtime
    _state["json"] = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
    handler = LambdaLoggerHandler()
    handler.setFormatter(JsonFormatter() if _state["json"] else logging.Formatter(_TEXT, _SECONDS))
    handler.addFilter(_RequestId())
    root = logging.getLogger()
    root.addHandler(handler)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    if _state["json"] and level:
        try:
            root.setLevel(_LEVELS.get(level, level))
        except ValueError:
            pass


def _forget():
    for stream in _streams:
        stream.forget()


def set_request_id(request_id):
    _state["request_id"] = request_id


def flush():
    for stream in _streams:
        stream.flush_line()


def log_error(payload):
    """An error that the caller is told, as one event."""
    if _state["json"]:
        text = json.dumps(dict({"timestamp": _iso_time(time.time()), "log_level": "ERROR"},
                               **payload), ensure_ascii=False)
    else:
        text = errors.log_text_of(payload)
    channel.send_log((text + "\n").encode("utf-8", "backslashreplace"))

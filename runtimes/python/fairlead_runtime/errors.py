"""Errors as Lambda shows them: the payload for the caller and the event for the log."""

import os
import traceback

_HERE = os.path.dirname(os.path.abspath(__file__))
_BOOTSTRAPS = (_HERE + os.sep, os.path.dirname(_HERE) + os.sep + "bootstrap.py",
               os.path.dirname(_HERE) + os.sep + "zygote.py")
_FIRST_WITH_REQUEST_ID = 9  # python3.9
_NO_BREAK_SPACE = "\u00a0"


class Fault(Exception):
    """What the runtime itself reports, with the type and the text that the caller sees."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind = "Runtime." + kind
        self.trace = list(trace)


def _text_of(error):
    try:
        return str(error)
    except Exception:
        return "<%s whose text cannot be had>" % type(error).__name__


def _trace_of(error):
    """The traceback's entries as Python writes them, from the function's first line on."""
    entries = traceback.extract_tb(error.__traceback__)
    first = 0
    while first < len(entries) and entries[first].filename.startswith(_BOOTSTRAPS):
        first += 1
    return traceback.format_list(entries[first:])


def payload_of(error, request_id, minor):
    """What the caller sees, in AWS's order. `minor`: the 12 of python3.12."""
    if isinstance(error, Fault):
        kind, trace = error.kind, error.trace
    else:
        kind, trace = type(error).__name__, _trace_of(error)
    result = {"errorMessage": _text_of(error), "errorType": kind}
    if minor >= _FIRST_WITH_REQUEST_ID:
        result["requestId"] = request_id
        result["stackTrace"] = trace
    elif trace:
        result["stackTrace"] = trace
    return result


def _indented(line):
    text = line.lstrip(" ")
    return _NO_BREAK_SPACE * (len(line) - len(text)) + text


def log_text_of(payload):
    """The same as one event of several lines."""
    lines = ["[ERROR] %s: %s" % (payload["errorType"], payload["errorMessage"])
             if payload["errorMessage"] else "[ERROR] " + payload["errorType"]]
    if "stackTrace" in payload:
        lines.append("Traceback (most recent call last):")
        for entry in payload["stackTrace"]:
            lines.extend(_indented(line) for line in entry.splitlines())
    return "\r".join(lines)

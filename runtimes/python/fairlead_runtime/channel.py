"""The frames of docs/formats/worker-frames.md on descriptor 3, with blocking reads and writes.

A worker that waits for its next invocation stands still, as it does on Lambda. Writing is safe from
several threads. In a process that the function forked the channel is gone: two writers would
destroy the stream.
"""

import json
import os
import select
import threading
import time

INIT, INVOKE, SHUTDOWN = 1, 2, 3
READY, INIT_ERROR, RESPONSE, FUNCTION_ERROR, LOG = 16, 17, 18, 19, 20

_DESCRIPTOR = 3
_LENGTH_BYTES = 4
_READ_BYTES = 64 * 1024

_lock = threading.RLock()
_rest = b""  # read already, belongs to the next frame
_ours = True


def _gone():
    """The server is gone: nobody waits for an answer, so nothing is worth finishing."""
    os._exit(0)


def _close_in_fork():
    global _ours, _lock
    _ours = False
    _lock = threading.RLock()
    try:
        os.close(_DESCRIPTOR)
    except OSError:
        pass


def open_channel():
    """To be called once, in the process that serves."""
    os.set_inheritable(_DESCRIPTOR, False)
    os.register_at_fork(after_in_child=_close_in_fork)


def is_open():
    return _ours


def _wait(for_writing):
    """The descriptor should block. Should somebody have made it non-blocking, wait here."""
    poll = select.poll()
    poll.register(_DESCRIPTOR, select.POLLOUT if for_writing else select.POLLIN)
    poll.poll()


def _read_into(view):
    while True:
        try:
            count = os.readv(_DESCRIPTOR, [view])
        except BlockingIOError:
            _wait(False)
            continue
        except OSError:
            _gone()
        if count == 0:
            _gone()
        return count


def _read_some():
    while True:
        try:
            data = os.read(_DESCRIPTOR, _READ_BYTES)
        except BlockingIOError:
            _wait(False)
            continue
        except OSError:
            _gone()
        if not data:
            _gone()
        return data


def read():
    """Waits for the next frame: its type and its body."""
    global _rest
    data = _rest
    while len(data) < _LENGTH_BYTES:
        data += _read_some()
    size = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES], "little")
    if len(data) < size:
        whole = bytearray(size)
        filled = len(data)
        whole[:filled] = data
        view = memoryview(whole)
        while filled < size:
            filled += _read_into(view[filled:])
        _rest = b""
        return whole[_LENGTH_BYTES], view[_LENGTH_BYTES + 1:]
    _rest = data[size:]
    return data[_LENGTH_BYTES], data[_LENGTH_BYTES + 1:size]


def _write(data):
    if not _ours:
        os._exit(0)  # a fork has come back from the handler
    with _lock:
        while data:
            try:
                count = os.write(_DESCRIPTOR, data)
            except BlockingIOError:
                _wait(True)
                continue
            except OSError:
                _gone()
            if count == len(data):
                return
            data = memoryview(data)[count:]


def send(kind, body=b""):
    _write((len(body) + 1).to_bytes(_LENGTH_BYTES, "little") + bytes((kind,)) + body)


def send_function_error(error_type, payload):
    """What the caller of the function shall see."""
    header = json.dumps({"errorType": error_type}).encode()
    send(FUNCTION_ERROR, len(header).to_bytes(_LENGTH_BYTES, "little") + header + payload)


def send_log(text, seconds=None):
    """One log event."""
    micros = int((time.time() if seconds is None else seconds) * 1000000)
    send(LOG, micros.to_bytes(8, "little") + text)

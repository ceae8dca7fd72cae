"""How handlers are called and what becomes of what they answer."""

import json
import os
import unittest

from driver import REQUEST_ID, Case, for_each_python

HEAD = "import os, sys, time\n"

# name, body of the handler, answer as JSON text
ANSWERS = [
    ("dict", "return {'got': event['n'], 'more': [1.5, None, True]}",
     '{"got": 7, "more": [1.5, null, true]}'),
    ("nothing", "pass", "null"),
    ("text", "return 'x'", '"x"'),
    ("tuple", "return (1, 2)", "[1, 2]"),
    ("decimal", "import decimal; return [decimal.Decimal('1.25'), decimal.Decimal(3)]", "[1.25, 3.0]"),
    ("not a number", "return [float('nan'), float('inf')]", "[NaN, Infinity]"),
    ("callable object", "return type('T', (), {'__call__': lambda self: 4})()()", "4"),
    ("thread left running",
     "import threading; threading.Thread(target=time.sleep, args=(60,), daemon=True).start(); return 1",
     "1"),
    ("a fork of its own", "pid = os.fork()\n    if not pid:\n        print('child'); os._exit(0)\n"
                          "    os.waitpid(pid, 0); return 'parent'", '"parent"'),
    ("a fork that comes back", "pid = os.fork()\n    if pid: os.waitpid(pid, 0)\n    return 5", "5"),
]

# name, body of the handler, error type, error message
ERRORS = [
    ("raise", "raise ValueError('bad')", "ValueError", "bad"),
    ("own class", "raise type('Mine', (Exception,), {})('m')", "Mine", "m"),
    ("key", "return {}['none']", "KeyError", "'none'"),
    ("without a message", "raise Exception", "Exception", ""),
    ("not serialisable", "return {1, 2}", "Runtime.MarshalError",
     "Unable to marshal response: Object of type set is not JSON serializable"),
    ("circle", "a = []; a.append(a); return a", "Runtime.MarshalError",
     "Unable to marshal response: Circular reference detected"),
    ("bytes", "return b'x'", "Runtime.MarshalError",
     "Unable to marshal response: Object of type bytes is not JSON serializable"),
    ("deep", "f = lambda n: f(n + 1); f(0)", "RecursionError", None),
]


def source(body):
    return HEAD + "def handler(event, context):\n    " + body + "\n"


class Handlers(Case):
    @for_each_python
    def test_answers(self):
        functions = {"app.py": HEAD + "".join(
            "def h%d(event, context):\n    %s\n" % (number, body)
            for number, (_, body, _) in enumerate(ANSWERS)) +
            "def handler(event, context):\n    return globals()['h%d' % event['k']](event, context)\n"}
        with self.ready(functions) as worker:
            for number, (name, _, expected) in enumerate(ANSWERS):
                for _ in range(2):
                    self.assertEqual(worker.call({"n": 7, "k": number}), ("answer", expected), name)

    @for_each_python
    def test_unicode(self):
        plain = '"ä€😀"'
        escaped = '"\\u00e4\\u20ac\\ud83d\\ude00"'
        with self.ready(source("print(event); return 'ä€😀'")) as worker:
            self.assertEqual(worker.call("ü"), ("answer", plain if self.minor >= 12 else escaped))
            self.assertEqual(worker.logs, ["ü\n"])

    @for_each_python
    def test_errors(self):
        for name, body, kind, message in ERRORS:
            with self.subTest(name), self.ready(source(body)) as worker:
                what, error, told = worker.call({})
                self.assertEqual((what, told, error["errorType"]), ("error", kind, kind))
                if message is not None:
                    self.assertEqual(error["errorMessage"], message)
                keys = ["errorMessage", "errorType", "requestId", "stackTrace"]
                if self.minor < 9:
                    keys = [key for key in keys if key != "requestId" and key in error]
                self.assertEqual(list(error), keys)
                self.assertEqual(error.get("requestId", REQUEST_ID), REQUEST_ID)
                for entry in error.get("stackTrace", []):
                    self.assertNotIn("fairlead_runtime", entry)
                self.assertEqual(len(worker.logs), 1, worker.logs)
                start = "[ERROR] " + kind + (": " + message if message else "")
                self.assertTrue(worker.logs[0].startswith(start), worker.logs)
                # It goes on working.
                self.assertEqual(worker.call({})[0], "error")

    @for_each_python
    def test_trace_and_log_event(self):
        text = "def inner():\n    raise ValueError('bad')\ndef handler(event, context):\n    inner()\n"
        with self.ready(text) as worker:
            trace = worker.call({})[1]["stackTrace"]
            self.assertEqual(len(trace), 2)
            self.assertTrue(trace[0].startswith(
                '  File "%s/app.py", line 4, in handler\n    inner()\n' % worker.task_root), trace)
            self.assertIn("line 2, in inner\n    raise ValueError('bad')\n", trace[1])
            self.assertTrue(worker.logs[0].startswith(
                "[ERROR] ValueError: bad\rTraceback (most recent call last):\r\u00a0\u00a0File \""
                + worker.task_root), worker.logs)
            self.assertIn("\r\u00a0\u00a0\u00a0\u00a0raise ValueError('bad')", worker.logs[0])

    @for_each_python
    def test_payload_that_is_no_json(self):
        with self.ready(source("return 1")) as worker:
            _, error, kind = worker.call(b"{")
            self.assertEqual(kind, "Runtime.UnmarshalError")
            self.assertTrue(error["errorMessage"].startswith("Unable to unmarshal input: "), error)
            self.assertEqual(worker.call({}), ("answer", "1"))

    @for_each_python
    def test_ways_to_end(self):
        for body, code in (("sys.exit(3)", 3), ("exit(4)", 4), ("os._exit(5)", 5), ("sys.exit()", 0),
                           ("sys.exit('said')", 1), ("raise KeyboardInterrupt", 130),
                           ("raise type('B', (BaseException,), {})", 1),
                           ("os.kill(os.getpid(), 9)", -9)):
            with self.subTest(body), self.ready(source(body)) as worker:
                self.assertEqual(worker.call({}), ("end",))
                got = worker.exit_code()
                self.assertIn(got, (code, -2) if code == 130 else (code,))
                if "said" in body:
                    self.assertEqual(worker.logs, ["said\n"])

    @for_each_python
    def test_the_server_goes_away(self):
        text = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()\n" \
               "def handler(event, context):\n    return 1\n"
        with self.ready(text) as worker:
            worker.end.close()
            self.assertEqual(worker.exit_code(), 0)
        with self.ready(text) as worker:
            worker.send(3)
            self.assertEqual(worker.exit_code(), 0)

    @for_each_python
    def test_big_payloads(self):
        with self.ready(source("return 'x' * event['n'] if 'n' in event else len(event['text'])")) as worker:
            big = 6 * 1024 * 1024 - 100
            self.assertEqual(worker.call({"text": "y" * big}), ("answer", str(big)))
            for size, fits in ((6291556 - 2, True), (6291556 - 1, False), (20 << 20, False)):
                what = worker.call({"n": size})
                if fits:
                    self.assertEqual((what[0], len(what[1])), ("answer", size + 2))
                else:
                    self.assertEqual(what[1:], ({
                        "errorMessage": "Response payload size exceeded maximum allowed payload "
                                        "size (6291556 bytes).",
                        "errorType": "Function.ResponseSizeTooLarge"}, "Function.ResponseSizeTooLarge"))

    @for_each_python
    def test_context(self):
        text = source("c = context; return [c.aws_request_id, c.function_name, c.function_version,"
                      " c.memory_limit_in_mb, c.invoked_function_arn, c.log_group_name,"
                      " c.log_stream_name, 2000 < c.get_remaining_time_in_millis() <= 3000,"
                      " c.identity.cognito_identity_id, c.identity.cognito_identity_pool_id,"
                      " c.client_context and [c.client_context.custom, c.client_context.env,"
                      " c.client_context.client.app_title, c.client_context.client.installation_id],"
                      " os.environ['_X_AMZN_TRACE_ID'], repr(c)[:14]]")
        common = [REQUEST_ID, "tested", "$LATEST", "128",
                  "arn:aws:lambda:us-east-1:000000000000:function:tested", "/aws/lambda/tested",
                  "stream", True]
        with self.ready(text) as worker:
            self.assertEqual(json.loads(worker.call({})[1]),
                             common + [None, None, None, "Root=1-2-3", "LambdaContext("])
            client = {"custom": {"a": "b"}, "env": {}, "client": {"app_title": "t"}}
            identity = {"cognitoIdentityId": "i", "cognitoIdentityPoolId": "p"}
            told = worker.call({}, clientContext=json.dumps(client), traceId="Root=2",
                               cognitoIdentity=json.dumps(identity))
            self.assertEqual(json.loads(told[1]), common + [
                "i", "p", [{"a": "b"}, {}, "t", None], "Root=2", "LambdaContext("])
            late = worker.call({}, deadlineMs=1)
            self.assertEqual(json.loads(late[1])[7], False)

    @for_each_python
    def test_environment(self):
        text = source("return [os.environ.get('FROM_START'), os.environ.get('MINE'), time.tzname[0],"
                      " os.getcwd() == os.environ['ROOT'], sorted(os.listdir('/proc/self/fd'))[:4],"
                      " sys.stdin.read()]")
        with self.ready(text, environment={"MINE": "yes", "TZ": "Asia/Tokyo", "ROOT": "x"}) as worker:
            self.assertEqual(json.loads(worker.call({})[1]),
                             [None, "yes", "JST", False, ["0", "1", "2", "3"], ""])
        with self.ready(text, start={"MINE": "wrapper", "ROOT": "x"}, environmentIsSet=True) as worker:
            self.assertEqual(json.loads(worker.call({})[1])[:2], ["yes", "wrapper"])


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    unittest.main()

"""Where handlers and modules come from, and what is said when they do not."""

import json
import os
import unittest

from driver import FOLDER, Case, for_each_python

PLAIN = "def handler(event, context):\n    return __name__\n"


class Loading(Case):
    @for_each_python
    def test_places(self):
        for handler, file, name in (("app.handler", "app.py", "app"),
                                    ("src/app.handler", "src/app.py", "src.app"),
                                    ("src.app.handler", "src/app.py", "src.app"),
                                    ("pkg.handler", "pkg/__init__.py", "pkg"),
                                    ("pkg.mod.handler", "pkg/mod.py", "pkg.mod")):
            with self.subTest(handler), self.ready({file: PLAIN}, handler=handler) as worker:
                self.assertEqual(worker.call({}), ("answer", json.dumps(name)))

    @for_each_python
    def test_failures(self):
        # handler, files, type, message (a prefix, when it ends with …)
        cases = (
            ("none.handler", {}, "Runtime.ImportModuleError",
             "Unable to import module 'none': No module named 'none'"),
            ("app.handler", {"app.py": "import missing_thing"}, "Runtime.ImportModuleError",
             "Unable to import module 'app': No module named 'missing_thing'"),
            ("dir/none.handler", {"dir/app.py": ""}, "Runtime.ImportModuleError",
             "Unable to import module 'dir/none': No module named 'dir.none'"),
            ("app.other", {"app.py": PLAIN}, "Runtime.HandlerNotFound",
             "Handler 'other' missing on module 'app'"),
            ("handler", {}, "Runtime.MalformedHandlerName",
             "Bad handler 'handler': not enough values to unpack (expected 2, got 1)"),
            ("sys.exit", {}, "Runtime.BuiltInModuleConflict",
             "Cannot use built-in module sys as a handler module"),
            ("app.handler", {"app.py": "def handler(:\n"}, "Runtime.UserCodeSyntaxError",
             "Syntax error in module 'app': …"),
            ("app.handler", {"app.py": "raise KeyError('early')"}, "KeyError", "'early'"),
        )
        for handler, files, kind, message in cases:
            with self.subTest(handler + kind):
                error, logs = self.init_error(files, handler=handler)
                self.assertEqual(error["errorType"], kind)
                if message.endswith("…"):
                    self.assertTrue(error["errorMessage"].startswith(message[:-1]), error)
                else:
                    self.assertEqual(error["errorMessage"], message)
                if self.minor >= 9:
                    self.assertEqual(list(error),
                                     ["errorMessage", "errorType", "requestId", "stackTrace"])
                    self.assertEqual(error["requestId"], "")
                self.assertEqual(len(logs), 1)
                self.assertTrue(logs[0].startswith("[ERROR] " + kind + ": "), logs)
                if kind == "Runtime.UserCodeSyntaxError":
                    self.assertRegex(error["stackTrace"][0],
                                     r'^  File "/.*/app.py" Line 1\n    def handler\(:')
                if kind == "KeyError":
                    self.assertIn("raise KeyError('early')", error["stackTrace"][-1])
                    self.assertIn("importlib", error["stackTrace"][0])

    @for_each_python
    def test_exit_while_loading(self):
        with self.worker("import sys; print('x', end=''); sys.exit(7)") as worker:
            self.assertEqual(worker.next()[0], None)
            self.assertEqual(worker.exit_code(), 7)
            self.assertEqual(worker.logs, ["x"])

    @for_each_python
    def test_order_of_search(self):
        own = "lib/python3.%d/site-packages" % self.minor
        layer = {"python/%s/one.py" % own: "V = 'layer exact'", "python/one.py": "V = 'layer'",
                 "python/two.py": "V = 'layer'", "python/three.py": "V = 'layer'",
                 "python/boto3/__init__.py": "V = 'layer'"}
        text = "import sys, one, two, three, boto3, urllib3\n" \
               "def handler(event, context):\n" \
               "    return [one.V, two.V, three.V, boto3.V, urllib3.__file__, sys.path]\n"
        if not os.path.exists(FOLDER + "/site/boto3"):
            self.skipTest("runtimes/python/install has not run")
        with self.ready({"app.py": text, "three.py": "V = 'code'"}, layer=layer) as worker:
            answer = json.loads(worker.call({})[1])
            self.assertEqual(answer[:4], ["layer exact", "layer", "code", "layer"])
            self.assertTrue(answer[4].startswith(FOLDER + "/site/"), answer)
            opt = worker.folder + "/opt/python"
            self.assertEqual(answer[5][:5], [worker.task_root, opt + "/" + own, opt, FOLDER,
                                             FOLDER + "/site"])
            for entry in answer[5][5:]:
                self.assertNotRegex(entry, "-packages", "the machine's own packages")

    @for_each_python
    def test_names_of_the_runtimes_modules_are_free(self):
        files = {name + ".py": "V = 1" for name in ("channel", "context", "errors", "loader", "logs",
                                                    "worker", "driver", "preload", "route")}
        files["app.py"] = "import channel, context, errors, loader, logs, worker, preload, route\n" \
            "def handler(event, c):\n    return [m.V for m in (channel, context, errors, worker, route)]\n"
        with self.ready(files) as worker:
            self.assertEqual(worker.call({}), ("answer", "[1, 1, 1, 1, 1]"))

    @for_each_python
    def test_boto3_makes_clients(self):
        if not os.path.exists(FOLDER + "/site/boto3"):
            self.skipTest("runtimes/python/install has not run")
        text = "import boto3, urllib3\ndef handler(event, context):\n" \
               "    names = ('dynamodb', 's3', 'lambda', 'logs', 'sqs', 'apigatewaymanagementapi')\n" \
               "    boto3.resource('dynamodb').Table('t')\n" \
               "    return [boto3.client(n).meta.endpoint_url for n in names][:2]\n" \
               "def one(event, context):\n    import os\n    os.environ.update(event['set'])\n" \
               "    url = boto3.client(**event['client']).meta.endpoint_url\n" \
               "    for name in event['set']: del os.environ[name]\n    return url\n"
        environment = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "k",
                       "AWS_SECRET_ACCESS_KEY": "s", "HOME": "/tmp"}
        with self.ready(text, environment=environment) as worker:
            self.assertEqual(json.loads(worker.call({})[1]),
                             ["https://dynamodb.eu-west-1.amazonaws.com",
                              "https://s3.eu-west-1.amazonaws.com"])
        every = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
        cases = (
            ({}, {"service_name": "s3"}, "http://127.0.0.1:1"),
            ({"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:2"}, {"service_name": "s3"},
             "http://127.0.0.1:2"),
            ({}, {"service_name": "sqs", "endpoint_url": "http://127.0.0.1:3"},
             "http://127.0.0.1:3"),
            ({}, {"service_name": "stepfunctions"}, "https://states.eu-west-1.amazonaws.com"),
            ({"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, {"service_name": "dynamodb"},
             "https://dynamodb.eu-west-1.amazonaws.com"))
        with self.ready(text, environment=environment, handler="app.one") as worker:
            for more, client, expected in cases:
                told = worker.call({"set": dict(every, **more), "client": client})
                self.assertEqual(told, ("answer", json.dumps(expected)))


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    unittest.main()

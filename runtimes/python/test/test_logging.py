"""print, sys.stderr, the root logger, and the log as JSON."""

import json
import os
import unittest

from driver import REQUEST_ID, Case, for_each_python

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def source(*lines):
    return ("import logging, os, sys, threading, subprocess\n"
            "def handler(event, context):\n    " + "\n    ".join(lines) + "\n")


class Logging(Case):
    def logs_of(self, *lines, **options):
        with self.ready(source(*lines), **options) as worker:
            worker.call({})
            return worker.logs

    @for_each_python
    def test_print(self):
        self.assertEqual(self.logs_of("print('a', 'b')", "print('c\\nd')", "print('no end', end='')",
                                      "print('to stderr', file=sys.stderr)", "print()"),
                         ["a b\n", "c\n", "d\n", "to stderr\n", "no end\n"])
        self.assertEqual(self.logs_of("sys.stdout.write('x')", "sys.stdout.buffer.write(b'y\\n')",
                                      "sys.stdout.flush()", "print('left', end='')"), ["xy\n", "left"])
        self.assertEqual(self.logs_of("print('\\udc80 ok')"), ["\\udc80 ok\n"])
        self.assertEqual(self.logs_of("print(sys.stdout.isatty(), sys.stdout.fileno(), "
                                      "sys.stderr.fileno(), sys.stdout.encoding)"),
                         ["False 1 2 utf-8\n"])

    @for_each_python
    def test_a_child_writes_to_the_descriptor(self):
        with self.ready(source("subprocess.run(['echo', 'child'], check=True)",
                               "os.write(1, b'raw\\n')")) as worker:
            worker.call({})
            worker.send(3)
            worker.exit_code()
            self.assertEqual(worker.process.stdout.read(), b"child\nraw\n")
            self.assertEqual(worker.logs, [])

    @for_each_python
    def test_threads_do_not_mix(self):
        logs = self.logs_of(
            "def work(n):", "    for i in range(200): logging.getLogger().warning('%d-%d', n, i)",
            "threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]",
            "[t.start() for t in threads]", "[t.join() for t in threads]")
        self.assertEqual(len(logs), 800)
        self.assertEqual({log.split("\t")[3] for log in logs},
                         {"%d-%d\n" % (n, i) for n in range(4) for i in range(200)})

    @for_each_python
    def test_root_logger(self):
        logs = self.logs_of("logging.info('hidden')", "logging.warning('seen %d', 1)",
                            "logging.getLogger().setLevel(logging.DEBUG)",
                            "logging.getLogger('sub').debug('two\\nlines')", "context.log('as it is')")
        self.assertEqual(len(logs), 3, logs)
        self.assertRegex(logs[0], r"^\[WARNING\]\t%s\t%s\tseen 1\n$" % (TIME, REQUEST_ID))
        self.assertRegex(logs[1], r"^\[DEBUG\]\t%s\t%s\ttwo\nlines\n$" % (TIME, REQUEST_ID))
        self.assertEqual(logs[2], "as it is")

    @for_each_python
    def test_exception_in_the_log_is_one_event(self):
        logs = self.logs_of("try:", "    1 / 0", "except Exception:", "    logging.exception('oh')")
        self.assertEqual(len(logs), 1)
        self.assertRegex(logs[0], r"(?s)\toh\n.*Traceback .*ZeroDivisionError: division by zero")

    @for_each_python
    def test_before_the_first_invocation(self):
        with self.ready("import logging\nlogging.warning('early')\nprint('loaded')\n"
                        "def handler(event, context): pass\n") as worker:
            self.assertRegex(worker.logs[0], r"^\[WARNING\]\t%s\t\tearly\n$" % TIME)
            self.assertEqual(worker.logs[1], "loaded\n")

    @for_each_python
    def test_json(self):
        environment = {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"}
        logs = self.logs_of("logging.debug('hidden')", "logging.info('ü %s', 'x', extra={'key': 5})",
                            "print('plain')", "try:", "    1 / 0", "except Exception:",
                            "    logging.getLogger('mine').exception('oh')", "raise ValueError('bad')",
                            environment=environment)
        self.assertEqual(len(logs), 4, logs)
        first = json.loads(logs[0])
        self.assertRegex(first.pop("timestamp"), "^%s$" % TIME)
        self.assertEqual(first, {"level": "INFO", "message": "ü x", "logger": "root",
                                 "requestId": REQUEST_ID, "key": 5})
        self.assertEqual(logs[1], "plain\n")
        second = json.loads(logs[2])
        self.assertEqual((second["errorType"], second["errorMessage"], second["logger"]),
                         ("ZeroDivisionError", "division by zero", "mine"))
        self.assertEqual(len(second["stackTrace"]), 1)
        last = json.loads(logs[3])
        self.assertEqual((last["log_level"], last["errorType"], last["errorMessage"]),
                         ("ERROR", "ValueError", "bad"))


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    unittest.main()

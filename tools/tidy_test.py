#!/usr/bin/env python3
"""Tests of tools/tidy on small made-up trees: python3 tools/tidy_test.py"""
import importlib.machinery
import importlib.util
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
LOADER = importlib.machinery.SourceFileLoader("tidy", os.path.join(HERE, "tidy"))
tidy = importlib.util.module_from_spec(importlib.util.spec_from_loader("tidy", LOADER))
LOADER.exec_module(tidy)

OPENING = "// A file that is here to be looked at.\n"
HEADER = OPENING + "#pragma once\n"
MARK = "TO" + "DO"


def problems_of(files, readmes=True):
    """What tidy says of a tree; folders get the READMEs they need unless told otherwise."""
    files = dict(files)
    if readmes:
        for name in list(files):
            parts = name.split("/")
            if len(parts) < 2:
                continue
            files.setdefault(f"{parts[0]}/README.md", "# root\n")
            if parts[0] == "src":
                files.setdefault("/".join(parts[:-1]) + "/README.md", "# room\n")
            elif len(parts) > 2:
                files.setdefault("/".join(parts[:2]) + "/README.md", "# folder\n")
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = os.path.join(root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(text if isinstance(text, bytes) else text.encode())
        return [f"{name}:{line}: {advice}" for name, line, advice in tidy.run(root)[0]]


class TidyTest(unittest.TestCase):
    def assert_clean(self, files, **options):
        self.assertEqual(problems_of(files, **options), [])

    def assert_one(self, files, start, part="", **options):
        found = problems_of(files, **options)
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(start), found[0])
        self.assertIn(part, found[0])

    def include(self, name, header, opening=None):
        opening = opening or (HEADER if name.endswith(".h") else OPENING)
        return {name: opening + f"#include {header}\n"}

    def test_a_good_tree_is_clean(self):
        self.assert_clean({
            "src/base/json.h": HEADER + "namespace fairlead {\nint f();\n}  // namespace fairlead\n",
            "src/base/json.cpp": OPENING + '#include "base/json.h"\n',
            "src/base/README.md": "# base\n`json.h`, `json.cpp`, `base/json.h`\n",
        })

    def test_floors(self):
        allowed = [
            ("src/wire/a.cpp", '"base/json.h"'),
            ("src/services/s3/a.h", '"services/s3/b.h"'),
            ("src/services/s3/a.h", '"lang/dynamodb/b.h"'),
            ("src/services/s3/a.cpp", '"platform/b.h"'),
            ("src/app/cli/a.cpp", '"services/s3/b.h"'),
            ("src/workers/a.cpp", '"net/b.h"'),
            ("src/platform/a_test.cpp", '"storage/b.h"'),  # a test may look lower
            ("src/net/a_test.cpp", '"base/json.h"'),
        ]
        for name, header in allowed:
            with self.subTest(name=name, header=header):
                self.assert_clean(self.include(name, header))
        forbidden = [
            ("src/base/a.cpp", '"wire/b.h"'),
            ("src/wire/a.cpp", '"storage/b.h"'),
            ("src/platform/a.h", '"storage/b.h"'),
            ("src/services/s3/a.cpp", '"services/iam/b.h"'),
            ("src/services/s3/a.cpp", '"net/b.h"'),
            ("src/services/s3/a_test.cpp", '"services/iam/b.h"'),  # a sibling is not lower
            ("src/lang/vtl/a.cpp", '"lang/dynamodb/b.h"'),
            ("src/workers/a.cpp", '"services/lambda/b.h"'),
            ("src/edge/a.cpp", '"storage/b.h"'),
            ("src/edge/a.cpp", '"workers/b.h"'),
            ("src/storage/a.cpp", '"app/b.h"'),
            ("src/net/a.cpp", '"base/json.h"'),
            ("src/lang/vtl/a.cpp", '"base/log.h"'),
            ("src/base/a.cpp", '"json.h"'),
            ("src/base/a.cpp", '"../wire/a.h"'),
            ("src/net/a.cpp", '"net/test_client.h"'),
        ]
        for name, header in forbidden:
            with self.subTest(name=name, header=header):
                self.assert_one(self.include(name, header), f"{name}:{3 if name.endswith('.h') else 2}:")

    def test_heavy_headers(self):
        for name, header in [("src/net/tls.cpp", "<openssl/ssl.h>"),
                             ("src/base/hashes.cpp", "<openssl/evp.h>"),
                             ("src/storage/a.cpp", "<rocksdb/db.h>"),
                             ("src/app/cli/a.cpp", "<CLI/CLI.hpp>"),
                             ("src/base/a_test.cpp", "<gtest/gtest.h>"),
                             ("src/net/test_client.h", "<gtest/gtest.h>"),
                             ("src/net/test_client.h", "<sys/socket.h>"),
                             ("src/services/lambda/a_test.cpp", "<zip.h>"),
                             ("bench/a.cpp", "<rocksdb/db.h>")]:
            with self.subTest(name=name, header=header):
                self.assert_clean(self.include(name, header))
        for name, header in [("src/net/tls.h", "<openssl/ssl.h>"),
                             ("src/base/a.cpp", "<openssl/evp.h>"),
                             ("src/services/s3/a.cpp", "<rocksdb/db.h>"),
                             ("src/services/s3/a.cpp", "<zip.h>"),
                             ("src/services/s3/a.cpp", "<sys/socket.h>"),
                             ("src/wire/a.cpp", "<pugixml.hpp>"),
                             ("src/storage/a.h", "<rocksdb/db.h>"),
                             ("src/base/a.cpp", "<gtest/gtest.h>"),
                             ("src/base/a.cpp", "<boost/context/fiber.hpp>")]:
            with self.subTest(name=name, header=header):
                self.assert_one(self.include(name, header),
                                f"{name}:{3 if name.endswith('.h') else 2}:", header)

    def test_file_sizes(self):
        self.assert_clean({"src/base/a.cpp": OPENING + "int x;\n" * 599})
        self.assert_one({"src/base/a.cpp": OPENING + "int x;\n" * 600}, "src/base/a.cpp:601:",
                        "split the file: 601 lines")
        self.assert_one({"src/base/a.h": HEADER + "int x;\n" * 249}, "src/base/a.h:251:")

    def test_long_lines(self):
        self.assert_clean({"src/base/a.cpp": OPENING + "// " + "é" * 97 + "\n"})
        self.assert_one({"src/base/a.cpp": OPENING + "// " + "x" * 98 + "\n"}, "src/base/a.cpp:2:",
                        "101 columns")
        self.assert_clean({"src/base/a.cpp": OPENING + 'auto x = R"(' + "y" * 200 + ')";\n'})
        self.assert_clean({"tools/a.py": "x = '" + "y" * 200 + "'\n"})

    def test_long_functions(self):
        def body(lines):
            return "  x = 1;\n" * lines
        heads = ["int f() {\n%s}\n",
                 "namespace a {\nint f(int b = 3) {\n%s}\n}  // namespace a\n",
                 "namespace {\nclass A : public B {\n public:\n  void f() const override {\n%s  }\n"
                 "};\n}  // namespace\n",
                 "A::A(int x) : b_{x}, c_(x) {\n%s}\n",
                 "bool A::operator==(const A& o) const {\n%s}\n",
                 "template <class T = int>\nvoid f(T t) {\n%s}\n",
                 "struct tm f(int x) {\n%s}\n",
                 "auto f(int x) -> int {\n%s}\n",
                 "TEST(A, B) {\n%s}\n",
                 "#define M(x) {\nint f() {\n  const char c = '{'; // {\n%s}\n",
                 "const int k = 1'000'000;\nint f() {\n%s}\n"]
        for head in heads:
            with self.subTest(head=head):
                self.assert_clean({"src/base/a.cpp": OPENING + head % body(50)})
                found = problems_of({"src/base/a.cpp": OPENING + head % body(60)})
                self.assertEqual(len(found), 1, found)
                self.assertIn("split the function: 6", found[0])
        data = "const Case kCases[] = {\n" + "  {f(1), 2},\n" * 100 + "};\n"
        many = "class A {\n" + "  int f() { return 1; }\n" * 100 + "};\n"
        table = "std::map<int, int> table{\n" + "    {1, 2},\n" * 100 + "};\n"
        for text in (data, many, table):
            self.assert_clean({"src/base/a.cpp": OPENING + text})

    def test_a_function_is_named_by_its_first_line(self):
        text = OPENING + "\nint g() { return 1; }\n\n// why\nint f(\n    int x) {\n" + \
            "  x = 1;\n" * 60 + "}\n"
        self.assert_one({"src/base/a.cpp": text}, "src/base/a.cpp:6:", "63 lines")

    def test_openings(self):
        self.assert_one({"src/base/a.cpp": "int x;\n"}, "src/base/a.cpp:1:", "open with")
        self.assert_one({"src/base/a.h": OPENING + "int x;\n"}, "src/base/a.h:1:", "#pragma once")
        self.assert_clean({"tests/a.cpp": "int x;\n"})

    def test_names(self):
        for name in ("src/base/utils.cpp", "src/base/json_helpers.cpp", "src/base/common.h",
                     "tools/task-manager.py", "src/base/util/a.cpp"):
            text = HEADER if name.endswith(".h") else OPENING if name.endswith(".cpp") else "x = 1\n"
            with self.subTest(name=name):
                self.assertTrue(any("name it after what it does" in problem
                                    for problem in problems_of({name: text})))
        self.assert_one({"src/base/a.cpp": OPENING + "namespace fairlead::utils {\n}\n"},
                        "src/base/a.cpp:2:", "namespace")
        self.assert_clean({"src/base/utility_bill.cpp": OPENING + "int common = 1;\n"})

    def test_patterns(self):
        bad = ["std::regex r(x);", "std::thread t(f);", "auto t = std::chrono::system_clock::now();",
               "auto t = time(nullptr);", "auto t = ::time(&x);", 'auto e = std::getenv("HOME");',
               "int r = rand();", "auto n = system_clock().now_ms();"]
        for line in bad:
            with self.subTest(line=line):
                self.assert_one({"src/wire/a.cpp": OPENING + line + "\n"}, "src/wire/a.cpp:2:")
        good = ["// std::regex is slow, TIME(x)", 'f("std::thread time(now)");', "x.time();",
                "auto t = request_time(now_ms);", "p->time();", "std::thread::id x;",
                "explicit A(Clock& clock = system_clock());",
                "auto d = system_clock().monotonic_ms();"]
        for line in good:
            with self.subTest(line=line):
                self.assert_clean({"src/wire/a.cpp": OPENING + line + "\n"})
        self.assert_one({"src/services/s3/a.cpp": OPENING + "auto d = system_clock().monotonic_ms();\n"},
                        "src/services/s3/a.cpp:2:")
        self.assert_clean({"src/net/a.cpp": OPENING + "std::thread t(f);\n",
                           "src/app/config.cpp": OPENING + 'getenv("X");\n',
                           "src/base/clock.cpp": OPENING + "clock_gettime(a, b);\n",
                           "src/base/a_test.cpp": OPENING + "std::thread t(f);\n"})
        self.assertTrue(problems_of({"src/base/a_test.cpp": OPENING + "std::regex r;\n"}))

    def test_marks(self):
        self.assert_one({"tools/a.py": f"x = 1  # {MARK}: later\n"}, "tools/a.py:1:", MARK)
        self.assert_one({"src/base/a.cpp": OPENING + f"// {MARK}\n"}, "src/base/a.cpp:2:")
        self.assert_clean({"docs/a.md": f"what a {MARK} is\n"})

    def test_readmes(self):
        self.assertEqual([problem.split(":")[0] for problem in problems_of(
            {"src/base/a.cpp": OPENING, "tools/x/a.py": "x = 1\n", "docs/a.md": "x\n",
             "examples/chat/web/a.js": "x\n"}, readmes=False)],
            ["examples/README.md", "examples/chat/README.md", "src/base/README.md",
             "tools/README.md", "tools/x/README.md"])

    def test_a_readme_names_what_exists(self):
        files = {"src/base/a.h": HEADER, "src/net/b.cpp": OPENING}
        self.assert_clean({**files, "src/base/README.md":
                           "`a.h`, `net/b.cpp`, `*_test.cpp`, `<name>.h`, `zip.h`, plain c.h\n"})
        self.assert_one({**files, "src/base/README.md": "x\n`gone.cpp`\n"}, "src/base/README.md:2:",
                        "gone.cpp does not exist")
        self.assert_one({**files, "src/base/README.md": "`b.cpp`\n"}, "src/base/README.md:1:")

    def test_white_space(self):
        for text, line, part in [("a \n", 1, "space"), ("a\n\tb\n", 2, "tab"), ("a\nb", 2, "newline"),
                                 ("a\r\n", 1, "\\n alone"), ("a\n\n", 2, "empty lines")]:
            with self.subTest(text=text):
                self.assert_one({"docs/a.md": text}, f"docs/a.md:{line}:", part)
        self.assert_clean({"docs/a.md": "", "docs/b.png": b"\x89PNG\r\n\x00 \n",
                           "tests/golden/vtl/a.txt": "a \t"})
        self.assert_one({"docs/a.md": b"\xff\xfe\n"}, "docs/a.md:1:", "UTF-8")


if __name__ == "__main__":
    unittest.main()

"""Modules that a zygote imported before it was known which function runs.

A function that brings its own version of one of them (its own boto3, a queue.py) must get that, as
it would on Lambda, where nothing but the runtime's own modules is loaded before the function's.
"""

import os
import sys

_standard = {}  # top-level names that were loaded ahead: of the standard library
_packages = set()  # and of the runtime's packages (boto3 and what it needs)


def remember(before, packages):
    """`before`: the modules there were; `packages`: top-level names of the runtime's packages."""
    for name in sys.modules:
        if name not in before:
            top = name.partition(".")[0]
            if top in packages:
                _packages.add(top)
            elif top not in before:
                _standard[top] = True


def _own_modules(folder):
    try:
        entries = os.listdir(folder)
    except OSError:
        return
    for entry in entries:
        name, _, extension = entry.partition(".")
        if name not in _packages and name not in _standard:
            continue
        # A folder without __init__.py gives way to any package that has one.
        if extension.rpartition(".")[2] in ("py", "so", "pyc") or os.path.isfile(
                os.path.join(folder, entry, "__init__.py")):
            yield name


def step_aside(folders):
    """Forgets the preloaded modules of which `folders` have others."""
    if not _packages and not _standard:
        return
    own = {name for folder in folders for name in _own_modules(folder)}
    if not own:
        return
    forgotten = own | _packages  # they belong together, and may use what has been replaced
    for name in list(sys.modules):
        if name.partition(".")[0] in forgotten:
            del sys.modules[name]

"""Fairlead's Python runtime: takes a function's invocations from the server, one at a time.

Written for Python 3.8 and newer. A package of its own, so that none of its modules can be taken for
a function's.
"""

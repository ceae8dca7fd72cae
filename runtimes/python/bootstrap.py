"""The program that a Python function's process runs; fairlead_runtime/ has everything."""

from fairlead_runtime import worker

worker.run()

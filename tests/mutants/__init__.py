"""Faults put into the code by hand, and whether the tests find them: `python -m tests.mutants` (`--help` says more)."""

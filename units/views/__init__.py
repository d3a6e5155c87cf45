"""The units, and who holds what on them, over HTTP."""

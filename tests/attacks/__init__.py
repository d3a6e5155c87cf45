"""Attacks on the running service. Those that take long are scripts: python -m tests.attacks.NAME."""

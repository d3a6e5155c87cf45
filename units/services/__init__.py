"""Writes of the `units` app: keyword-only, verb-first, inside the transaction of `units.history.change_sets`."""

"""The project: settings, server, database and the ways of HTTP, which know nothing of plans."""

import gc

# What a process loads stays to its end. It was looked through for garbage 350 times meanwhile, a quarter of what
# starting computes
gc.set_threshold(100_000)

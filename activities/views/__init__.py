"""What was promised and what was done, over HTTP."""

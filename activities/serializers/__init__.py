"""How what was promised and what was done is shown and sent."""

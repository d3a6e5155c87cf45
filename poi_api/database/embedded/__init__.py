"""The PostgreSQL that comes inside a Python package, as a Django engine that starts when first used."""

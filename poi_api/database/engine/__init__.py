"""PostgreSQL as this service uses it."""

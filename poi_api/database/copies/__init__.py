"""Copies of the database in files, made and read by PostgreSQL's own programs."""

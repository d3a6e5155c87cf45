"""Showing something append-only in the answer to its own creation."""

from django.db import connection


def take_place() -> None:
    """Give this transaction's changes their place and moment now, as its commit would: they are to be shown.

    Everybody else's commit waits for ours from here on, so only reading follows.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

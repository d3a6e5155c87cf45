"""Every advisory lock of the product: the arguments that PostgreSQL's lock functions take, as SQL.

A line of an SQL file that takes one names it in a comment.
"""

CHANGE_ORDER = "7306001, 0"  # held from a change set's place in the order to its commit
UNIT_TREE = "7306001, 1"  # one writer at a time moves units
KEPT_TOTALS = "7306001, 2"  # one reader at a time keeps totals
IMPORTS = "7306002, 0"  # one import at a time
UNIT_NAMES = "7306003, (%s %% 2147483647)::int"  # one writer at a time changes the names of an institution's units
IDEMPOTENCY_KEY = "7306004, %s"  # one request at a time with a key
CATALOGUES = "7306005, 0"  # one writer at a time gives an entry of a catalogue its code
EXPORTS = "7306006, slot"  # as many large exports at once as there are slots
IMPORT_SLOTS = "7306009, slot"  # as many documents at once as there are slots
LOGIN_CHECK = "7306007, 0"  # one password at a time is hashed to log somebody in
PLANNERS = "7306008, 0"  # one planner at a time loses the role
USER_NAMES = "7306010, 0"  # one person at a time gets a user name
FIRST_RUN = "20220101"  # one process at a time prepares the database

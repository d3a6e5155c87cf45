"""Tables whose rows do something when they are committed."""


def late(table: str, act: str) -> str:
    """Return what makes a temporary table of numbers (`said`), at whose commit `act` is done for each row (`NEW`)."""
    return f"""
        CREATE TEMP TABLE {table} (said int);
        CREATE FUNCTION pg_temp.{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {act}; RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER {table} AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION pg_temp.{table}()"""

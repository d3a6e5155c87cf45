-- What PostgreSQL knows of tables that an import has just filled: plans are made by it, and autovacuum comes up to a minute
-- later. Statistics that it took meanwhile do not count what was not committed.
-- Reads units_unit, units_change, units_lastchange, activities_plan, activities_activity, activities_targetrevision,
-- activities_progressentry, activities_figure and activities_appliedrow, and writes nothing but their statistics.

-- The one function that runs as the owner, because before PostgreSQL 17 only an owner may have statistics taken. They
-- count the rows of the transaction that asks, and count when it commits. Somebody else who keeps a table (VACUUM, an
-- index being made) is not waited for: statistics come with autovacuum then.
CREATE FUNCTION know_what_was_imported() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
BEGIN
    ANALYZE units_unit, units_change, units_lastchange, activities_plan, activities_activity, activities_targetrevision,
            activities_progressentry, activities_figure, activities_appliedrow;
EXCEPTION WHEN lock_not_available THEN
    RAISE LOG 'No statistics were taken of what was imported: %', SQLERRM;
END $$;

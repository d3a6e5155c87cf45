"""The SQL of the views that show a recorded table as it was known at a moment: templates, which a `Recorder` fills in.

Each has the name and the columns of its table, in the schema `past` (units/sql/past.sql).
"""

# Rows that nothing happened to since are as they are. Of the others a later change says what was before; the earliest
# says it last. A row that was made later was not known. They come from a function, so that a statement that names the
# view often is not planned at length each time.
EDITABLE = """
CREATE FUNCTION former_{entity}() RETURNS SETOF {table}
LANGUAGE plpgsql STABLE ROWS 10 SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE edited bigint[] := changed_later('{entity}');
BEGIN
    IF edited IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT was.*
      FROM unnest(edited) AS edited_id
     CROSS JOIN LATERAL (
           SELECT jsonb_object_agg(member.key, member.value ORDER BY undone.id DESC)
                      FILTER (WHERE member.key IS NOT NULL) AS before
             FROM past.undone LEFT JOIN LATERAL jsonb_each(undone.before) member ON true
            WHERE undone.entity = '{entity}' AND undone.object_id = edited_id
           HAVING NOT bool_or(operation = 'created'{and_not_referred_to})) later
      LEFT JOIN {table} r ON r.id = edited_id
     CROSS JOIN LATERAL (SELECT coalesce(to_jsonb(r), '{{}}') || coalesce(later.before, '{{}}') AS image) undone
     CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, undone.image
                            || jsonb_build_object('name_key', poi_fold(undone.image ->> 'name'))) AS was;
END $$;
CREATE VIEW past.{table} AS
SELECT r.* FROM public.{table} r WHERE r.id NOT IN (SELECT unnest(changed_later('{entity}')))
 UNION ALL
SELECT * FROM former_{entity}();
"""
# A first import is known since before it was committed. What it refers to may have been made meanwhile: such a row
# was not known, but it is kept, as it was made, so that nothing that refers to it is lost.
AND_NOT_REFERRED_TO = " AND position > coalesce((SELECT position FROM past.backdated), 0)"

APPEND_ONLY = """
CREATE VIEW past.{table} AS
SELECT r.* FROM public.{table} r WHERE r.change_set_id NOT IN (SELECT id FROM past.later);
"""

# Where each object is in the tree today; one that was deleted, where it was last. Who sees that sees the object's past.
PLACE = """
CREATE VIEW past.place_of_{entity} AS
SELECT r.id, u.path FROM public.{table} r JOIN public.units_unit u ON u.id = {unit}
 UNION ALL
SELECT object_id, previous_path FROM public.units_change WHERE entity = '{entity}' AND operation = 'deleted';
"""

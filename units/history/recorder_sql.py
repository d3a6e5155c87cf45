"""The SQL of a recorder: templates of its functions, whose parts a `Recorder` fills in.

Every one reads the rows that a statement wrote, and `units_unit` for their units; it writes `units_change`. The
triggers that run them, and the views, are made by procedures (units/sql/append_only.sql, changes.sql, past.sql).
"""

# A row of history names the change set it came with; it must be this transaction's own: `changes_are_recorded` sees to
# that for the changes. What is added to one object at once is one row.
APPEND_ONLY = """
CREATE FUNCTION record_{entity}() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, '{entity}', ids[1], nullif(ids[2:], '{{}}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, {part_of}, {unit}, array_agg(r.id ORDER BY r.id)
              FROM new_rows r{joins}
             GROUP BY 1, 2, 3{and_each}) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('{table}', 'record_{entity}');
"""

EDITABLE = """
CREATE FUNCTION record_{entity}() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, operation, after)
        SELECT (SELECT open_change_set()), '{entity}', r.id, {part_of}, {unit}, 'created',
               {new_image}
          FROM new_rows r{joins}
         ORDER BY r.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), '{entity}', r.id, {part_of}, {unit},
               {path_before},
               {update},
               changed_columns({old_image}, {new_image}),
               changed_columns({new_image}, {old_image})
          FROM new_rows r JOIN old_rows o ON o.id = r.id{joins}
         WHERE {old_image} IS DISTINCT FROM {new_image}
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before)
        SELECT (SELECT open_change_set()), '{entity}', r.id, {part_of}, {unit},
               {path_at_end}, 'deleted', {new_image}
          FROM old_rows r{joins}
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CALL make_editable('{table}', 'record_{entity}');
"""

# When a unit moves in the tree its objects move along. None is missed: an update of a unit waits for all that refer to
# it and are about to commit, because its triggers might change a key, and what comes later is put into the moved unit.
MOVED_ALONG = """
CREATE FUNCTION moved_along_{entity}() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, previous_path, operation)
    SELECT (SELECT open_change_set()), '{entity}', r.id, {part_of}, {unit},
           moved_from.path, 'moved'
      FROM {table} r{joins}
      JOIN new_rows moved_to ON moved_to.id = {unit}
      JOIN old_rows moved_from ON moved_from.id = moved_to.id AND moved_from.path <> moved_to.path
     ORDER BY r.id;
    RETURN NULL;
END $$;
CREATE TRIGGER moved_along_{entity} AFTER UPDATE ON units_unit
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION moved_along_{entity}();
"""

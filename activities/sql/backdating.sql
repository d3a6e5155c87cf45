-- Nothing is backdated but the first import into an empty plan, known from 00:00 in Lima of the document's own
-- cut-off day (domain.md, rule 9). Looked at only where a change set says `known_from`, and after its place
-- was taken: whoever filled the plan before has committed and is seen. What could not be asked for a past
-- moment (units, catalogues, the plan's header) is let through as far as an import makes it.
-- Reads units_change, activities_activity, activities_plan, activities_planversion, activities_progressentry,
-- activities_import and activities_importapplication, when units_changeset is written.

-- Whether a change set is such an import, known since the day that its document says. Everybody else's commit waits
-- meanwhile: so its changes are counted, and none is looked for among all others, whatever the statistics say of tables
-- that it has just filled.
CREATE FUNCTION is_first_import(change_set bigint, known_since timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE the_plan bigint; plans bigint; made bigint; is_made_by_imports boolean;
BEGIN
    SELECT count(*) FILTER (WHERE c.entity = 'activity' AND c.operation = 'created'),
           bool_and(c.operation = 'created' AND c.entity = ANY (ARRAY[
                        'unit', 'unit_alias', 'mef_activity', 'measurement_unit', 'plan', 'plan_version',
                        'period', 'activity', 'target_revision', 'progress_entry', 'import', 'import_application'])
                    OR c.operation = 'updated' AND c.entity IN ('plan', 'activity'))
      INTO made, is_made_by_imports
      FROM units_change c WHERE c.change_set_id = change_set;
    SELECT min(a.plan_id), count(DISTINCT a.plan_id) INTO the_plan, plans
      FROM (SELECT DISTINCT coalesce(c.part_of_id, c.object_id) AS id
              FROM units_change c
             WHERE c.change_set_id = change_set AND (c.part_of_id IS NOT NULL OR c.entity = 'activity')) AS touched
      JOIN activities_activity a ON a.id = touched.id;
    RETURN plans = 1
       -- nothing but what an import makes
       AND is_made_by_imports
       -- into a plan that had no activity: all that it has are those that were made
       AND made = (SELECT count(*) FROM activities_activity a WHERE a.plan_id = the_plan)
       -- of a year that had no other plan with activities either: one may have been struck out
       AND NOT EXISTS (
           SELECT FROM activities_plan p JOIN activities_plan o USING (institution_id, year)
             JOIN activities_activity a ON a.plan_id = o.id
            WHERE p.id = the_plan AND o.id <> p.id)
       -- and into no other plan: what was promised at first, and what holds by now
       AND NOT EXISTS (
           SELECT FROM units_change c JOIN activities_planversion v ON v.id = c.object_id
            WHERE c.change_set_id = change_set AND c.entity = 'plan_version'
              AND (v.plan_id <> the_plan OR v.number > 2))
       -- the plan has no entries but these
       AND NOT EXISTS (
           SELECT FROM activities_activity a JOIN activities_progressentry e ON e.activity_id = a.id
            WHERE a.plan_id = the_plan AND e.origin <> 'import')
       -- out of one document, from its own day
       AND (SELECT count(*) = 1
                   AND bool_and(coalesce(x.plan_id = the_plan AND known_since
                                         = i.cut_off::timestamp AT TIME ZONE 'America/Lima', false))
              FROM units_change c JOIN activities_importapplication x ON x.id = c.object_id
              JOIN activities_import i ON i.id = x.source_id
             WHERE c.change_set_id = change_set AND c.entity = 'import_application');
END $$;

-- Refuse any other change set that says `known_from`.
CREATE FUNCTION only_first_import_is_backdated() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM units_change WHERE change_set_id = NEW.id)
       AND NOT is_first_import(NEW.id, NEW.known_from) THEN
        RAISE EXCEPTION 'Solo la primera importación a un plan sin actividades se conoce desde el corte de su documento.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'only_first_import_is_backdated',
                  TABLE = 'units_changeset';
    END IF;
    RETURN NULL;
END $$;

-- Its name comes after `change_set_takes_position`, and so does it.
CREATE CONSTRAINT TRIGGER only_first_import_is_backdated AFTER INSERT ON units_changeset
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.known_from IS NOT NULL)
EXECUTE FUNCTION only_first_import_is_backdated();

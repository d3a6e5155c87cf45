CREATE FUNCTION plan_belongs_to_institution() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.institution_id <> OLD.institution_id THEN
        RAISE EXCEPTION 'Un plan operativo no cambia de institución.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_stays_in_institution';
    END IF;
    IF NOT EXISTS (SELECT FROM units_unit WHERE id = NEW.institution_id AND kind = 'institution') THEN
        RAISE EXCEPTION 'Un plan operativo pertenece a una institución.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'plan_belongs_to_institution';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_belongs_to_institution BEFORE INSERT OR UPDATE OF institution_id ON activities_plan
FOR EACH ROW EXECUTE FUNCTION plan_belongs_to_institution();

CREATE FUNCTION plan_version_stands_alone() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM activities_plan WHERE id = NEW.plan_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM activities_planversion v
                WHERE v.plan_id = NEW.plan_id AND v.number = NEW.number
                  AND NOT EXISTS (SELECT FROM activities_approvalwithdrawal w WHERE w.version_id = v.id)) THEN
        RAISE EXCEPTION 'El plan ya tiene una versión con ese número.'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'plan_version_number_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_version_stands_alone BEFORE INSERT ON activities_planversion
FOR EACH ROW EXECUTE FUNCTION plan_version_stands_alone();

CREATE FUNCTION activity_unit_in_institution() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM units_unit u JOIN activities_plan p ON p.institution_id = u.institution_id
                    WHERE u.id = NEW.unit_id AND p.id = NEW.plan_id) THEN
        RAISE EXCEPTION 'La unidad de una actividad es de la institución de su plan.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'activity_unit_in_institution';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activity_unit_in_institution BEFORE INSERT OR UPDATE OF unit_id, plan_id ON activities_activity
FOR EACH ROW EXECUTE FUNCTION activity_unit_in_institution();

CALL make_append_only('activities_importrow');

CREATE FUNCTION import_rows_come_with_import() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows r LEFT JOIN activities_import i ON i.id = r.source_id
                WHERE i.change_set_id IS DISTINCT FROM r.change_set_id
                   OR r.change_set_id <> (SELECT open_change_set())) THEN
        RAISE EXCEPTION 'Las filas de una importación se registran junto con ella.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'import_rows_come_with_import';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER import_rows_come_with_import AFTER INSERT ON activities_importrow
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION import_rows_come_with_import();

CALL make_append_only('activities_appliedrow');

CREATE FUNCTION applied_rows_come_with_application() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows r LEFT JOIN activities_importapplication a ON a.id = r.application_id
                 LEFT JOIN activities_importrow i ON i.id = r.row_id
                WHERE a.change_set_id IS DISTINCT FROM r.change_set_id OR a.source_id IS DISTINCT FROM i.source_id
                   OR r.change_set_id <> (SELECT open_change_set())) THEN
        RAISE EXCEPTION 'Las filas aplicadas se registran junto con la aplicación de su importación.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'applied_rows_come_with_application';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER applied_rows_come_with_application AFTER INSERT ON activities_appliedrow
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION applied_rows_come_with_application();

CREATE TABLE activities_standing (
    plan_id bigint NOT NULL,
    activities bigint NOT NULL
);
CREATE INDEX activities_standing_plan ON activities_standing (plan_id);

CREATE FUNCTION count_standing() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE come bigint[]; gone bigint[];
BEGIN
    IF TG_OP <> 'DELETE' THEN
        SELECT array_agg(plan_id) INTO come FROM new_rows WHERE NOT is_struck_out;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT array_agg(plan_id) INTO gone FROM old_rows WHERE NOT is_struck_out;
    END IF;
    WITH steps AS (
        SELECT plan_id, sum(step) AS activities
          FROM (SELECT unnest(come) AS plan_id, 1 AS step UNION ALL SELECT unnest(gone), -1) AS each
         GROUP BY plan_id HAVING sum(step) <> 0
    ), known AS (
        DELETE FROM activities_standing
         WHERE ctid = ANY (ARRAY(SELECT s.ctid FROM activities_standing s WHERE s.plan_id IN (SELECT plan_id FROM steps)
                                    FOR UPDATE SKIP LOCKED))
        RETURNING plan_id, activities
    )
    INSERT INTO activities_standing (plan_id, activities)
    SELECT plan_id, sum(activities) FROM (SELECT * FROM steps UNION ALL SELECT * FROM known) AS parts GROUP BY plan_id;
    RETURN NULL;
END $$;
CREATE TRIGGER standing_come AFTER INSERT ON activities_activity REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION count_standing();
CREATE TRIGGER standing_change AFTER UPDATE ON activities_activity
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION count_standing();
CREATE TRIGGER standing_go AFTER DELETE ON activities_activity REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION count_standing();

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

CREATE FUNCTION only_first_import_is_backdated() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM units_change WHERE change_set_id = NEW.id)
       AND NOT is_first_import(NEW.id, NEW.known_from) THEN
        RAISE EXCEPTION 'Solo la primera importación a un plan sin actividades se conoce desde el corte de su documento.'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'only_first_import_is_backdated';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER only_first_import_is_backdated AFTER INSERT ON units_changeset
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.known_from IS NOT NULL)
EXECUTE FUNCTION only_first_import_is_backdated();

CREATE TYPE measure AS (programmed numeric, executed numeric);

CREATE FUNCTION measure(accumulation text, programmed numeric[], executed numeric[]) RETURNS measure
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    p numeric; e numeric;
    expected int := 0; sum_p numeric := 0; last_p numeric := 0;                            -- of months above 0
    reported int := 0; sum_e numeric := 0; last_e numeric := 0; met boolean := false;
    result measure;
BEGIN
    FOR i IN 1 .. cardinality(programmed) LOOP
        p := programmed[i]; e := executed[i];
        IF p > 0 THEN
            expected := expected + 1; sum_p := sum_p + p; last_p := p;
        END IF;
        IF e IS NOT NULL THEN
            met := met OR p > 0;
            reported := reported + 1; sum_e := sum_e + e;
            -- a 0 of nothing says nothing of a stock
            IF p > 0 OR e > 0 THEN
                last_e := e;
            END IF;
        END IF;
    END LOOP;
    IF accumulation = 'sum' THEN
        result := (sum_p * 27720, sum_e * 27720);
    ELSIF accumulation = 'last' THEN
        result := (last_p * 27720, last_e * 27720);
    ELSE
        result := (sum_p * (27720 / greatest(expected, 1)), sum_e * (27720 / greatest(reported, 1)));
    END IF;
    IF expected > 0 AND NOT met THEN
        result.executed := NULL;
    END IF;
    RETURN result;
END $$;

CREATE FUNCTION annual_target(accumulation text, programmed numeric[]) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (measure(accumulation, programmed, array_fill(NULL::numeric, ARRAY[12]))).programmed;

CREATE FUNCTION shown(scaled numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN trim_scale(div(scaled * 2000 + 27720, 55440) * 0.001);

CREATE FUNCTION progress(executed numeric, programmed numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN trim_scale(round(div(executed * 100000, nullif(programmed, 0)) * 0.001, 2));

CREATE FUNCTION band(progress numeric, green_from numeric, amber_from numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN progress >= green_from THEN 'green' WHEN progress >= amber_from THEN 'amber'
            WHEN progress IS NOT NULL THEN 'red' END;

CREATE TYPE measures AS (
    quarter_programmed numeric[], quarter_executed numeric[], quarter_progress numeric[],
    annual_target numeric, executed_total numeric, progress numeric);

CREATE FUNCTION quarter_sum(programmed numeric, p numeric[], e numeric[], last int) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN programmed = 0 OR p[last - 2] > 0 AND e[last - 2] IS NOT NULL
                 OR p[last - 1] > 0 AND e[last - 1] IS NOT NULL OR p[last] > 0 AND e[last] IS NOT NULL
            THEN trim_scale(coalesce(e[last - 2], 0) + coalesce(e[last - 1], 0) + coalesce(e[last], 0)) END;

CREATE FUNCTION measures_of_sum(p numeric[], e numeric[], qp numeric[], year_p numeric) RETURNS measures
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    qe numeric[] := ARRAY[quarter_sum(qp[1], p, e, 3), quarter_sum(qp[2], p, e, 6),
                          quarter_sum(qp[3], p, e, 9), quarter_sum(qp[4], p, e, 12)];
    year_e numeric := trim_scale(qe[1] + qe[2] + qe[3] + qe[4]);
BEGIN
    IF year_e IS NULL AND (year_p = 0 OR qp[1] > 0 AND qe[1] IS NOT NULL OR qp[2] > 0 AND qe[2] IS NOT NULL
                           OR qp[3] > 0 AND qe[3] IS NOT NULL OR qp[4] > 0 AND qe[4] IS NOT NULL) THEN
        year_e := trim_scale(
            coalesce(e[1], 0) + coalesce(e[2], 0) + coalesce(e[3], 0) + coalesce(e[4], 0)
            + coalesce(e[5], 0) + coalesce(e[6], 0) + coalesce(e[7], 0) + coalesce(e[8], 0)
            + coalesce(e[9], 0) + coalesce(e[10], 0) + coalesce(e[11], 0) + coalesce(e[12], 0));
    END IF;
    RETURN (qp, qe, ARRAY[progress(qe[1], qp[1]), progress(qe[2], qp[2]), progress(qe[3], qp[3]), progress(qe[4], qp[4])],
            year_p, year_e, progress(year_e, year_p))::measures;
END $$;

CREATE FUNCTION measures(accumulation text, programmed numeric[], executed numeric[]) RETURNS measures
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    result measures; quarter measure; total measure; p ALIAS FOR programmed; quarters numeric[];
BEGIN
    IF accumulation = 'sum' THEN
        quarters := ARRAY[trim_scale(p[1] + p[2] + p[3]), trim_scale(p[4] + p[5] + p[6]),
                          trim_scale(p[7] + p[8] + p[9]), trim_scale(p[10] + p[11] + p[12])];
        RETURN measures_of_sum(p, executed, quarters, trim_scale(quarters[1] + quarters[2] + quarters[3] + quarters[4]));
    END IF;
    FOR q IN 0 .. 3 LOOP
        quarter := measure(accumulation, programmed[q * 3 + 1 : q * 3 + 3], executed[q * 3 + 1 : q * 3 + 3]);
        result.quarter_programmed := result.quarter_programmed || shown(quarter.programmed);
        result.quarter_executed := result.quarter_executed || shown(quarter.executed);
        result.quarter_progress := result.quarter_progress || progress(quarter.executed, quarter.programmed);
    END LOOP;
    total := measure(accumulation, programmed, executed);
    result.annual_target := shown(total.programmed);
    result.executed_total := shown(total.executed);
    result.progress := progress(total.executed, total.programmed);
    RETURN result;
END $$;

CREATE FUNCTION executed_with_pending(executed numeric[], pending numeric[], pending_version int[]) RETURNS numeric[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(SELECT CASE WHEN v IS NULL THEN e ELSE p END
               FROM unnest(executed, pending, pending_version) WITH ORDINALITY AS u (e, p, v, month) ORDER BY month);

CREATE FUNCTION reference_json(id bigint, code text, name text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN '{"id":' || id || ',"code":' || to_json(code) || ',"name":' || to_json(name) || '}';

CREATE FUNCTION number_json(quantity numeric) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(quantity::text, 'null');

CREATE FUNCTION moment_json(moment timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce('"' || to_char(moment AT TIME ZONE interval '-5 hours', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '-05:00"', 'null');

CREATE FUNCTION period_json(programmed numeric, executed numeric, progress numeric) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN '{"programmed":' || programmed || ',"executed":' || coalesce(executed::text, 'null')
    || ',"progress":' || coalesce(progress::text, 'null') || '}';

CREATE FUNCTION measures_json(p numeric[], e numeric[], of_quarters numeric[],
                              annual_target numeric, executed_total numeric, progress numeric) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN '"quarters":[' || period_json(p[1], e[1], of_quarters[1]) || ',' || period_json(p[2], e[2], of_quarters[2])
    || ',' || period_json(p[3], e[3], of_quarters[3]) || ',' || period_json(p[4], e[4], of_quarters[4])
    || '],"annual_target":' || annual_target || ',"executed_total":' || number_json(executed_total)
    || ',"progress":' || number_json(progress);

CREATE FUNCTION band_json(progress numeric, green_from numeric, amber_from numeric) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN '"band":' || coalesce('"' || band(progress, green_from, amber_from) || '"', 'null')
    || ',"over":' || CASE WHEN progress > 100 THEN 'true' ELSE 'false' END;

CREATE FUNCTION months_json(programmed numeric[], executed numeric[], pending numeric[], pending_version int[],
                            status text[], late boolean[], entry_version int[], reason text[], evidence_url text[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (
    SELECT '[' || string_agg(
               '{"month":' || m.month || ',"programmed":' || m.programmed || ',"executed":' || number_json(m.executed)
               || ',"pending":' || CASE WHEN m.pending_version IS NULL THEN 'null'
                  ELSE '{"executed":' || number_json(m.pending) || ',"entry_version":' || m.pending_version || '}' END
               || ',"status":"' || m.status || '","late":' || coalesce(m.late::text, 'null')
               || ',"entry_version":' || m.entry_version
               || ',"reason":' || coalesce(to_json(m.reason)::text, 'null')
               || ',"evidence_url":' || coalesce(to_json(m.evidence_url)::text, 'null') || '}',
               ',' ORDER BY m.month) || ']'
      FROM unnest(programmed, executed, pending, pending_version, status, late, entry_version, reason, evidence_url)
           WITH ORDINALITY AS m (programmed, executed, pending, pending_version, status, late, entry_version,
                                 reason, evidence_url, month));

CREATE FUNCTION targets(ids bigint[], up_to_version int, moment timestamptz)
RETURNS TABLE (activity_id bigint, programmed numeric[], cancelled_from int)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT DISTINCT ON (r.activity_id) r.activity_id,
           (SELECT array_agg(trim_scale(q) ORDER BY month) FROM unnest(r.programmed) WITH ORDINALITY u(q, month)),
           r.cancelled_from::int
      FROM activities_targetrevision r
     WHERE r.activity_id = ANY (ids)
       AND (up_to_version IS NULL OR r.version <= up_to_version)
       AND (moment IS NULL OR EXISTS (SELECT FROM units_changeset c
                                       WHERE c.id = r.change_set_id AND coalesce(c.known_from, c.committed_at) <= moment))
     ORDER BY r.activity_id, r.version DESC, r.id DESC;
END;

CREATE FUNCTION judged_entries(ids bigint[], moment timestamptz)
RETURNS TABLE (activity_id bigint, month smallint, entry_version int, executed numeric, status text,
               late boolean, reason text, evidence_url text)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT e.activity_id, e.month, e.entry_version::int, trim_scale(e.executed),
           CASE latest.verdict WHEN 'accept' THEN 'accepted' WHEN 'return' THEN 'returned'
                ELSE CASE WHEN e.needs_review THEN 'submitted' ELSE 'accepted' END END,
           e.is_late, e.reason, e.evidence_url::text
      FROM activities_progressentry e
      LEFT JOIN LATERAL (
          SELECT r.verdict FROM activities_review r
           WHERE r.entry_id = e.id
             AND (moment IS NULL OR EXISTS (SELECT FROM units_changeset c
                                             WHERE c.id = r.change_set_id
                                               AND coalesce(c.known_from, c.committed_at) <= moment))
           ORDER BY r.id DESC LIMIT 1) latest ON true
     WHERE e.activity_id = ANY (ids)
       AND (moment IS NULL OR EXISTS (SELECT FROM units_changeset c
                                       WHERE c.id = e.change_set_id AND coalesce(c.known_from, c.committed_at) <= moment));
END;

CREATE FUNCTION figure_rows(ids bigint[], up_to_version int, moment timestamptz)
RETURNS TABLE (activity_id bigint, programmed numeric[], cancelled_from int, executed numeric[], late boolean[],
               reason text[], evidence_url text[], pending numeric[], pending_version int[], entry_version int[],
               status text[])
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH entry AS MATERIALIZED (
        SELECT * FROM judged_entries(ids, moment)
    ), newest AS (
        SELECT DISTINCT ON (activity_id, month) * FROM entry
         ORDER BY activity_id, month, entry_version DESC
    ), official AS (
        SELECT DISTINCT ON (activity_id, month) * FROM entry WHERE status = 'accepted'
         ORDER BY activity_id, month, entry_version DESC
    ), months AS (
        SELECT a.id,
               array_agg(o.executed ORDER BY m.month) AS executed,
               array_agg(o.late ORDER BY m.month) AS late,
               array_agg(o.reason ORDER BY m.month) AS reason,
               array_agg(o.evidence_url ORDER BY m.month) AS evidence_url,
               array_agg(CASE WHEN n.status = 'submitted' THEN n.executed END ORDER BY m.month) AS pending,
               array_agg(CASE WHEN n.status = 'submitted' THEN n.entry_version END ORDER BY m.month)
                   AS pending_version,
               array_agg(coalesce(n.entry_version, 0) ORDER BY m.month) AS entry_version,
               array_agg(coalesce(n.status, 'unreported') ORDER BY m.month) AS status
          FROM (SELECT DISTINCT unnest(ids)) AS a (id)
         CROSS JOIN generate_series(1, 12) AS m (month)
          LEFT JOIN newest n ON n.activity_id = a.id AND n.month = m.month
          LEFT JOIN official o ON o.activity_id = a.id AND o.month = m.month
         GROUP BY a.id
    )
    SELECT months.id,
           coalesce(asked.programmed, array_fill(0::numeric, ARRAY[12])),
           asked.cancelled_from,
           months.executed, months.late, months.reason, months.evidence_url,
           months.pending, months.pending_version, months.entry_version, months.status
      FROM months
      LEFT JOIN targets(ids, up_to_version, moment) AS asked ON asked.activity_id = months.id;
END $$;

CREATE FUNCTION with_months(figures anyarray, months int[], others anyarray) RETURNS anyarray
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    FOR i IN 1 .. coalesce(cardinality(months), 0) LOOP
        figures[months[i]] := others[i];
    END LOOP;
    RETURN figures;
END $$;

CREATE FUNCTION former_figures(ids bigint[], moment timestamptz)
RETURNS TABLE (activity_id bigint, is_retargeted boolean, programmed numeric[], cancelled_from int, months int[],
               executed numeric[], late boolean[], reason text[], evidence_url text[], pending numeric[],
               pending_version int[], entry_version int[], status text[])
LANGUAGE plpgsql STABLE ROWS 100 SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH later AS MATERIALIZED (
        SELECT c.part_of_id AS activity_id, c.entity, unnest(c.object_id || c.further_ids) AS object_id
          FROM unnest(ids) AS wanted (id) JOIN units_change c ON c.part_of_id = wanted.id
         -- compared as a pair, so that no index of all that came later is looked through
         WHERE (c.part_of_id, c.change_set_id) >= (wanted.id, current_setting('poi.first_later')::bigint)
    ), made_anew AS MATERIALIZED (
        SELECT activity_id FROM later GROUP BY activity_id HAVING count(*) > 4
         UNION
        SELECT id FROM unnest(ids) AS wanted (id)
         WHERE NOT EXISTS (SELECT FROM activities_figure f WHERE f.activity_id = wanted.id)
    ), single AS MATERIALIZED (
        SELECT * FROM later WHERE activity_id NOT IN (SELECT activity_id FROM made_anew)
    ), said AS MATERIALIZED (
        SELECT e.activity_id, e.month
          FROM single s JOIN activities_progressentry e ON e.id = s.object_id WHERE s.entity = 'progress_entry'
         UNION
        SELECT e.activity_id, e.month
          FROM single s JOIN activities_review r ON r.id = s.object_id
          JOIN activities_progressentry e ON e.id = r.entry_id WHERE s.entity = 'review'
    ), entry AS MATERIALIZED (
        SELECT j.* FROM said s CROSS JOIN LATERAL judged_entries(ARRAY[s.activity_id], moment) j WHERE j.month = s.month
    ), newest AS (
        SELECT DISTINCT ON (activity_id, month) * FROM entry ORDER BY activity_id, month, entry_version DESC
    ), official AS (
        SELECT DISTINCT ON (activity_id, month) * FROM entry WHERE status = 'accepted'
         ORDER BY activity_id, month, entry_version DESC
    ), known AS (
        SELECT activity_id, array_agg(month::int) AS months, array_agg(o.executed) AS executed,
               array_agg(o.late) AS late, array_agg(o.reason) AS reason, array_agg(o.evidence_url) AS evidence_url,
               array_agg(CASE WHEN n.status = 'submitted' THEN n.executed END) AS pending,
               array_agg(CASE WHEN n.status = 'submitted' THEN n.entry_version END) AS pending_version,
               array_agg(coalesce(n.entry_version, 0)) AS entry_version,
               array_agg(coalesce(n.status, 'unreported')) AS status
          FROM said LEFT JOIN newest n USING (activity_id, month) LEFT JOIN official o USING (activity_id, month)
         GROUP BY activity_id
    ), retargeted AS MATERIALIZED (
        SELECT DISTINCT activity_id FROM single WHERE entity = 'target_revision'
    )
    SELECT changed.activity_id, r.activity_id IS NOT NULL,
           coalesce(t.programmed, array_fill(0::numeric, ARRAY[12])), t.cancelled_from,
           known.months, known.executed, known.late, known.reason, known.evidence_url, known.pending,
           known.pending_version, known.entry_version, known.status
      FROM (SELECT DISTINCT activity_id FROM single) changed
      LEFT JOIN known ON known.activity_id = changed.activity_id
      LEFT JOIN retargeted r ON r.activity_id = changed.activity_id
      LEFT JOIN targets(ARRAY(SELECT activity_id FROM retargeted), NULL, moment) t ON t.activity_id = changed.activity_id
     UNION ALL
    SELECT f.activity_id, true, f.programmed, f.cancelled_from, ARRAY[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
           f.executed, f.late, f.reason, f.evidence_url, f.pending, f.pending_version, f.entry_version, f.status
      FROM figure_rows(ARRAY(SELECT activity_id FROM made_anew), NULL, moment) f;
END $$;

ALTER TABLE activities_figure SET (fillfactor = 70);

CREATE FUNCTION hold_activities(ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM activities_activity WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
END $$;

CREATE FUNCTION refresh_figures(ids bigint[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE amended bigint;
BEGIN
    PERFORM hold_activities(ids);
    INSERT INTO activities_figure AS f (
           activity_id, programmed, cancelled_from, executed, late, reason, evidence_url, pending, pending_version,
           entry_version, status, quarter_programmed, quarter_executed, quarter_progress, annual_target, executed_total,
           progress)
    SELECT t.*, m.*
      FROM figure_rows(ids, NULL, NULL) t
      JOIN activities_activity a ON a.id = t.activity_id
     CROSS JOIN LATERAL measures(a.accumulation, t.programmed, t.executed) m
        ON CONFLICT (activity_id) DO UPDATE SET (
           programmed, cancelled_from, executed, late, reason, evidence_url, pending, pending_version, entry_version,
           status, quarter_programmed, quarter_executed, quarter_progress, annual_target, executed_total, progress) = (
           excluded.programmed, excluded.cancelled_from, excluded.executed, excluded.late, excluded.reason,
           excluded.evidence_url, excluded.pending, excluded.pending_version, excluded.entry_version, excluded.status,
           excluded.quarter_programmed, excluded.quarter_executed, excluded.quarter_progress,
           excluded.annual_target, excluded.executed_total, excluded.progress)
     WHERE f.* IS DISTINCT FROM excluded.*;
    GET DIAGNOSTICS amended = ROW_COUNT;
    RETURN amended;
END $$;

CREATE FUNCTION figures_follow() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE ids bigint[];
BEGIN
    IF TG_TABLE_NAME = 'activities_activity' THEN
        SELECT array_agg(id ORDER BY id) INTO ids FROM new_rows;
    ELSIF TG_TABLE_NAME = 'activities_review' THEN
        SELECT array_agg(DISTINCT e.activity_id) INTO ids
          FROM new_rows r JOIN activities_progressentry e ON e.id = r.entry_id;
    ELSE
        SELECT array_agg(DISTINCT activity_id) INTO ids FROM new_rows;
    END IF;
    IF ids IS NOT NULL THEN
        PERFORM refresh_figures(ids);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER figures_follow AFTER INSERT ON activities_activity REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION figures_follow();
CREATE TRIGGER figures_follow AFTER INSERT ON activities_targetrevision REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION figures_follow();
CREATE TRIGGER figures_follow AFTER INSERT ON activities_review REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION figures_follow();

CREATE FUNCTION remove_figure() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM activities_progressentry WHERE activity_id = OLD.id) THEN
        RAISE EXCEPTION 'Una actividad con avances registrados no se borra.'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'entries_have_activity';
    END IF;
    DELETE FROM activities_figure WHERE activity_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER remove_figure AFTER DELETE ON activities_activity
FOR EACH ROW EXECUTE FUNCTION remove_figure();

CREATE FUNCTION figures_follow_entries() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    stale bigint[] := '{}'; known record; is_stale boolean; e activities_progressentry; m int;
    executed numeric[]; entry_version int[]; measured measures; figures activities_figure[];
BEGIN
    PERFORM FROM activities_activity
      WHERE id = ANY (ARRAY(SELECT r.activity_id FROM new_rows r)) ORDER BY id FOR NO KEY UPDATE;
    FOR known IN
        SELECT r.activity_id, r.entries, a.accumulation, f.programmed, f.executed, f.late, f.reason, f.evidence_url,
               f.pending, f.pending_version, f.entry_version, f.status, f.quarter_programmed, f.annual_target
          FROM (SELECT r.activity_id, array_agg(r::activities_progressentry ORDER BY r.month, r.entry_version) AS entries
                  FROM new_rows r GROUP BY r.activity_id) AS r
          LEFT JOIN activities_figure f ON f.activity_id = r.activity_id
          LEFT JOIN activities_activity a ON a.id = r.activity_id
    LOOP
        IF known.accumulation IS NULL THEN
            RAISE EXCEPTION 'La actividad de un avance no existe.'
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'entries_have_activity';
        END IF;
        is_stale := false;
        executed := known.executed;
        entry_version := known.entry_version;
        FOREACH e IN ARRAY known.entries LOOP
            m := e.month;
            is_stale := is_stale OR (e.entry_version > entry_version[m]) IS NOT TRUE;
            entry_version[m] := e.entry_version;
            IF e.needs_review THEN
                known.status[m] := 'submitted';
                known.pending[m] := trim_scale(e.executed);
                known.pending_version[m] := e.entry_version;
            ELSE
                executed[m] := trim_scale(e.executed);
                IF (known.status[m], known.late[m], known.reason[m], known.evidence_url[m])
                   IS DISTINCT FROM ('accepted', e.is_late, e.reason, e.evidence_url::text) THEN
                    known.status[m] := 'accepted';
                    known.pending[m] := NULL;
                    known.pending_version[m] := NULL;
                    known.late[m] := e.is_late;
                    known.reason[m] := e.reason;
                    known.evidence_url[m] := e.evidence_url;
                END IF;
            END IF;
        END LOOP;
        IF is_stale THEN
            stale := stale || known.activity_id;
            CONTINUE;
        END IF;
        measured := CASE known.accumulation WHEN 'sum' THEN
            measures_of_sum(known.programmed, executed, known.quarter_programmed, known.annual_target)
            ELSE measures(known.accumulation, known.programmed, executed) END;
        figures := figures || ROW(
            known.activity_id, NULL, executed, known.pending, known.pending_version, entry_version, known.status,
            known.late, known.reason, known.evidence_url, NULL, NULL, measured.quarter_executed,
            measured.quarter_progress, NULL, measured.executed_total, measured.progress)::activities_figure;
    END LOOP;
    UPDATE activities_figure f
       SET executed = n.executed, late = n.late, reason = n.reason, evidence_url = n.evidence_url, pending = n.pending,
           pending_version = n.pending_version, entry_version = n.entry_version, status = n.status,
           quarter_executed = n.quarter_executed, quarter_progress = n.quarter_progress,
           executed_total = n.executed_total, progress = n.progress
      FROM unnest(figures) AS n WHERE f.activity_id = n.activity_id;
    IF stale <> '{}' THEN
        PERFORM refresh_figures(stale);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER figures_follow AFTER INSERT ON activities_progressentry REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION figures_follow_entries();

CREATE FUNCTION measure_figure_again() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM refresh_figures(ARRAY[NEW.id]);
    RETURN NULL;
END $$;
CREATE TRIGGER measure_figure_again AFTER UPDATE OF accumulation ON activities_activity
FOR EACH ROW WHEN (OLD.accumulation IS DISTINCT FROM NEW.accumulation) EXECUTE FUNCTION measure_figure_again();

CREATE FUNCTION activities_named(ids bigint[], codes text[], institution_ids bigint[], institutions text[],
                                 years int[], readable bigint[])
RETURNS TABLE (activity_id bigint, fits int)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH name AS MATERIALIZED (
        SELECT n.place, n.id, n.code, n.year,
               CASE WHEN n.institution IS NULL THEN n.institution_id
                    ELSE coalesce((SELECT root.id FROM units_unit root WHERE root.code = n.institution), 0)
               END AS institution
          FROM unnest(ids, codes, institution_ids, institutions, years) WITH ORDINALITY
               AS n (id, code, institution_id, institution, year, place)
    ), plan AS MATERIALIZED (
        SELECT p.id, p.year FROM activities_plan p
         WHERE p.year IN (SELECT year FROM name WHERE id IS NULL AND institution IS NULL)
           AND (readable IS NULL
                OR p.institution_id IN (SELECT institution_id FROM units_unit WHERE id = ANY (readable)))
    )
    SELECT CASE count(hit.id) WHEN 1 THEN min(hit.id) ELSE 0 END, count(hit.id)::int
      FROM (SELECT place, NULL::bigint FROM name
             UNION ALL
            SELECT name.place, a.id
              FROM name JOIN activities_activity a ON a.id = name.id
              JOIN activities_plan p ON p.id = a.plan_id JOIN units_unit u ON u.id = a.unit_id
             WHERE NOT a.is_struck_out AND p.year = name.year
               AND p.institution_id = coalesce(name.institution, p.institution_id)
               AND (readable IS NULL OR u.path && readable)
             UNION ALL
            SELECT name.place, a.id
              FROM name JOIN activities_plan p ON p.institution_id = name.institution AND p.year = name.year
              JOIN activities_activity a ON a.plan_id = p.id AND a.code = name.code
              JOIN units_unit u ON u.id = a.unit_id
             WHERE name.id IS NULL AND NOT p.is_struck_out AND NOT a.is_struck_out
               AND (readable IS NULL OR u.path && readable)
             UNION ALL
            SELECT name.place, one.id
              FROM name
             CROSS JOIN LATERAL (SELECT a.id
                                   FROM plan p JOIN activities_activity a ON a.plan_id = p.id
                                   JOIN units_unit u ON u.id = a.unit_id
                                  WHERE p.year = name.year AND a.code = name.code AND NOT a.is_struck_out
                                    AND (readable IS NULL OR u.path && readable)
                                  LIMIT 2) AS one
             WHERE name.id IS NULL AND name.institution IS NULL) AS hit (place, id)
     GROUP BY hit.place ORDER BY hit.place;
END $$;

CREATE FUNCTION hold_for_progress(ids bigint[], writable bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE mine bigint[]; plans bigint[];
BEGIN
    SELECT array_agg(a.id), array_agg(a.plan_id) INTO mine, plans
      FROM activities_activity a
     WHERE a.id = ANY (ids)
       AND (writable IS NULL OR (SELECT u.path && writable FROM units_unit u WHERE u.id = a.unit_id));
    PERFORM FROM activities_plan WHERE id = ANY (plans) ORDER BY id FOR SHARE;
    PERFORM hold_activities(mine);
END $$;

CREATE FUNCTION deviates(executed numeric, programmed numeric, tolerance numeric) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN tolerance IS NOT NULL AND coalesce(CASE WHEN programmed = 0 THEN executed > 0
                                               ELSE abs(executed - programmed) * 100 > tolerance * programmed END, false);

CREATE FUNCTION reopened_until(period bigint, path bigint[]) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT max(r.until) FROM activities_reopening r
         WHERE r.period_id = period AND r.unit_id = ANY (path)
           AND NOT EXISTS (SELECT FROM activities_reopeningwithdrawal w WHERE w.reopening_id = r.id));

CREATE FUNCTION judge_progress(activities bigint[], fits int[], named int[], months int[], quantities numeric[],
                               reasons text[], urls text[], expected bigint[], flawed boolean[],
                               readable bigint[], writable bigint[], today date)
RETURNS TABLE (place int, verdict text, activity_id bigint, month int, newest int, executed numeric, reason text,
               evidence_url text, is_late boolean, needs_review boolean)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_nestloop = off SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE plans bigint[]; units bigint[];
BEGIN
    SELECT array_agg(DISTINCT a.plan_id), array_agg(DISTINCT a.unit_id) INTO plans, units
      FROM activities_activity a WHERE a.id = ANY (activities);
    RETURN QUERY
    WITH item AS NOT MATERIALIZED (
        SELECT i - 1 AS place, activities[named[i]] AS id, fits[named[i]] AS fits, months[i] AS month,
               quantities[i] AS executed, coalesce(reasons[i], '') AS reason, coalesce(urls[i], '') AS url,
               expected[i] AS expected, flawed[i] AS flawed
          FROM generate_subscripts(named, 1) AS i OFFSET 0  -- so each element is looked up once
    ), repeated AS (
        SELECT id, month FROM item WHERE month IS NOT NULL GROUP BY id, month HAVING count(*) > 1
    ), known AS (
        SELECT i.*, a.id AS activity_id, p.status AS plan_status, p.tolerance_percent, p.requires_review, u.path,
               writable IS NULL OR u.path && writable AS may_write, f.programmed[i.month] AS programmed,
               f.entry_version[i.month] AS newest, f.status[i.month] AS state,
               i.month >= f.cancelled_from AS is_cancelled, f.executed[i.month] AS was, f.reason[i.month] AS was_reason,
               f.evidence_url[i.month] AS was_url, f.pending[i.month] AS pending, o.id AS period, o.opens_on, o.due_on,
               o.closes_on
          FROM item i
          LEFT JOIN (activities_activity a
                     JOIN units_unit u ON u.id = a.unit_id AND u.id = ANY (units)
                     JOIN activities_plan p ON p.id = a.plan_id AND p.id = ANY (plans)
                     JOIN activities_figure f ON f.activity_id = a.id AND f.activity_id = ANY (activities))
            ON a.id = i.id AND a.id = ANY (activities) AND NOT a.is_struck_out
               AND (readable IS NULL OR u.path && readable)
          LEFT JOIN activities_reportingperiod o ON o.plan_id = p.id AND o.month = i.month AND o.plan_id = ANY (plans)
    )
    SELECT k.place, CASE
               WHEN k.activity_id IS NULL AND k.fits > 1 THEN 'institution_required'
               WHEN k.activity_id IS NULL THEN 'unknown_activity'
               WHEN NOT k.may_write THEN 'permission_denied'
               -- where a null stands on either side, all are looked through
               WHEN k.month IS NOT NULL AND (k.activity_id, k.month) IN (SELECT id, month FROM repeated)
                    THEN 'duplicate_item'
               WHEN k.flawed THEN 'flawed'
               -- where nothing is taken, no reason helps
               WHEN k.plan_status = 'draft' THEN 'plan_not_approved'
               WHEN k.plan_status = 'closed' THEN 'plan_closed'
               WHEN k.is_cancelled THEN 'activity_cancelled'
               WHEN k.opens_on IS NULL OR today < k.opens_on THEN 'period_not_open'
               WHEN today > k.closes_on AND coalesce(today > reopened_until(k.period, k.path), true) THEN 'period_closed'
               WHEN k.reason = '' AND k.executed IS NULL THEN 'withdrawal_reason_required'
               WHEN k.reason = '' AND deviates(k.executed, k.programmed, k.tolerance_percent) THEN 'reason_required'
               WHEN k.expected <> k.newest THEN 'version_conflict'
               WHEN k.newest = 0 AND k.executed IS NULL THEN 'unchanged'
               WHEN k.state = 'accepted' AND k.was IS NOT DISTINCT FROM k.executed
                    AND k.was_reason = k.reason AND k.was_url = k.url THEN 'unchanged'
               -- of a submitted entry the figures hold the quantity alone
               WHEN k.state = 'submitted' AND k.pending IS NOT DISTINCT FROM k.executed
                    AND EXISTS (SELECT FROM activities_progressentry e
                                 WHERE e.activity_id = k.activity_id AND e.month = k.month
                                   AND e.entry_version = k.newest AND e.reason = k.reason AND e.evidence_url = k.url)
                    THEN 'unchanged'
               WHEN k.newest = 0 THEN 'created'
               ELSE 'updated' END,
           k.activity_id, k.month, k.newest, k.executed, k.reason, k.url, coalesce(today > k.due_on, false),
           k.requires_review
      FROM known k ORDER BY k.place;
END $$;

CREATE FUNCTION submit_progress(activities bigint[], fits int[], named int[], months int[], quantities numeric[],
                                reasons text[], urls text[], expected bigint[], flawed boolean[], readable bigint[],
                                writable bigint[], partly boolean, trial boolean, moment timestamptz)
RETURNS TABLE (statuses text[], versions int[], rejected json)
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE today date := (moment AT TIME ZONE 'America/Lima')::date; good text[] := '{created,updated,unchanged}';
BEGIN
    IF NOT trial THEN
        PERFORM hold_for_progress(activities, writable);
    END IF;
    RETURN QUERY
    WITH judged AS MATERIALIZED (
        SELECT * FROM judge_progress(activities, fits, named, months, quantities, reasons, urls, expected, flawed,
                                     readable, writable, today)
    ), written AS (
        INSERT INTO activities_progressentry (activity_id, month, entry_version, executed, reason, evidence_url,
                                              is_late, needs_review, origin, change_set_id)
        SELECT j.activity_id, j.month, j.newest + 1, j.executed, j.reason, j.evidence_url, j.is_late, j.needs_review,
               'api', (SELECT current_change_set())
          FROM judged j
         WHERE j.verdict IN ('created', 'updated') AND NOT trial
           AND (partly OR NOT EXISTS (SELECT FROM judged b WHERE b.verdict <> ALL (good)))
    )
    SELECT array_agg(j.verdict), array_agg(j.newest + (j.verdict IN ('created', 'updated'))::int),
           json_agg((SELECT why FROM (SELECT j.place, j.verdict, j.activity_id, a.code, a.name, p.year, j.month,
                                             j.newest AS entry_version, f.programmed[j.month] AS programmed,
                                             p.tolerance_percent AS tolerance, o.opens_on, o.closes_on,
                                             CASE WHEN today > o.closes_on THEN reopened_until(o.id, u.path) END
                                                 AS reopened_until
                                        FROM (SELECT) AS one
                                        LEFT JOIN (activities_activity a JOIN units_unit u ON u.id = a.unit_id
                                                   JOIN activities_plan p ON p.id = a.plan_id
                                                   JOIN activities_figure f ON f.activity_id = a.id)
                                          ON a.id = j.activity_id
                                        LEFT JOIN activities_reportingperiod o
                                          ON o.plan_id = p.id AND o.month = j.month) AS why))
               FILTER (WHERE j.verdict <> ALL (good))
      FROM judged j;
END $$;

CREATE FUNCTION submit_months(actor text, client bigint, units bigint[], requests text[], activities bigint[],
                              months int[], quantities numeric[], reasons text[], urls text[], expected bigint[])
RETURNS TABLE (place int, point text, result text, programmed numeric, executed numeric, pending numeric,
               pending_version int, status text, late boolean, entry_version int, reason text, evidence_url text)
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE held bigint[]; places int[]; verdicts text[]; entries activities_progressentry[]; sets bigint[];
BEGIN
    held := ARRAY(SELECT a.id FROM activities_activity a JOIN activities_plan p ON p.id = a.plan_id
                   WHERE a.id = ANY (activities)
                     AND (units IS NULL OR (SELECT u.path && units FROM units_unit u WHERE u.id = a.unit_id))
                     FOR SHARE OF p SKIP LOCKED FOR NO KEY UPDATE OF a SKIP LOCKED);
    SELECT array_agg(j.place), array_agg(j.verdict),
           array_agg(ROW(NULL, j.month, j.newest + 1, j.executed, j.reason, j.evidence_url, j.is_late, j.needs_review,
                         'api', j.activity_id, NULL)::activities_progressentry)
      INTO places, verdicts, entries
      FROM judge_progress(activities, array_fill(1, ARRAY[cardinality(activities)]),
                          ARRAY(SELECT generate_subscripts(activities, 1)), months, quantities, reasons, urls, expected,
                          NULL, units, units, (transaction_timestamp() AT TIME ZONE 'America/Lima')::date) j
     WHERE j.verdict IN ('created', 'updated') AND j.activity_id = ANY (held);
    IF places IS NULL THEN
        RETURN;
    END IF;
    WITH made AS (
        INSERT INTO units_changeset (actor, client_id, request_id, cause, xid)
        SELECT submit_months.actor, client, requests[place + 1], '', 0 FROM unnest(places) AS place
        RETURNING id
    ) SELECT array_agg(id ORDER BY id) INTO sets FROM made;
    INSERT INTO activities_progressentry (activity_id, month, entry_version, executed, reason, evidence_url,
                                          is_late, needs_review, origin, change_set_id)
    SELECT e.activity_id, e.month, e.entry_version, e.executed, e.reason, e.evidence_url, e.is_late, e.needs_review,
           e.origin, sets[e.ordinality]
      FROM unnest(entries) WITH ORDINALITY AS e;
    SET CONSTRAINTS ALL IMMEDIATE;
    RETURN QUERY SELECT n.place, point_of(c.position, c.committed_at), n.verdict, f.programmed[m], f.executed[m],
                        f.pending[m], f.pending_version[m], f.status[m], f.late[m], f.entry_version[m], f.reason[m],
                        f.evidence_url[m]
                   FROM unnest(places, verdicts, sets) AS n (place, verdict, id)
                   JOIN units_changeset c ON c.id = n.id
                   JOIN activities_figure f ON f.activity_id = activities[n.place + 1]
                  CROSS JOIN LATERAL (SELECT months[n.place + 1]) AS of (m);
END $$;

CREATE FUNCTION submit_list(actor text, client bigint, units bigint[], request text, ids bigint[], codes text[],
                            institution_ids bigint[], institutions text[], years int[], named int[], months int[],
                            quantities numeric[], reasons text[], urls text[], expected bigint[])
RETURNS TABLE (point text, statuses text[], versions int[], activities bigint[], names json)
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE fits int[];
BEGIN
    PERFORM set_config('poi.actor', actor, true), set_config('poi.client', client::text, true),
            set_config('poi.request_id', request, true);
    SELECT array_agg(n.activity_id), array_agg(n.fits) INTO activities, fits
      FROM activities_named(ids, codes, institution_ids, institutions, years, units) AS n;
    SELECT d.statuses, d.versions INTO statuses, versions
      FROM submit_progress(activities, fits, named, months, quantities, reasons, urls, expected, NULL, units, units,
                           false, false, transaction_timestamp()) AS d;
    point := take_position();
    IF point IS NOT NULL THEN
        names := (SELECT json_agg(json_build_array(a.code, a.name) ORDER BY n.place)
                    FROM unnest(activities) WITH ORDINALITY AS n (id, place) JOIN activities_activity a ON a.id = n.id);
        RETURN NEXT;
    END IF;
END $$;

CREATE FUNCTION review_progress(activities bigint[], fits int[], named int[], months int[], said text[], comments text[],
                                expected bigint[], flawed boolean[], readable bigint[], writable bigint[],
                                client bigint, person bigint, partly boolean, trial boolean)
RETURNS TABLE (statuses text[], versions int[], rejected json)
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    IF NOT trial THEN
        PERFORM hold_for_progress(activities, writable);
    END IF;
    RETURN QUERY
    WITH known AS MATERIALIZED (
        SELECT i.place::int - 1 AS place, i.month, i.said, coalesce(i.comment, '') AS comment, i.expected, i.flawed,
               fits[i.name] AS fits,
               a.id, a.code, a.name, p.year, p.status AS plan_status,
               writable IS NULL OR u.path && writable AS may_write,
               count(*) OVER (PARTITION BY a.id, i.month) AS copies,
               f.entry_version[i.month] AS newest, f.status[i.month] AS state,
               i.month >= f.cancelled_from AS is_cancelled, e.id AS entry_id,
               coalesce(e.client_id = client, false) OR coalesce(e.user_id = person, false) AS own
          FROM unnest(named, months, said, comments, expected, flawed) WITH ORDINALITY
               AS i (name, month, said, comment, expected, flawed, place)
          LEFT JOIN (activities_activity a JOIN units_unit u ON u.id = a.unit_id)
            ON a.id = activities[i.name] AND (readable IS NULL OR u.path && readable)
          LEFT JOIN activities_plan p ON p.id = a.plan_id
          LEFT JOIN activities_figure f ON f.activity_id = a.id
          LEFT JOIN LATERAL (
              SELECT e.id, c.client_id, c.user_id
                FROM activities_progressentry e JOIN units_changeset c ON c.id = e.change_set_id
               WHERE e.activity_id = a.id AND e.month = i.month AND e.entry_version = f.entry_version[i.month]
               LIMIT 1) AS e ON true
    ), judged AS MATERIALIZED (
        SELECT k.*, CASE
                   WHEN k.id IS NULL AND k.fits > 1 THEN 'institution_required'
                   WHEN k.id IS NULL THEN 'unknown_activity'
                   WHEN NOT k.may_write THEN 'permission_denied'
                   WHEN k.month IS NOT NULL AND k.copies > 1 THEN 'duplicate_item'
                   WHEN k.flawed THEN 'flawed'
                   WHEN k.plan_status = 'draft' THEN 'plan_not_approved'
                   WHEN k.plan_status = 'closed' THEN 'plan_closed'
                   WHEN k.is_cancelled THEN 'activity_cancelled'
                   WHEN k.own AND k.expected = k.newest THEN 'own_entry'
                   WHEN k.state <> 'submitted' AND k.expected = k.newest THEN 'not_submitted'
                   WHEN k.expected <> k.newest THEN 'version_conflict'
                   ELSE 'good' END AS verdict
          FROM known k
    ), written AS (
        INSERT INTO activities_review (entry_id, verdict, comment, change_set_id)
        SELECT j.entry_id, j.said, j.comment, (SELECT current_change_set())
          FROM judged j
         WHERE j.verdict = 'good' AND NOT trial
           AND (partly OR NOT EXISTS (SELECT FROM judged b WHERE b.verdict <> 'good'))
         ORDER BY j.place
    )
    SELECT array_agg(CASE WHEN j.verdict <> 'good' THEN j.state WHEN j.said = 'accept' THEN 'accepted' ELSE 'returned' END
                     ORDER BY j.place),
           array_agg(j.newest ORDER BY j.place),
           json_agg((SELECT why FROM (SELECT j.place, j.verdict, j.id AS activity_id, j.code, j.name, j.year, j.month,
                                             j.newest AS entry_version, j.state) AS why))
               FILTER (WHERE j.verdict <> 'good')
      FROM judged j;
END $$;

CREATE FUNCTION history_of(entity text, rows bigint[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
SELECT coalesce(jsonb_agg(copy ORDER BY place), '[]')
  FROM unnest(rows) WITH ORDINALITY r (id, place) JOIN copies_of(entity, rows) USING (id)
$$;

CREATE VIEW copy_activity AS
SELECT a.id, to_jsonb(a) - 'name_key' || jsonb_build_object(
           'target_revisions', history_of('target_revision', ARRAY(
               SELECT id FROM activities_targetrevision WHERE activity_id = a.id ORDER BY version, id)),
           'progress_entries', history_of('progress_entry', ARRAY(
               SELECT id FROM activities_progressentry WHERE activity_id = a.id ORDER BY month, entry_version)),
           'reviews', history_of('review', ARRAY(
               SELECT v.id FROM activities_review v JOIN activities_progressentry e ON e.id = v.entry_id
                WHERE e.activity_id = a.id ORDER BY v.id))) AS copy
  FROM activities_activity a;

CREATE VIEW copy_review AS
SELECT r.id, to_jsonb(r) - 'change_set_id'
       || jsonb_build_object('activity_id', e.activity_id, 'month', e.month, 'entry_version', e.entry_version,
                             'executed', e.executed) AS copy
  FROM activities_review r JOIN activities_progressentry e ON e.id = r.entry_id;

CREATE VIEW copy_reopening AS
SELECT r.id, to_jsonb(r) - 'change_set_id' || jsonb_build_object('withdrawal', to_jsonb(w) - 'change_set_id') AS copy
  FROM activities_reopening r LEFT JOIN activities_reopeningwithdrawal w ON w.reopening_id = r.id;

CREATE FUNCTION know_what_was_imported() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
BEGIN
    ANALYZE units_unit, units_change, units_lastchange, activities_plan, activities_activity, activities_targetrevision,
            activities_progressentry, activities_figure, activities_appliedrow;
EXCEPTION WHEN lock_not_available THEN
    RAISE LOG 'No statistics were taken of what was imported: %', SQLERRM;
END $$;

CREATE FUNCTION record_activity() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, operation, after)
        SELECT (SELECT open_change_set()), 'activity', r.id, r.id, r.unit_id, 'created',
               (to_jsonb(r) - 'name_key')
          FROM new_rows r
         ORDER BY r.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'activity', r.id, r.id, r.unit_id,
               CASE WHEN o.unit_id IS DISTINCT FROM r.unit_id THEN (SELECT path FROM units_unit WHERE id = o.unit_id FOR KEY SHARE) END,
               'updated',
               changed_columns((to_jsonb(o) - 'name_key'), (to_jsonb(r) - 'name_key')),
               changed_columns((to_jsonb(r) - 'name_key'), (to_jsonb(o) - 'name_key'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
         WHERE (to_jsonb(o) - 'name_key') IS DISTINCT FROM (to_jsonb(r) - 'name_key')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'activity', r.id, r.id, r.unit_id,
               (SELECT path FROM units_unit WHERE id = r.unit_id FOR KEY SHARE), 'deleted', (to_jsonb(r) - 'name_key')
          FROM old_rows r
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CALL make_editable('activities_activity', 'record_activity');


CREATE FUNCTION moved_along_activity() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, previous_path, operation)
    SELECT (SELECT open_change_set()), 'activity', r.id, r.id, r.unit_id,
           moved_from.path, 'moved'
      FROM activities_activity r
      JOIN new_rows moved_to ON moved_to.id = r.unit_id
      JOIN old_rows moved_from ON moved_from.id = moved_to.id AND moved_from.path <> moved_to.path
     ORDER BY r.id;
    RETURN NULL;
END $$;
CREATE TRIGGER moved_along_activity AFTER UPDATE ON units_unit
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION moved_along_activity();
CALL show_past('activities_activity', 'activity', false);
CALL show_place('activity', 'activities_activity', 'unit_id');

CREATE FUNCTION record_target_revision() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'target_revision', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, r.activity_id, a.unit_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
          LEFT JOIN activities_activity a ON a.id = r.activity_id
             GROUP BY 1, 2, 3) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('activities_targetrevision', 'record_target_revision');
CALL show_copy('target_revision', 'activities_targetrevision');
CALL show_known('activities_targetrevision');

CREATE FUNCTION record_progress_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'progress_entry', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, r.activity_id, a.unit_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
          LEFT JOIN activities_activity a ON a.id = r.activity_id
             GROUP BY 1, 2, 3) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('activities_progressentry', 'record_progress_entry');
CALL show_copy('progress_entry', 'activities_progressentry');
CALL show_known('activities_progressentry');

CREATE FUNCTION record_review() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'review', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, e.activity_id, a.unit_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
          LEFT JOIN activities_progressentry e ON e.id = r.entry_id LEFT JOIN activities_activity a ON a.id = e.activity_id
             GROUP BY 1, 2, 3) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('activities_review', 'record_review');
CALL show_known('activities_review');

CREATE FUNCTION record_mef_activity() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, operation, after)
        SELECT (SELECT open_change_set()), 'mef_activity', r.id, NULL::bigint, NULL::bigint, 'created',
               (to_jsonb(r) - 'name_key')
          FROM new_rows r
         ORDER BY r.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'mef_activity', r.id, NULL::bigint, NULL::bigint,
               NULL::bigint[],
               'updated',
               changed_columns((to_jsonb(o) - 'name_key'), (to_jsonb(r) - 'name_key')),
               changed_columns((to_jsonb(r) - 'name_key'), (to_jsonb(o) - 'name_key'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
         WHERE (to_jsonb(o) - 'name_key') IS DISTINCT FROM (to_jsonb(r) - 'name_key')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'mef_activity', r.id, NULL::bigint, NULL::bigint,
               NULL::bigint[], 'deleted', (to_jsonb(r) - 'name_key')
          FROM old_rows r
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CALL make_editable('activities_mefactivity', 'record_mef_activity');
CALL show_copy('mef_activity', 'activities_mefactivity');
CALL show_past('activities_mefactivity', 'mef_activity', true);

CREATE FUNCTION record_measurement_unit() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, operation, after)
        SELECT (SELECT open_change_set()), 'measurement_unit', r.id, NULL::bigint, NULL::bigint, 'created',
               (to_jsonb(r) - 'name_key')
          FROM new_rows r
         ORDER BY r.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'measurement_unit', r.id, NULL::bigint, NULL::bigint,
               NULL::bigint[],
               'updated',
               changed_columns((to_jsonb(o) - 'name_key'), (to_jsonb(r) - 'name_key')),
               changed_columns((to_jsonb(r) - 'name_key'), (to_jsonb(o) - 'name_key'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
         WHERE (to_jsonb(o) - 'name_key') IS DISTINCT FROM (to_jsonb(r) - 'name_key')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'measurement_unit', r.id, NULL::bigint, NULL::bigint,
               NULL::bigint[], 'deleted', (to_jsonb(r) - 'name_key')
          FROM old_rows r
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CALL make_editable('activities_measurementunit', 'record_measurement_unit');
CALL show_copy('measurement_unit', 'activities_measurementunit');
CALL show_past('activities_measurementunit', 'measurement_unit', true);

CREATE FUNCTION record_plan() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, operation, after)
        SELECT (SELECT open_change_set()), 'plan', r.id, NULL::bigint, r.institution_id, 'created',
               (to_jsonb(r) - 'name_key')
          FROM new_rows r
         ORDER BY r.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'plan', r.id, NULL::bigint, r.institution_id,
               NULL::bigint[],
               'updated',
               changed_columns((to_jsonb(o) - 'name_key'), (to_jsonb(r) - 'name_key')),
               changed_columns((to_jsonb(r) - 'name_key'), (to_jsonb(o) - 'name_key'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
         WHERE (to_jsonb(o) - 'name_key') IS DISTINCT FROM (to_jsonb(r) - 'name_key')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'plan', r.id, NULL::bigint, r.institution_id,
               NULL::bigint[], 'deleted', (to_jsonb(r) - 'name_key')
          FROM old_rows r
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CALL make_editable('activities_plan', 'record_plan');
CALL show_copy('plan', 'activities_plan');
CALL show_past('activities_plan', 'plan', true);

CREATE FUNCTION record_plan_version() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'plan_version', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, NULL::bigint, p.institution_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
          LEFT JOIN activities_plan p ON p.id = r.plan_id
             GROUP BY 1, 2, 3, r.id) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('activities_planversion', 'record_plan_version');
CALL show_copy('plan_version', 'activities_planversion');
CALL show_known('activities_planversion');

CREATE FUNCTION record_approval_withdrawal() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'approval_withdrawal', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, NULL::bigint, p.institution_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
          LEFT JOIN activities_planversion v ON v.id = r.version_id LEFT JOIN activities_plan p ON p.id = v.plan_id
             GROUP BY 1, 2, 3, r.id) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('activities_approvalwithdrawal', 'record_approval_withdrawal');
CALL show_copy('approval_withdrawal', 'activities_approvalwithdrawal');
CALL show_known('activities_approvalwithdrawal');

CREATE FUNCTION record_period() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, operation, after)
        SELECT (SELECT open_change_set()), 'period', r.id, NULL::bigint, p.institution_id, 'created',
               (to_jsonb(r) - 'name_key')
          FROM new_rows r
          LEFT JOIN activities_plan p ON p.id = r.plan_id
         ORDER BY r.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before, after)
        SELECT (SELECT open_change_set()), 'period', r.id, NULL::bigint, p.institution_id,
               NULL::bigint[],
               'updated',
               changed_columns((to_jsonb(o) - 'name_key'), (to_jsonb(r) - 'name_key')),
               changed_columns((to_jsonb(r) - 'name_key'), (to_jsonb(o) - 'name_key'))
          FROM new_rows r JOIN old_rows o ON o.id = r.id
          LEFT JOIN activities_plan p ON p.id = r.plan_id
         WHERE (to_jsonb(o) - 'name_key') IS DISTINCT FROM (to_jsonb(r) - 'name_key')
         ORDER BY r.id;
    ELSE
        INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id,
                                  previous_path, operation, before)
        SELECT (SELECT open_change_set()), 'period', r.id, NULL::bigint, p.institution_id,
               NULL::bigint[], 'deleted', (to_jsonb(r) - 'name_key')
          FROM old_rows r
          LEFT JOIN activities_plan p ON p.id = r.plan_id
         ORDER BY r.id;
    END IF;
    RETURN NULL;
END $$;
CALL make_editable('activities_reportingperiod', 'record_period');
CALL show_copy('period', 'activities_reportingperiod');
CALL show_past('activities_reportingperiod', 'period', true);

CREATE FUNCTION record_reopening() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'reopening', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, NULL::bigint, r.unit_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
             GROUP BY 1, 2, 3, r.id) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('activities_reopening', 'record_reopening');


CREATE FUNCTION moved_along_reopening() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, previous_path, operation)
    SELECT (SELECT open_change_set()), 'reopening', r.id, NULL::bigint, r.unit_id,
           moved_from.path, 'moved'
      FROM activities_reopening r
      JOIN new_rows moved_to ON moved_to.id = r.unit_id
      JOIN old_rows moved_from ON moved_from.id = moved_to.id AND moved_from.path <> moved_to.path
     ORDER BY r.id;
    RETURN NULL;
END $$;
CREATE TRIGGER moved_along_reopening AFTER UPDATE ON units_unit
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION moved_along_reopening();
CALL show_known('activities_reopening');

CREATE FUNCTION record_reopening_withdrawal() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'reopening_withdrawal', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, NULL::bigint, o.unit_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
          LEFT JOIN activities_reopening o ON o.id = r.reopening_id
             GROUP BY 1, 2, 3, r.id) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('activities_reopeningwithdrawal', 'record_reopening_withdrawal');


CREATE FUNCTION moved_along_reopening_withdrawal() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, part_of_id, unit_id, previous_path, operation)
    SELECT (SELECT open_change_set()), 'reopening_withdrawal', r.id, NULL::bigint, o.unit_id,
           moved_from.path, 'moved'
      FROM activities_reopeningwithdrawal r
          LEFT JOIN activities_reopening o ON o.id = r.reopening_id
      JOIN new_rows moved_to ON moved_to.id = o.unit_id
      JOIN old_rows moved_from ON moved_from.id = moved_to.id AND moved_from.path <> moved_to.path
     ORDER BY r.id;
    RETURN NULL;
END $$;
CREATE TRIGGER moved_along_reopening_withdrawal AFTER UPDATE ON units_unit
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION moved_along_reopening_withdrawal();
CALL show_copy('reopening_withdrawal', 'activities_reopeningwithdrawal');
CALL show_known('activities_reopeningwithdrawal');

CREATE FUNCTION record_import() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'import', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, NULL::bigint, r.institution_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
             GROUP BY 1, 2, 3, r.id) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('activities_import', 'record_import');
CALL show_copy('import', 'activities_import', shown => '{id,institution_id,year,filename,sha256,cut_off}');
CALL show_known('activities_import');

CREATE FUNCTION record_import_application() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'import_application', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, NULL::bigint, p.institution_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
          LEFT JOIN activities_plan p ON p.id = r.plan_id
             GROUP BY 1, 2, 3, r.id) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('activities_importapplication', 'record_import_application');
CALL show_copy('import_application', 'activities_importapplication', shown => '{id,source_id,plan_id}');
CALL show_known('activities_importapplication');

CREATE FUNCTION record_import_undoing() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'import_undoing', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, NULL::bigint, p.institution_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
          LEFT JOIN activities_importapplication x ON x.id = r.application_id LEFT JOIN activities_plan p ON p.id = x.plan_id
             GROUP BY 1, 2, 3, r.id) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('activities_importundoing', 'record_import_undoing');
CALL show_copy('import_undoing', 'activities_importundoing');
CALL show_known('activities_importundoing');

CALL refer_to_units_at_once('activities');
CALL fire_always();

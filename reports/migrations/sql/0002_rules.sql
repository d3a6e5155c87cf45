CREATE TABLE reports_total (
    plan_id bigint NOT NULL,
    first_month smallint NOT NULL,
    last_month smallint NOT NULL,
    position bigint NOT NULL,
    first_rule text,
    last_rule text,
    activities bigint,
    first_unit bigint,
    last_unit bigint,
    least_green numeric,
    most_green numeric,
    least_amber numeric,
    most_amber numeric,
    programmed_scaled numeric,
    executed_scaled numeric,
    sum_of_progress numeric,
    with_progress bigint,
    PRIMARY KEY (plan_id, first_month, last_month)
);
COMMENT ON COLUMN reports_total.position IS 'last place in the change order that it knows of';
COMMENT ON COLUMN reports_total.activities IS 'null where there are none';
COMMENT ON COLUMN reports_total.programmed_scaled IS 'in 27,720ths, as executed_scaled';
COMMENT ON COLUMN reports_total.first_unit IS 'of the measurement units of its activities the one with the least id';

CREATE FUNCTION record_publication() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'publication', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, NULL::bigint, r.unit_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
             GROUP BY 1, 2, 3, r.id) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('reports_publication', 'record_publication');
CALL show_copy('publication', 'reports_publication');
CALL show_known('reports_publication');

CREATE FUNCTION record_publication_content() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'publication_content', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, NULL::bigint, p.unit_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
          LEFT JOIN reports_publication p ON p.id = r.publication_id
             GROUP BY 1, 2, 3, r.id) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('reports_publicationcontent', 'record_publication_content');
CALL show_copy('publication_content', 'reports_publicationcontent', shown => '{id,publication_id,format,sha256}');
CALL show_known('reports_publicationcontent');

CREATE FUNCTION record_publication_withdrawal() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO units_change (change_set_id, entity, object_id, further_ids, part_of_id, unit_id, operation)
    SELECT change_set_id, 'publication_withdrawal', ids[1], nullif(ids[2:], '{}'), part_of, unit, 'created'
      FROM (SELECT r.change_set_id, NULL::bigint, p.unit_id, array_agg(r.id ORDER BY r.id)
              FROM new_rows r
          LEFT JOIN reports_publication p ON p.id = r.publication_id
             GROUP BY 1, 2, 3, r.id) AS added (change_set_id, part_of, unit, ids)
     ORDER BY ids[1];
    RETURN NULL;
END $$;
CALL make_history('reports_publicationwithdrawal', 'record_publication_withdrawal');
CALL show_copy('publication_withdrawal', 'reports_publicationwithdrawal');
CALL show_known('reports_publicationwithdrawal');

CALL refer_to_units_at_once('reports');
CALL fire_always();

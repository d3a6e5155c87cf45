-- Totals that reports keep for one another (docs/decisions/0009): derived, and out of the order of changes.
-- Makes reports_totals and reports_total, which reports/shared/sums alone reads and writes. Neither refers to another
-- table: whoever writes a plan or a unit does not wait for these, nor they for it.

CREATE TABLE reports_totals (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id bigint NOT NULL,
    by_unit boolean NOT NULL,
    first_month smallint NOT NULL,
    last_month smallint NOT NULL,
    position bigint NOT NULL,
    UNIQUE (plan_id, by_unit, first_month, last_month)
);
COMMENT ON COLUMN reports_totals.position IS 'last place in the change order that the totals know of';

CREATE TABLE reports_total (
    totals_id bigint NOT NULL,
    unit_id bigint NOT NULL,
    measurement_unit_id bigint NOT NULL,
    accumulation text NOT NULL,
    activities bigint NOT NULL,
    programmed_scaled numeric,
    executed_scaled numeric,
    expected boolean NOT NULL,
    met boolean NOT NULL,
    sum_of_progress numeric,
    with_progress bigint NOT NULL
);
CREATE INDEX reports_total_totals_id ON reports_total (totals_id);
COMMENT ON COLUMN reports_total.unit_id IS 'the institution where totals are not by unit';
COMMENT ON COLUMN reports_total.programmed_scaled IS 'in 27,720ths, as executed_scaled';

-- Statistics of the kept totals, anew. Only a table's owner may have them made, so this runs as the owner of the function.
CREATE FUNCTION analyze_totals() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE reports_totals, reports_total;
END $$;

-- Totals of whole plans that reports keep for one another (docs/decisions/0031): derived, and out of the order of changes.
-- Makes reports_total, which reports/shared/sums alone reads and writes. It refers to no other table: whoever writes a
-- plan does not wait for it, nor it for them.

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

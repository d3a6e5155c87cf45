-- What the months of a period add up to (domain.md, rules 1, 3 and 4); reads no table. All arithmetic is exact: a mean is
-- kept in 27,720ths (the least common multiple of 1 to 12), and rounding happens once, on showing it.

CREATE TYPE measure AS (programmed numeric, executed numeric);

-- The programme and the execution of a run of months, each in 27,720ths; `executed` is null when there are
-- expected months and none of them is reported. What is programmed never depends on what is reported.
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

-- What the year promises, in 27,720ths: the programme of the year as a period.
CREATE FUNCTION annual_target(accumulation text, programmed numeric[]) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (measure(accumulation, programmed, array_fill(NULL::numeric, ARRAY[12]))).programmed;

-- A quantity in 27,720ths as it is shown: three decimals, half up, no trailing zeros.
CREATE FUNCTION shown(scaled numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN trim_scale(div(scaled * 2000 + 27720, 55440) * 0.001);

-- Executed over programmed in percent: two decimals, half up, not capped; null when nothing is programmed.
-- An integer division, cut off after the third decimal, which tells a half; the decimals come by multiplication, because a
-- division keeps only as many as PostgreSQL finds significant, and rounds them.
CREATE FUNCTION progress(executed numeric, programmed numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN trim_scale(round(div(executed * 100000, nullif(programmed, 0)) * 0.001, 2));

-- The colour of a shown progress under a plan's cuts (domain.md, rule 6).
CREATE FUNCTION band(progress numeric, green_from numeric, amber_from numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN progress >= green_from THEN 'green' WHEN progress >= amber_from THEN 'amber'
            WHEN progress IS NOT NULL THEN 'red' END;

CREATE TYPE measures AS (
    quarter_programmed numeric[], quarter_executed numeric[], quarter_progress numeric[],
    annual_target numeric, executed_total numeric, progress numeric);

-- What was done in the quarter that ends with a month, and has so much `programmed`, of quantities that add up; null if
-- months are expected and none of them is reported.
CREATE FUNCTION quarter_sum(programmed numeric, p numeric[], e numeric[], last int) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN programmed = 0 OR p[last - 2] > 0 AND e[last - 2] IS NOT NULL
                 OR p[last - 1] > 0 AND e[last - 1] IS NOT NULL OR p[last] > 0 AND e[last] IS NOT NULL
            THEN trim_scale(coalesce(e[last - 2], 0) + coalesce(e[last - 1], 0) + coalesce(e[last], 0)) END;

-- The same as `measures` gives for quantities that add up (nearly all do), in an eighth of its time: every write
-- of a figure pays for it, and for each expression more than for what is in it. What is programmed in the quarters and in
-- the year is given, since entries do not change it. A test holds the two together.
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

-- The four quarters and the year of one activity, as they are shown.
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

-- The months with what waits for its review counted in (`include=submitted`).
CREATE FUNCTION executed_with_pending(executed numeric[], pending numeric[], pending_version int[]) RETURNS numeric[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(SELECT CASE WHEN v IS NULL THEN e ELSE p END
               FROM unnest(executed, pending, pending_version) WITH ORDINALITY AS u (e, p, v, month) ORDER BY month);

-- The shapes in which figures are shown, as JSON text: made where the figures are, they pass through Python
-- untouched (performance.md, "Rendering"). Reads no table. Numbers are written by NUMERIC itself, to the digit. All are STABLE, which
-- `||` with a number is too: a function declared stricter than its body would be called, not inlined.

CREATE FUNCTION reference_json(id bigint, code text, name text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN '{"id":' || id || ',"code":' || to_json(code) || ',"name":' || to_json(name) || '}';

CREATE FUNCTION number_json(quantity numeric) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(quantity::text, 'null');

-- A moment with the offset of Lima, the one that it keeps all year since 1994.
CREATE FUNCTION moment_json(moment timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce('"' || to_char(moment AT TIME ZONE interval '-5 hours', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '-05:00"', 'null');

CREATE FUNCTION period_json(programmed numeric, executed numeric, progress numeric) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN '{"programmed":' || programmed || ',"executed":' || coalesce(executed::text, 'null')
    || ',"progress":' || coalesce(progress::text, 'null') || '}';

-- `p`, `e` and `of_quarters` are what was programmed and executed in each quarter, and its progress.
CREATE FUNCTION measures_json(p numeric[], e numeric[], of_quarters numeric[],
                              annual_target numeric, executed_total numeric, progress numeric) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN '"quarters":[' || period_json(p[1], e[1], of_quarters[1]) || ',' || period_json(p[2], e[2], of_quarters[2])
    || ',' || period_json(p[3], e[3], of_quarters[3]) || ',' || period_json(p[4], e[4], of_quarters[4])
    || '],"annual_target":' || annual_target || ',"executed_total":' || number_json(executed_total)
    || ',"progress":' || number_json(progress);

-- The colour comes at reading: a plan may set other cuts at any time.
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

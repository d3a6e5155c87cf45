CREATE FUNCTION is_programme(quantities numeric[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(cardinality(quantities) = 12 AND array_position(quantities, NULL) IS NULL
                AND 0 <= ALL (quantities) AND 999999999999.999 >= ALL (quantities), false);

CREATE FUNCTION nothing_from(quantities numeric[], month int) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN month IS NULL OR 0 >= ALL (quantities[month : 12]);

CREATE FUNCTION is_classification(value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN jsonb_typeof(value) = 'object' AND NOT EXISTS (
    SELECT FROM jsonb_each(CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END) AS part (name, said)
     WHERE (part.name = ANY ('{oei,aei,categoria,producto,prioridad,ubigeo}')
            AND jsonb_typeof(said -> 'code') = 'string' AND said ->> 'code' ~ '^[^,[:cntrl:]]{1,32}$'
            AND jsonb_typeof(said -> 'name') = 'string' AND length(said ->> 'name') BETWEEN 1 AND 500
            AND said = jsonb_build_object('code', said -> 'code', 'name', said -> 'name')) IS NOT TRUE);

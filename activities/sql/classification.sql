-- What an activity is classified by. Reads no table; a constraint is made by it.

-- Whether a value has members of a classification alone, each a code as codes are (visible, no comma) and a name.
CREATE FUNCTION is_classification(value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN jsonb_typeof(value) = 'object' AND NOT EXISTS (
    SELECT FROM jsonb_each(CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}' END) AS part (name, said)
     WHERE (part.name = ANY ('{oei,aei,categoria,producto,prioridad,ubigeo}')
            AND jsonb_typeof(said -> 'code') = 'string' AND said ->> 'code' ~ '^[^,[:cntrl:]]{1,32}$'
            AND jsonb_typeof(said -> 'name') = 'string' AND length(said ->> 'name') BETWEEN 1 AND 500
            AND said = jsonb_build_object('code', said -> 'code', 'name', said -> 'name')) IS NOT TRUE);

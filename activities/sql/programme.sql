-- What a target is: twelve quantities, none missing, negative or NaN. Reads no table; a constraint is made by it.
CREATE FUNCTION is_programme(quantities numeric[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(cardinality(quantities) = 12 AND array_position(quantities, NULL) IS NULL
                AND 0 <= ALL (quantities) AND 999999999999.999 >= ALL (quantities), false);

-- Twelve quantities, none missing, negative or NaN: what a target is.
CREATE FUNCTION is_programme(quantities numeric[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(cardinality(quantities) = 12 AND array_position(quantities, NULL) IS NULL
                AND 0 <= ALL (quantities) AND 999999999999.999 >= ALL (quantities), false);

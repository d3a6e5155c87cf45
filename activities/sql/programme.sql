-- What a target is: twelve quantities, none missing, negative or NaN, and nothing from the month on with which the
-- activity ends. Reads no table; constraints are made by these.
CREATE FUNCTION is_programme(quantities numeric[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(cardinality(quantities) = 12 AND array_position(quantities, NULL) IS NULL
                AND 0 <= ALL (quantities) AND 999999999999.999 >= ALL (quantities), false);

CREATE FUNCTION nothing_from(quantities numeric[], month int) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN month IS NULL OR 0 >= ALL (quantities[month : 12]);

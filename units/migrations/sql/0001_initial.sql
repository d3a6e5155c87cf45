CREATE FUNCTION poi_fold(label text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(regexp_replace(
    lower(regexp_replace(normalize(label, NFKD) COLLATE "C", '[\u0300-\u036f]', '', 'g') COLLATE "C"),
    '[\u0009-\u000d\u001c-\u0020\u0085\u1680\u2028\u2029]+', ' ', 'g'));

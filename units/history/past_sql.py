"""The SQL of the views that show a recorded table as it was known at a moment: templates, which a `Recorder` fills in.

Each has the name and the columns of its table, in the schema `past` (units/sql/past.sql).
"""

# Rows that nothing happened to since are as they are; the others are made of their image of today.
EDITABLE = """
CREATE VIEW past.{table} AS
SELECT r.* FROM public.{table} r WHERE r.id NOT IN (SELECT unnest(changed_later('{entity}')))
 UNION ALL
SELECT * FROM former(NULL::public.{table}, '{entity}', {referred_to}, (
    SELECT jsonb_object_agg(r.id, to_jsonb(r)) FROM public.{table} r WHERE r.id = ANY (changed_later('{entity}'))));
"""

APPEND_ONLY = """
CREATE VIEW past.{table} AS
SELECT r.* FROM public.{table} r WHERE r.change_set_id NOT IN (SELECT id FROM past.later);
"""

# Where each object is in the tree today; one that was deleted, where it was last. Who sees that sees the object's past.
PLACE = """
CREATE VIEW past.place_of_{entity} AS
SELECT r.id, u.path FROM public.{table} r JOIN public.units_unit u ON u.id = {unit}
 UNION ALL
SELECT object_id, previous_path FROM public.units_change WHERE entity = '{entity}' AND operation = 'deleted';
"""

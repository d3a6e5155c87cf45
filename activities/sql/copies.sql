-- Copies of what the feed shows with what belongs to it; the recorders make those of all else.
-- Reads activities_activity, activities_targetrevision, activities_progressentry, activities_review, activities_reopening
-- and activities_reopeningwithdrawal.

-- The copies of rows of one kind, in the order in which they are given.
CREATE FUNCTION history_of(entity text, rows bigint[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
SELECT coalesce(jsonb_agg(copy ORDER BY place), '[]')
  FROM unnest(rows) WITH ORDINALITY r (id, place) JOIN copies_of(entity, rows) USING (id)
$$;

-- A whole activity, for who gets to see it: its own row, and its history in the shapes in which the feed says it, oldest
-- first.
CREATE VIEW copy_activity AS
SELECT a.id, to_jsonb(a) - 'name_key' || jsonb_build_object(
           'target_revisions', history_of('target_revision', ARRAY(
               SELECT id FROM activities_targetrevision WHERE activity_id = a.id ORDER BY version, id)),
           'progress_entries', history_of('progress_entry', ARRAY(
               SELECT id FROM activities_progressentry WHERE activity_id = a.id ORDER BY month, entry_version)),
           'reviews', history_of('review', ARRAY(
               SELECT v.id FROM activities_review v JOIN activities_progressentry e ON e.id = v.entry_id
                WHERE e.activity_id = a.id ORDER BY v.id))) AS copy
  FROM activities_activity a;

-- A verdict with what it is about, for those who do not keep the entries.
CREATE VIEW copy_review AS
SELECT r.id, to_jsonb(r) - 'change_set_id'
       || jsonb_build_object('activity_id', e.activity_id, 'month', e.month, 'entry_version', e.entry_version,
                             'executed', e.executed) AS copy
  FROM activities_review r JOIN activities_progressentry e ON e.id = r.entry_id;

-- A reopening with its withdrawal, null if there is none: it holds no longer, and the unit may have moved meanwhile.
CREATE VIEW copy_reopening AS
SELECT r.id, to_jsonb(r) - 'change_set_id' || jsonb_build_object('withdrawal', to_jsonb(w) - 'change_set_id') AS copy
  FROM activities_reopening r LEFT JOIN activities_reopeningwithdrawal w ON w.reopening_id = r.id;

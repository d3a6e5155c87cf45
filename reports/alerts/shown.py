"""The figures that an alert about one activity shows, as SQL: JSON, which is made for the rows of a page alone.

They are of an alert `w`, its activity as it was selected, `s`, the plan `p` and the figures `f`.
"""

from reports.alerts.rules import OVER_ABOVE

_RED_TWICE = """
SELECT json_build_object('months', ARRAY[s.before, s.month], 'programmed', ARRAY[s.p_before, s.p],
                         'executed', ARRAY[s.e_before, s.e], 'progress', ARRAY[s.progress_before, s.progress],
                         'red_below', trim_scale(p.amber_from))
  FROM (SELECT m.month, m.p, m.e, m.progress, lag(m.month) OVER w AS before, lag(m.p) OVER w AS p_before,
               lag(m.e) OVER w AS e_before, lag(m.progress) OVER w AS progress_before
          FROM (SELECT month, p, e, progress(e, p) AS progress
                  FROM unnest(f.programmed, f.executed) WITH ORDINALITY AS u (p, e, month)
                 WHERE month <= %(through)s AND p > 0) m
        WINDOW w AS (ORDER BY m.month)) s
 WHERE s.progress < p.amber_from AND s.progress_before < p.amber_from
 ORDER BY s.month DESC LIMIT 1"""

_IDENTICAL = """
SELECT json_build_object('from_month', 1, 'to_month', max(m.month), 'expected', count(*) FILTER (WHERE m.p > 0),
                         'programmed', trim_scale(sum(m.p)), 'executed', trim_scale(sum(m.e)))
  FROM (SELECT p, e, month, max(month) FILTER (WHERE e IS NOT NULL) OVER () AS last
          FROM unnest(f.programmed, f.executed) WITH ORDINALITY AS u (p, e, month)
         WHERE month <= %(through)s) m
 WHERE m.month <= m.last"""

_DECEMBER = """
SELECT json_build_object(
           'november', json_build_object('programmed', shown(n.programmed), 'executed', shown(n.executed),
                                         'progress', progress(n.executed, n.programmed)),
           'december', json_build_object('programmed', f.programmed[12], 'executed', f.executed[12],
                                         'progress', progress(f.executed[12], f.programmed[12])),
           'year', json_build_object('programmed', shown(y.programmed), 'executed', shown(y.executed),
                                     'progress', progress(y.executed, y.programmed)))
  FROM measure('sum', f.programmed[1:11], f.executed[1:11]) n, measure('sum', f.programmed, f.executed) y"""

_OVER = f"""
SELECT json_build_object('through', %(through)s::int, 'programmed', shown(m.programmed), 'executed', shown(m.executed),
                         'progress', progress(m.executed, m.programmed), 'above', {OVER_ABOVE})
  FROM measure(s.accumulation, f.programmed[1 : %(through)s], f.executed[1 : %(through)s]) m"""

_SHOWN = {"red_twice": _RED_TWICE, "identical": _IDENTICAL, "december": _DECEMBER, "over": _OVER}
_CASES = "".join(f" WHEN '{rule}' THEN ({sql})::text" for rule, sql in _SHOWN.items())
FIGURES = f"CASE w.rule{_CASES} ELSE w.figures END"

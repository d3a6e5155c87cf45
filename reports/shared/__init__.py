"""What reports share, and how to make a new one.

A report "x" is a package `reports/x/`, which has a view in `reports/views.py`, with what the documentation says of it,
and a path in `reports/urls.py` (or in `frozen_urls.py`, which is not below `/reports/`). It needs:

- `statement.py`: its columns (`columns.py`) and the SQL that reads them for a question (`reading.py`, `selection.py`).
  Where activities are added up, `sums/statement.py` gives the CTEs, also by keys of its own (`sums/question.py`);
- `report.py`: what answers a question. A report in JSON is a `DocumentReport`, for which publications and charts can
  ask by name; with a `row_key` it can be published. A file or a drawing alone is a `Report`;
- `serializers.py`: the shape of its document for the schema, from the same columns, with an example.

Where it has parameters of its own, `query.py` declares them and the question that they become. Their base is
`ReportQuery`, or `PagedQuery` where the rows in JSON come in pages. Without parameters of its own the base itself is
the report's query.

It imports nothing from other reports. Tests ask for two lines more: who may ask it in `tests/operations.py`, and its
package in the tree of `docs/architecture.md`. The contract gets its row (api.md, "Reports").
"""

"""What reports share, and how to make a new one.

A report "x" is a package `reports/x/` and a line in `reports/urls.py` (or `frozen_urls.py`) that names its view:

- `query.py`: a `ReportQuery` or `PagedQuery` with a field for each parameter of its own, and the question that they
  become;
- `statement.py`: its columns (`columns.py`) and the SQL that reads them for a question (`reading.py`, `selection.py`;
  `sums/` where activities are added up);
- `report.py`: the document in JSON and the tables in other formats, declared as a `DocumentReport` and registered, so
  that publications and charts can ask for it by name; with a `row_key` it can be published;
- `serializers.py`: the shape of the document for the schema, from the same columns;
- `views.py`: a `ReportView` with what the documentation says of it.

It imports nothing from other reports.
"""

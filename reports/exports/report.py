"""The months of all activities, one a line, to load them elsewhere."""

from reports.exports.query import MonthsQuery
from reports.exports.statement import csv_months, json_months
from reports.shared.report import Report

MONTHS = Report(
    query=MonthsQuery,
    files={"csv": csv_months, "jsonl": json_months},
    stem=lambda question: f"meses-{question.from_year}-{question.to_year}",
)

"""The template of progress, a workbook of open months: how it is laid out, and reading it when it was filled in.

Pure, as the reading of documents is: no database, nothing written.
"""

"""Bytes into sheets of lines of cells, whatever form a document travels in.

sheets      what all forms give: `Sheet`, `Record`, and how large a table may be
kinds       which form a file has, and what is said of those that are not read
text        TSV and CSV, `html` tables of web pages, `workbook` XLSX, whose parts `archive` looks through first
"""

"""A host made of plain objects: it gives the rows that a test has, and keeps what the scanner hands over."""

from componentize_py_types import Err
from wit_world.imports.query import Column, Page, Values_Integers, Values_Texts

INTEGERS = {"size_gib"}
"""The columns that are no texts."""


class Cursor:
    """Two rows at a time, so that pages are tried as well."""

    def __init__(self, columns, rows):
        self.names, self.rows, self.is_given_back = columns, list(rows), False

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.is_given_back = True

    def columns(self):
        return [Column(name, "int" if name in INTEGERS else "text") for name in self.names]

    def next(self, max_rows):
        some, self.rows = self.rows[:2], self.rows[2:]
        values = {name: Values_Integers if name in INTEGERS else Values_Texts for name in self.names}
        columns = [values[name]([row.get(name) for row in some]) for name in self.names]
        return Page(len(some), columns) if some else None


class Host:
    """A host on 2026-11-26 whose one query gives these rows, or ends in this error of the contract."""

    def __init__(self, columns=(), rows=(), error=None):
        self.columns, self.rows, self.error = columns, rows, error
        self.asked, self.cursors, self.batches, self.gaps = [], [], [], []

    def today(self):
        return "2026-11-26"

    def sql(self, text, parameters):
        self.asked.append(text)
        if self.error is not None:
            raise Err(self.error)
        self.cursors.append(Cursor(self.columns, self.rows))
        return self.cursors[-1]

    def emit(self, findings):
        self.batches.append(findings)

    def report_gap(self, gap):
        self.gaps.append(gap)

    def found(self):
        return [finding for batch in self.batches for finding in batch]

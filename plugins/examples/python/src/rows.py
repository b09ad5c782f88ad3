"""The rows of a query, one after the other. A page comes column by column; a row is a dict by the columns' names."""

AT_ONCE = 4096
"""How many rows are asked for at once. Fewer may come."""


def rows(cursor):
    """All rows of a cursor, which is given back after the last: else the host would keep the result until the scan ends.
    What is null in the table is None; a `decimal` is its digits, a `time` its ISO text."""
    with cursor:
        names = [column.name for column in cursor.columns()]
        while (page := cursor.next(AT_ONCE)) is not None:
            columns = [values.value for values in page.columns]
            for at in range(page.rows):
                yield {name: column[at] for name, column in zip(names, columns)}

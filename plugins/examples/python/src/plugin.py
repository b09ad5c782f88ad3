"""The component's door: the contract's imports, handed to the scanner, and its exports. There is nothing to test here."""

import scanner
from wit_world.imports import clock, findings, query


class Host:
    """What the scanner asks of."""

    today = staticmethod(clock.today)
    emit = staticmethod(findings.emit)
    report_gap = staticmethod(findings.report_gap)
    sql = staticmethod(query.sql)


class Scanners:
    """The export `scanners`: componentize-py looks for a class of this name."""

    def describe(self):
        return scanner.describe()

    def scan(self, parameters):
        scanner.scan(Host, parameters)

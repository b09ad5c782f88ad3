"""What the scanner makes of rows and of errors. That its SQL is right, the built component is tried for."""

import unittest

from componentize_py_types import Err
from fake import Host
from scanner import describe, scan
from wit_world.imports.findings import Resource, Saving
from wit_world.imports.plugins import Fact, Scope
from wit_world.imports.query import (
    Error_Denied, Error_Throttled, Parameter, Patience, Reason, Value_Integer, Value_Null, Value_Text,
)

COLUMNS = (
    "resource_id kind name provider account_id region created_at volume_id size_gib cost_30d cost_basis cost_currency".split()
)


def snapshot(resource_id, created_at="2020-01-01T00:00:00Z", **more):
    """A row. Each is of a volume of its own, unless `more` says otherwise."""
    common = {"provider": "aws", "account_id": "111122223333", "region": "eu-west-1", "volume_id": f"vol-{resource_id}"}
    return {"resource_id": resource_id, "created_at": created_at, **common, **more}


def scanned(rows, *parameters):
    """The host after a scan of these rows."""
    host = Host(COLUMNS, rows)
    scan(host, list(parameters))
    return host


def days(count):
    return Parameter("days", Value_Integer(count))


def ids(host):
    return [finding.resource.resource_id for finding in host.found()]


class Scan(unittest.TestCase):
    def ending(self, host, *parameters):
        """What a scan ends in."""
        with self.assertRaises(Err) as raised:
            scan(host, list(parameters))
        return raised.exception.value

    def test_a_snapshot_is_old_when_it_is_older_than_so_many_days(self):
        rows = [
            snapshot("new", "2026-11-25T23:59:59Z"),
            snapshot("edge", "2026-08-28T00:00:00Z"),
            snapshot("old", "2026-08-27T23:59:59Z"),
        ]
        self.assertEqual(ids(scanned(rows)), ["old"])
        self.assertEqual(ids(scanned(rows, days(89))), ["edge", "old"])
        self.assertEqual(ids(scanned(rows, days(0))), ["new", "edge", "old"])
        self.assertEqual(ids(scanned(rows, days(2**63 - 1))), [])

    def test_findings_are_handed_over_a_hundred_at_a_time_and_none_is_lost(self):
        names = [f"snap-{n}" for n in range(205)]
        host = scanned([snapshot(name) for name in names])
        self.assertEqual([len(batch) for batch in host.batches], [100, 100, 5])
        self.assertEqual(ids(host), names)

    def test_the_cursor_is_given_back_also_where_the_scan_ends_early(self):
        self.assertEqual([cursor.is_given_back for cursor in scanned([snapshot("old")]).cursors], [True])
        host = Host(COLUMNS, [snapshot("a", "some day")])
        self.ending(host)
        self.assertEqual([cursor.is_given_back for cursor in host.cursors], [True])

    def test_a_snapshot_of_unknown_age_is_a_gap_where_it_is(self):
        rows = [snapshot("a", None), snapshot("b", None), snapshot("c", None, account_id="444455556666", region=None)]
        host = scanned([*rows, snapshot("old")])
        self.assertEqual(ids(host), ["old"])
        self.assertEqual([(gap.rule, gap.scope, gap.message) for gap in host.gaps], [
            ("old-snapshot", Scope("aws", "111122223333", "eu-west-1"), "of 2 snapshots `created_at` is not known"),
            ("old-snapshot", Scope("aws", "444455556666", "*"), "of 1 snapshots `created_at` is not known"),
        ])
        self.assertEqual(scanned([snapshot("old")]).gaps, [])

    def test_of_very_many_places_none_is_named(self):
        host = scanned([snapshot(f"snap-{n}", None, account_id=str(n)) for n in range(101)])
        self.assertEqual([(gap.scope, gap.message) for gap in host.gaps],
                         [(None, "of 101 snapshots `created_at` is not known")])

    def test_a_finding_says_what_it_was_concluded_from(self):
        more = {"kind": "storage.snapshot", "name": "before-upgrade", "cost_30d": "4.10", "cost_basis": "cost_api"}
        [finding] = scanned([snapshot("a", "2026-01-01T00:00:00Z", size_gib=80, **more)]).found()
        self.assertEqual(finding.uid, "old-snapshots/old-snapshot/a")
        self.assertEqual(finding.rule, describe().rules[0].id)
        self.assertEqual(finding.resource, Resource(
            "a", "storage.snapshot", "before-upgrade", "aws", "111122223333", "eu-west-1",
        ))
        self.assertEqual(finding.evidence, [
            Fact("created_at", Value_Text("2026-01-01T00:00:00Z")),
            Fact("age_days", Value_Integer(329)),
            Fact("size_gib", Value_Integer(80)),
            Fact("cost_30d", Value_Text("4.10")),
            Fact("cost_basis", Value_Text("cost_api")),
        ])
        [unknown] = scanned([snapshot("a")]).found()
        self.assertEqual(unknown.evidence[-1], Fact("size_gib", Value_Null()))

    def test_a_saving_is_said_where_the_snapshot_is_the_only_one_of_its_volume(self):
        rows = [
            snapshot("alone", cost_30d="0.10000000000000000001"),
            snapshot("first", volume_id="vol-1", cost_30d="2"),
            snapshot("second", "2026-11-25T00:00:00Z", volume_id="vol-1", cost_30d="2"),
            snapshot("elsewhere", volume_id="vol-1", region="us-east-1", cost_30d="3"),
            snapshot("of-nothing", volume_id=None, cost_30d="2"),
            snapshot("free", cost_30d="0.00"),
            snapshot("refunded", cost_30d="-1"),
            snapshot("unknown", cost_30d=None),
        ]
        savings = {f.resource.resource_id: f.monthly_saving for f in scanned(rows).found() if f.monthly_saving}
        self.assertEqual(savings, {
            "alone": Saving("0.10000000000000000001", None),
            "elsewhere": Saving("3", None),
        })

    def test_a_saving_is_in_the_currency_of_its_cost_where_that_is_money(self):
        rows = [snapshot(f"{at}", cost_30d="2", cost_currency=word) for at, word in enumerate(["EUR", None, "credits"])]
        savings = [finding.monthly_saving for finding in scanned(rows).found()]
        self.assertEqual(savings, [Saving("2", "EUR"), Saving("2", None), None])

    def test_an_error_of_the_host_is_the_failure_that_the_scan_ends_in(self):
        message = "the table `snapshots` is not granted"
        denied = self.ending(Host(error=Error_Denied(Reason(message, "table_not_granted"))))
        self.assertEqual((denied.code, denied.message, denied.details), ("denied", message, []))
        throttled = self.ending(Host(error=Error_Throttled(Patience("slow down", 30))))
        self.assertEqual(throttled.code, "throttled")
        self.assertEqual(throttled.details, [Fact("retry_after_seconds", Value_Integer(30))])
        self.assertEqual(self.ending(Host(error=Error_Throttled(Patience("slow down", None)))).details, [])

    def test_an_error_of_the_scanner_itself_is_a_failure_too_and_no_trap(self):
        failure = self.ending(Host(COLUMNS, [snapshot("a", "some day")]))
        self.assertEqual(failure.code, "failed")
        self.assertIn("some day", failure.message)

    def test_a_parameter_that_does_not_fit_is_named_and_nothing_is_asked(self):
        host = Host(COLUMNS)
        unknown = self.ending(host, Parameter("day", Value_Integer(1)))
        self.assertEqual((unknown.code, unknown.message), ("invalid", "there is no parameter `day`; there are days"))
        text = self.ending(host, Parameter("days", Value_Text("90")))
        self.assertEqual(text.message, "the parameter `days` takes a value of type `int`")
        self.assertEqual(self.ending(host, days(-1)).code, "invalid")
        self.assertEqual(host.asked, [])


if __name__ == "__main__":
    unittest.main()

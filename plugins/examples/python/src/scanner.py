"""Finds snapshots that are older than so many days. The host is an object that is handed in, so that tests hand in
another."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal

from failure import failure
from parameters import invalid, settings
from rows import rows
from wit_world.exports.scanners import Description
from wit_world.imports.findings import Finding, Gap, Resource, Saving
from wit_world.imports.plugins import Fact, ParameterDescription, Rule, Scope
from wit_world.imports.query import Value_Integer, Value_Null, Value_Text

NAME = "old-snapshots"

AT_ONCE = 100
"""How many findings are handed over at once."""

PLACES = 100
"""How many places gaps name at most."""

PARAMETERS = [
    ParameterDescription(
        name="days",
        type="int",
        default=Value_Integer(90),
        unit="days",
        meaning="how old a snapshot may become",
        details=[],
    ),
]

RULE = Rule(
    id="old-snapshot",
    title="Snapshot is old",
    severity="low",
    why="Snapshots are made by themselves and stay until somebody deletes them.",
    details=[],
)

SQL = """
SELECT resource_id, kind, name, provider, account_id, region, created_at, volume_id, size_gib, cost_30d, cost_basis,
  cost_currency
FROM snapshots
WHERE coalesce(state, 'unknown') NOT IN ('deleting', 'deleted')
ORDER BY resource_id"""


def describe():
    """What it is."""
    return Description(
        name=NAME,
        version="0.1.0",
        contract="0.1.0",
        summary="finds snapshots that are older than so many days",
        parameters=PARAMETERS,
        rules=[RULE],
        details=[],
    )


def scan(host, parameters):
    """Looks, and hands over what it finds."""
    try:
        days = settings(PARAMETERS, parameters)["days"]
        if days < 0:
            raise invalid("the parameter `days` is an age, and not less than 0")
        snapshots = list(rows(host.sql(SQL, [])))
        found = old(snapshots, date.fromisoformat(host.today()), days)
        for start in range(0, len(found), AT_ONCE):
            host.emit(found[start : start + AT_ONCE])
        tell_unknown(host, snapshots)
    except Exception as error:
        raise failure(error) from None


def old(snapshots, today, days):
    """The findings."""
    siblings = Counter(volume(row) for row in snapshots)
    known = [row for row in snapshots if row["created_at"] is not None]
    # A time is ISO 8601 in UTC, so its first ten letters are the day.
    ages = [(row, (today - date.fromisoformat(row["created_at"][:10])).days) for row in known]
    return [finding(row, age, siblings[volume(row)] == 1) for row, age in ages if age > days]


def tell_unknown(host, snapshots):
    """What cannot be judged is told: silence would say that all is well. It is told by where it is, so that what is gone
    elsewhere is resolved all the same."""
    places = Counter(place(row) for row in snapshots if row["created_at"] is None)
    # Very many places are everywhere: a host takes only so many gaps.
    gaps = places if len(places) <= PLACES else {None: places.total()}
    for where, count in gaps.items():
        message = f"of {count} snapshots `created_at` is not known"
        host.report_gap(Gap(RULE.id, where and Scope(*where), "failed", message, []))


def place(row):
    """Where a snapshot is. One that does not say it may be anywhere."""
    return tuple(row[name] or "*" for name in ("provider", "account_id", "region"))


def volume(row):
    """What a snapshot was taken of."""
    return row["provider"], row["account_id"], row["region"], row["volume_id"]


def finding(row, age, is_alone):
    """The finding of a snapshot. `is_alone`: no other was taken of its volume."""
    evidence = [fact("created_at", row["created_at"]), fact("age_days", age), fact("size_gib", row["size_gib"])]
    if row["cost_30d"] is not None:
        evidence += [fact("cost_30d", row["cost_30d"]), fact("cost_basis", row["cost_basis"])]
    return Finding(
        uid=f"{NAME}/{RULE.id}/{row['resource_id']}",
        class_="compliance",
        title=RULE.title,
        severity=RULE.severity,
        status="new",
        rule=RULE.id,
        resource=resource(row),
        evidence=evidence,
        remediation="Delete it unless it must be kept; then keep it in the archive tier.",
        monthly_saving=saving(row, is_alone),
        details=[],
    )


def resource(row):
    """What the finding is about."""
    return Resource(*(row[name] for name in ("resource_id", "kind", "name", "provider", "account_id", "region")))


def saving(row, is_alone):
    """What was paid in 30 days, where no other snapshot of the volume would have to be paid for in its place. The host
    takes no currency but by its three letters: a vendor's credits are no saving."""
    cost, currency = row["cost_30d"], row["cost_currency"]
    if cost is None or not is_alone or row["volume_id"] is None or Decimal(cost) <= 0:
        return None
    is_money = currency is None or re.fullmatch("[A-Z]{3}", currency)
    return Saving(cost, currency) if is_money else None


def fact(name, value):
    """A piece of evidence: a number, a text, or nothing."""
    if value is None:
        return Fact(name, Value_Null())
    return Fact(name, Value_Integer(value) if isinstance(value, int) else Value_Text(value))

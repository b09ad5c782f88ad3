"""From what goes wrong in Python to what the contract calls a failure. An exception that leaves `scan` as it is would end
the component, and the operator would read of a trap."""

from componentize_py_types import Err
from wit_world.imports import query
from wit_world.imports.plugins import Fact, Failure

CODES = {
    query.Error_Denied: "denied",
    query.Error_Invalid: "invalid",
    query.Error_Throttled: "throttled",
    query.Error_Limit: "limit",
    query.Error_Upstream: "upstream",
}


def failure(error):
    """The failure to raise for whatever was raised."""
    # An import that fails raises an `Err` whose value is the contract's own: here a case of `query.error`.
    case = error.value if isinstance(error, Err) else None
    if type(case) not in CODES:
        return Err(Failure("failed", f"{type(error).__name__}: {error}", []))
    return Err(Failure(CODES[type(case)], case.value.message, patience(case)))


def patience(case):
    """How long to wait, where the provider said."""
    seconds = case.value.retry_after_seconds if isinstance(case, query.Error_Throttled) else None
    return [] if seconds is None else [Fact("retry_after_seconds", query.Value_Integer(seconds))]

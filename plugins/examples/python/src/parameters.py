"""What the operator set, with the defaults for all that was left."""

from componentize_py_types import Err
from wit_world.imports.query import Error_Invalid, Reason


def settings(described, given):
    """The parameters of a run by name, each as Python has it."""
    defaults = {parameter.name: parameter.default for parameter in described}
    values = {name: default.value for name, default in defaults.items()}
    for parameter in given:
        name = parameter.name
        if name not in defaults:
            raise invalid(f"there is no parameter `{name}`; there are {', '.join(defaults)}")
        if type(parameter.value) is not type(defaults[name]):
            kind = next(each.type for each in described if each.name == name)
            raise invalid(f"the parameter `{name}` takes a value of type `{kind}`")
        values[name] = parameter.value.value
    return values


def invalid(message):
    """An error in the form that imports raise theirs."""
    return Err(Error_Invalid(Reason(message, "parameter")))

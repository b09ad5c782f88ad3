// ends: bad_value BadValue: `value.toJSON` is a function
({ toJSON() { return [{ fine: true }]; } })

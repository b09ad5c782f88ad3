//! What the interpreter keeps of JavaScript for itself, so that a program may do to its globals whatever it likes.

use rquickjs::{Array, Ctx, Function, Object, Persistent, Result, Value};

/// Functions that were taken before any program ran.
#[derive(Clone)]
pub(crate) struct Tools {
    failed: Persistent<Function<'static>>,
    iso: Persistent<Function<'static>>,
    entries: Persistent<Function<'static>>,
    members: Persistent<Function<'static>>,
    unboxed: Persistent<Function<'static>>,
}

impl Tools {
    pub(crate) fn new(ctx: &Ctx<'_>) -> Result<Self> {
        let prelude: Object<'_> = ctx.eval(include_str!("prelude.js"))?;
        let keep = |name: &str| prelude.get(name).map(|function: Function<'_>| Persistent::save(ctx, function));
        Ok(Self {
            failed: keep("failed")?,
            iso: keep("iso")?,
            entries: keep("entries")?,
            members: keep("members")?,
            unboxed: keep("unboxed")?,
        })
    }

    /// An error of a query, to be thrown.
    pub(crate) fn failed<'js>(
        &self,
        ctx: &Ctx<'js>,
        message: &str,
        code: &str,
        reason: &str,
        retry_after: Option<u32>,
    ) -> Result<Value<'js>> {
        let failed = self.failed.clone().restore(ctx)?;
        match retry_after {
            Some(seconds) => failed.call((message, code, reason, seconds)),
            None => failed.call((message, code, reason)),
        }
    }

    /// A date in ISO 8601; null where it is none.
    pub(crate) fn iso<'js>(&self, date: &Value<'js>) -> Result<Value<'js>> {
        self.iso.clone().restore(date.ctx())?.call((date.clone(),))
    }

    /// The keys of a map and its values.
    pub(crate) fn entries<'js>(&self, map: &Value<'js>) -> Result<(Object<'js>, Object<'js>)> {
        let pair: Array<'js> = self.entries.clone().restore(map.ctx())?.call((map.clone(),))?;
        Ok((pair.get(0)?, pair.get(1)?))
    }

    /// The members of a set, as an array.
    pub(crate) fn members<'js>(&self, set: &Value<'js>) -> Result<Object<'js>> {
        self.members.clone().restore(set.ctx())?.call((set.clone(),))
    }

    /// The number, text or boolean that is boxed in an object; undefined where none is.
    pub(crate) fn unboxed<'js>(&self, value: &Value<'js>) -> Result<Value<'js>> {
        self.unboxed.clone().restore(value.ctx())?.call((value.clone(),))
    }
}

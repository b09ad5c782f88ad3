//! What QuickJS can and the crate around it does not offer. The one file that calls C.
#![expect(unsafe_code, reason = "the library's own functions take raw values")]

use crate::numbers;
use rquickjs::{Ctx, Error, Object, Result, Value, qjs};
use std::ffi::CString;
use std::mem::MaybeUninit;

/// Compiles a script and throws the result away: says whether it is one, and runs nothing.
pub(crate) fn compile(ctx: &Ctx<'_>, source: &str, name: &str) -> Result<()> {
    let text = CString::new(source)?;
    let name = CString::new(name)?;
    let flags = qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_COMPILE_ONLY | qjs::JS_EVAL_FLAG_ASYNC;
    let raw = ctx.as_raw().as_ptr();
    // SAFETY: the text ends in a NUL that its length does not count, as the parser asks for; what comes back is ours.
    let compiled = unsafe { qjs::JS_Eval(raw, text.as_ptr(), source.len() as _, name.as_ptr(), flags as _) };
    owned(ctx, compiled).map(drop)
}

/// The characters of a text or of a big integer. Halves of surrogate pairs, which no UTF-8 can hold, become U+FFFD.
pub(crate) fn text(value: &Value<'_>) -> Result<String> {
    let ctx = value.ctx();
    let mut len = MaybeUninit::uninit();
    // SAFETY: both are alive; the characters are copied before they are given back.
    unsafe {
        let start = qjs::JS_ToCStringLen(ctx.as_raw().as_ptr(), len.as_mut_ptr(), value.as_raw());
        if start.is_null() {
            return Err(Error::Exception);
        }
        let bytes = std::slice::from_raw_parts(start.cast::<u8>(), len.assume_init());
        let text = String::from_utf8_lossy(bytes).into_owned();
        qjs::JS_FreeCString(ctx.as_raw().as_ptr(), start);
        Ok(text)
    }
}

/// What kind of object the engine made, whatever its prototype says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Array,
    Date,
    Map,
    Set,
    Error,
    Promise,
    Function,
    Other(qjs::JSClassID),
}

/// The kind of an object.
pub(crate) fn kind(value: &Value<'_>) -> Kind {
    let raw = value.as_raw();
    // SAFETY: they read the value's tag and its object's class.
    unsafe {
        match () {
            () if value.is_array() => Kind::Array,
            () if value.is_function() => Kind::Function,
            () if qjs::JS_IsDate(raw) => Kind::Date,
            () if qjs::JS_IsMap(raw) => Kind::Map,
            () if qjs::JS_IsSet(raw) => Kind::Set,
            () if value.is_error() => Kind::Error,
            () if value.is_promise() => Kind::Promise,
            () => Kind::Other(class(value)),
        }
    }
}

/// Gives an object a property of its own, past any setter that a program may have put on its prototype.
pub(crate) fn define<'js>(object: &Object<'js>, name: &Name<'js>, value: Value<'js>) -> Result<()> {
    let ctx = object.ctx().as_raw().as_ptr();
    // SAFETY: the property takes over the reference that is made for it here.
    let outcome = unsafe {
        let value = qjs::JS_DupValue(ctx, value.as_raw());
        qjs::JS_DefinePropertyValue(ctx, object.as_raw(), name.atom, value, qjs::JS_PROP_C_W_E as _)
    };
    if outcome < 0 { Err(Error::Exception) } else { Ok(()) }
}

/// Puts a value at a place of an array, past any setter.
pub(crate) fn define_at<'js>(array: &Object<'js>, index: u32, value: Value<'js>) -> Result<()> {
    let ctx = array.ctx().as_raw().as_ptr();
    // SAFETY: as in `define`.
    let outcome = unsafe {
        let value = qjs::JS_DupValue(ctx, value.as_raw());
        qjs::JS_DefinePropertyValueUint32(ctx, array.as_raw(), index, value, qjs::JS_PROP_C_W_E as _)
    };
    if outcome < 0 { Err(Error::Exception) } else { Ok(()) }
}

/// A property's name, interned once for all the rows that have it.
pub(crate) struct Name<'js> {
    ctx: Ctx<'js>,
    atom: qjs::JSAtom,
}

impl<'js> Name<'js> {
    pub(crate) fn new(ctx: &Ctx<'js>, name: &str) -> Result<Self> {
        // SAFETY: the characters are copied.
        let atom = unsafe { qjs::JS_NewAtomLen(ctx.as_raw().as_ptr(), name.as_ptr().cast(), name.len() as _) };
        if atom == 0 { Err(Error::Exception) } else { Ok(Self { ctx: ctx.clone(), atom }) }
    }
}

impl Drop for Name<'_> {
    fn drop(&mut self) {
        // SAFETY: it was made by `new` and is given back once.
        unsafe { qjs::JS_FreeAtom(self.ctx.as_raw().as_ptr(), self.atom) };
    }
}

fn owned<'js>(ctx: &Ctx<'js>, raw: qjs::JSValue) -> Result<Value<'js>> {
    // SAFETY: the caller has just been given it by the engine.
    unsafe {
        if qjs::JS_IsException(raw) {
            return Err(Error::Exception);
        }
        Ok(Value::from_raw(ctx.clone(), raw))
    }
}

/// A text of JavaScript.
pub(crate) fn string<'js>(ctx: &Ctx<'js>, text: &str) -> Result<Value<'js>> {
    Ok(rquickjs::String::from_str(ctx.clone(), text)?.into_value())
}

/// An integer as a number; as a big integer where a number would round it.
pub(crate) fn integer<'js>(ctx: &Ctx<'js>, integer: i64) -> Result<Value<'js>> {
    match i32::try_from(integer) {
        Ok(small) => Ok(Value::new_int(ctx.clone(), small)),
        Err(_) if (integer as f64).abs() <= numbers::MAX_SAFE => Ok(Value::new_float(ctx.clone(), integer as f64)),
        Err(_) => Value::new_big_int(ctx.clone(), integer),
    }
}

/// How long an array says it is.
pub(crate) fn length(array: &Object<'_>) -> Result<f64> {
    let length: Value<'_> = array.get("length")?;
    Ok(length.as_number().unwrap_or(0.0))
}

/// The class of an object.
pub(crate) fn class(value: &Value<'_>) -> qjs::JSClassID {
    // SAFETY: reads the object's class.
    unsafe { qjs::JS_GetClassID(value.as_raw()) }
}

/// Whether it is an `Int32Array` or one of its like.
pub(crate) fn is_typed_array(value: &Value<'_>) -> bool {
    // SAFETY: reads the object's class.
    unsafe { qjs::JS_GetTypedArrayType(value.as_raw()) >= 0 }
}

/// What the host gives as random in this run. Asked for directly: the standard library keeps what it drew first, which
/// was while the interpreter was prepared.
#[cfg(target_os = "wasi")]
pub(crate) fn random() -> u64 {
    unsafe extern "C" {
        fn getentropy(start: *mut u8, length: usize) -> i32;
    }
    let mut bytes = [0; 8];
    // SAFETY: fills so many bytes. Where it cannot, they stay as they are, and the run draws the same numbers as others.
    unsafe { getentropy(bytes.as_mut_ptr(), bytes.len()) };
    u64::from_le_bytes(bytes)
}

/// Outside of a sandbox nobody fixes it.
#[cfg(not(target_os = "wasi"))]
pub(crate) fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    RandomState::new().build_hasher().finish()
}

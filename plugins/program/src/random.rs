//! `Math.random`. The engine's own has its seed from before the interpreter was prepared, which would make every run
//! of every program draw the same numbers; this one is seeded when a run begins, from what the host gives as random.

use crate::native;
use rquickjs::{Ctx, Function, Object, Result};
use std::cell::Cell;

thread_local! {
    static STATE: Cell<u64> = const { Cell::new(1) };
}

/// Begins anew.
pub(crate) fn seed() {
    // A generator of this kind stays at zero for ever.
    STATE.set(native::random() | 1);
}

pub(crate) fn install(ctx: &Ctx<'_>) -> Result<()> {
    let math: Object<'_> = ctx.globals().get("Math")?;
    math.set("random", Function::new(ctx.clone(), next)?.with_name("random")?)
}

/// A number from 0 to below 1, by xorshift64*.
fn next() -> f64 {
    let mut state = STATE.get();
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    STATE.set(state);
    let bits = state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

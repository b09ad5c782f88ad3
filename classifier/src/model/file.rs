//! The file of a trained model: bytes in a fixed order, numbers with the low byte first.

use super::calibrate::{MOST_STEPS, Steps};
use super::linear::{Linear, MOST_CLASSES};
use super::{Bounds, Model, Worth};

/// How the file begins. Another order of what follows is another number.
const MAGIC: &[u8] = b"neph-model-2\n";

/// More buckets are no model of ours.
const MOST_BUCKETS: usize = 1 << 20;

/// The bytes of a model.
pub(super) fn write(model: &Model) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend(model.inputs.to_le_bytes());
    write_linear(&mut out, &model.route);
    write_linear(&mut out, &model.table);
    for name in &model.tables {
        write_len(&mut out, name.len());
        out.extend(name.bytes());
    }
    for bound in model.bounds.all() {
        out.extend(bound.to_le_bytes());
    }
    for steps in model.worth.all() {
        write_len(&mut out, steps.0.len());
        out.extend(steps.0.iter().flat_map(|(from, share)| [from.to_le_bytes(), share.to_le_bytes()]).flatten());
    }
    out
}

/// Every number of things is far below the bound of the type.
#[expect(clippy::cast_possible_truncation, reason = "the reader holds all of them to bounds")]
fn write_len(out: &mut Vec<u8>, len: usize) {
    out.extend((len as u32).to_le_bytes());
}

fn write_linear(out: &mut Vec<u8>, linear: &Linear) {
    write_len(out, linear.classes);
    write_len(out, linear.buckets);
    out.push(u8::from(linear.letters));
    out.extend(linear.scale.iter().flat_map(|scale| scale.to_le_bytes()));
    out.extend(linear.weights.iter().map(|weight| weight.cast_unsigned()));
}

/// Reads a model; nothing where the bytes are not one.
pub(super) fn read(bytes: &[u8]) -> Option<Model> {
    let mut rest = Rest(bytes.strip_prefix(MAGIC)?);
    let inputs = u64::from_le_bytes(rest.array()?);
    let route = rest.linear()?;
    let table = rest.linear()?;
    let tables = (0..table.classes).map(|_| rest.name()).collect::<Option<_>>()?;
    let bounds = Bounds {
        refuse_strange: rest.f64()?,
        refuse_command: rest.f64()?,
        veto: rest.f64()?,
        other_table: rest.f64()?,
    };
    let worth = Worth { common: rest.steps()?, unusual: rest.steps()?, refused: rest.steps()? };
    let is_whole = rest.0.is_empty() && route.classes == 3;
    is_whole.then_some(Model { inputs, route, table, tables, bounds, worth })
}

/// What of a file is not read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn f64(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.array()?)).filter(|number| number.is_finite())
    }

    fn f32(&mut self) -> Option<f32> {
        Some(f32::from_le_bytes(self.array()?)).filter(|number| number.is_finite())
    }

    fn len(&mut self, most: usize) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.array()?)).ok().filter(|len| *len <= most)
    }

    fn linear(&mut self) -> Option<Linear> {
        let classes = self.len(MOST_CLASSES)?;
        let buckets = self.len(MOST_BUCKETS).filter(|buckets| buckets.is_power_of_two())?;
        let letters = self.array::<1>()? == [1];
        let scale = (0..classes).map(|_| self.f64()).collect::<Option<_>>()?;
        let weights = self.take(classes * buckets)?.iter().map(|byte| byte.cast_signed()).collect();
        Some(Linear { classes, buckets, letters, scale, weights })
    }

    fn name(&mut self) -> Option<String> {
        let len = self.len(64)?;
        String::from_utf8(self.take(len)?.to_vec()).ok()
    }

    fn steps(&mut self) -> Option<Steps> {
        let len = self.len(MOST_STEPS)?;
        (0..len).map(|_| Some((self.f32()?, self.f32()?))).collect::<Option<_>>().map(Steps)
    }
}

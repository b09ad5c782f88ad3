//! Finds the weights of a linear model: a support vector machine with squared hinge loss, by coordinate descent in the dual.
//!
//! It adds, multiplies, divides and takes roots in a fixed order, all of which IEEE 754 fixes to the last bit; there is no
//! logarithm or exponential, which systems round in their own ways. So every machine finds the same weights.

use super::linear::Linear;

/// How often each example is visited. The weights hardly move after ten visits.
const VISITS: usize = 20;

/// How much an example may bend the weights.
const COST: f64 = 1.0;

/// Fits one class against the rest: rows, and which of them are of the class.
fn fit(rows: &[Vec<(usize, f64)>], is_of: &[bool], buckets: usize) -> Vec<f64> {
    let mut weights = vec![0.0; buckets];
    let mut pulls = vec![0.0; rows.len()];
    let squares: Vec<f64> = rows.iter().map(|row| row.iter().map(|(_, x)| x * x).sum()).collect();
    let slack = 1.0 / (2.0 * COST);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut random = 1;
    for _ in 0..VISITS {
        shuffle(&mut order, &mut random);
        for &i in &order {
            let side = if is_of[i] { 1.0 } else { -1.0 };
            let says: f64 = rows[i].iter().map(|(at, x)| weights[*at] * x).sum();
            let gradient = side * says - 1.0 + slack * pulls[i];
            let pull = f64::max(pulls[i] - gradient / (squares[i] + slack), 0.0);
            let step = (pull - pulls[i]) * side;
            pulls[i] = pull;
            if step != 0.0 {
                for (at, x) in &rows[i] {
                    weights[*at] += step * x;
                }
            }
        }
    }
    weights
}

/// Fits every class against the others, and rounds the weights to steps.
pub(super) fn train(
    rows: &[Vec<(usize, f64)>],
    class: &[usize],
    classes: usize,
    buckets: usize,
    letters: bool,
) -> Linear {
    let mut model =
        Linear { classes, buckets, letters, scale: Vec::with_capacity(classes), weights: vec![0; classes * buckets] };
    for of in 0..classes {
        let is_of: Vec<bool> = class.iter().map(|c| *c == of).collect();
        let weights = fit(rows, &is_of, buckets);
        let largest = weights.iter().fold(0.0, |most: f64, w| most.max(w.abs()));
        let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
        for (at, weight) in weights.iter().enumerate() {
            model.weights[at * classes + of] = step(weight / scale);
        }
        model.scale.push(scale);
    }
    model
}

#[expect(clippy::cast_possible_truncation, reason = "it is between -127 and 127")]
fn step(weight: f64) -> i8 {
    weight.round().clamp(-127.0, 127.0) as i8
}

/// Another order, the same one each time.
fn shuffle(order: &mut [usize], random: &mut u64) {
    for last in (1..order.len()).rev() {
        *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(last, below(*random >> 33, last + 1));
    }
}

#[expect(clippy::cast_possible_truncation, reason = "it is less than the bound")]
fn below(random: u64, bound: usize) -> usize {
    (random % bound as u64) as usize
}

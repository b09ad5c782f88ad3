//! What a resource says that is billed with others: which resource the bill names for all of them, and its part of that.
//!
//! It stands among the row's `properties`, because a source knows it when it reads the rows, and a bill that is read
//! elsewhere needs it to say what each of them cost.

use serde::{Deserialize, Serialize};

/// Where it stands in `properties`.
pub const KEY: &str = "billedWith";

/// An equal part of what another resource is billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The resource that the bill names: its `resource_id`.
    pub of: String,
    /// Which part it is, from 0.
    pub nth: u32,
    /// How many parts there are; none where not all of those who share could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub among: Option<u32>,
}

impl Share {
    /// The share that a resource's `properties` tell of.
    pub fn read(properties: &str) -> Option<Self> {
        // Most rows tell of none, and theirs are not parsed.
        if !properties.contains(KEY) {
            return None;
        }
        let mut properties: serde_json::Value = serde_json::from_str(properties).ok()?;
        serde_json::from_value(properties.get_mut(KEY)?.take()).ok()
    }

    /// This part of an amount in its smallest units. All parts together are the amount, to the last of them.
    pub fn part(&self, amount: i128) -> Option<i128> {
        let among = i128::from(self.among.filter(|among| self.nth < *among)?);
        let (each, rest) = (amount.div_euclid(among), amount.rem_euclid(among));
        Some(each + i128::from(i128::from(self.nth) < rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(nth: u32, among: Option<u32>) -> Share {
        Share { of: "/set".to_owned(), nth, among }
    }

    #[test]
    fn parts_add_up_to_the_amount_whatever_its_sign() {
        for amount in [100, -100, 7, -7, 2, 0, i128::from(i64::MAX)] {
            let parts: Vec<_> = (0..3).filter_map(|nth| share(nth, Some(3)).part(amount)).collect();
            assert_eq!((parts.len(), parts.iter().sum::<i128>()), (3, amount));
        }
    }

    #[test]
    fn among_nobody_knows_how_many_there_is_no_part() {
        assert_eq!(share(0, None).part(100), None);
        assert_eq!(share(3, Some(3)).part(100), None);
        assert_eq!(share(0, Some(0)).part(100), None);
    }

    #[test]
    fn what_is_said_is_read_and_nothing_else_is() {
        for said in [share(2, Some(5)), share(0, None)] {
            let properties = serde_json::json!({ "vmId": "x", KEY: said }).to_string();
            assert_eq!(Share::read(&properties), Some(said));
        }
        assert_eq!(Share::read("{\"vmId\":\"x\"}"), None);
        assert_eq!(Share::read("{\"billedWith\":\"x\"}"), None);
    }
}

//! "neither tagged with an app nor with a team", "whose env tag is neither prod nor staging".

use super::{field, key};
use crate::draft::Draft;
use crate::lexicon::Role;
use schema::query::{Condition, Op};

/// "is neither prod nor staging", behind a key.
pub(super) fn of(draft: &mut Draft<'_>, at: usize, key: &str) -> Option<usize> {
    let is = usize::from(matches!(draft.words.lower(at), "is" | "are"));
    if draft.words.lower(at + is) != "neither" {
        return None;
    }
    let mut values = vec![draft.name(at + is + 1)?.to_owned()];
    let mut end = at + is + 2;
    while draft.words.lower(end) == "nor" {
        values.push(draft.name(end + 1)?.to_owned());
        end += 2;
    }
    let field = field(draft, key);
    draft.condition(field.clone(), Op::NotIn, values);
    // "but is present".
    if let Some(len) = draft.said(end, &["but is present", "but is set", "but present", "but set", "and is present"]) {
        draft.conditions.push(Condition::is_not_null(field));
        end += len;
    }
    Some(end - at)
}

/// "neither tagged with an app nor with a team", "tagged with neither an owner nor a team".
pub(super) fn keys(draft: &mut Draft<'_>, at: usize) -> Option<usize> {
    const ARTICLES: &[&str] = &["with", "by", "a", "an", "any", "the", "for"];
    let tagged = draft.role(at, Role::Tagged);
    let before = usize::from(tagged.is_none() && draft.words.lower(at) == "neither");
    let tagged = tagged.or_else(|| draft.role(at + before, Role::Tagged))?;
    let from = draft.skip(at + before + tagged, &["with", "by"]);
    let behind = usize::from(before == 0 && draft.words.lower(from) == "neither");
    if before + behind != 1 {
        return None;
    }
    let mut fields = Vec::new();
    let mut end = from + behind;
    loop {
        let start = draft.skip(end, ARTICLES);
        let (n, key) = key(draft, start)?;
        fields.push(field(draft, &key));
        end = start + n + draft.role(start + n, Role::TagWord).unwrap_or(0);
        if draft.words.lower(end) != "nor" {
            break;
        }
        end += 1;
    }
    if fields.len() < 2 {
        return None;
    }
    draft.conditions.extend(fields.into_iter().map(Condition::is_null));
    Some(end - at)
}

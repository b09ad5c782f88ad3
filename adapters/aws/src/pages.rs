//! A listing page by page: hands out tokens until the provider gives none, and never goes round in a circle.

use engine::{FetchError, FetchErrorKind};
use std::collections::HashSet;

/// The tokens of one listing.
///
/// ```text
/// let mut pages = Pages::of("ec2:DescribeVolumes");
/// while let Some(token) = pages.token() {
///     let page = …send(token)…;
///     pages.turn(page.next_token)?;
/// }
/// ```
#[derive(Debug)]
pub(crate) struct Pages {
    action: &'static str,
    /// The next page's token; the first page has none. `None` at the end.
    next: Option<Option<String>>,
    seen: HashSet<String>,
}

impl Pages {
    /// A listing that begins.
    pub(crate) fn of(action: &'static str) -> Self {
        Self { action, next: Some(None), seen: HashSet::new() }
    }

    /// The token to ask for the next page with, or none where the listing has ended.
    pub(crate) fn token(&self) -> Option<Option<String>> {
        self.next.clone()
    }

    /// Takes what the page said about the next one. A token that was there before would never end, and is an error.
    pub(crate) fn turn(&mut self, token: Option<String>) -> Result<(), FetchError> {
        self.next = match token.filter(|token| !token.is_empty()) {
            None => None,
            Some(token) if self.seen.insert(token.clone()) => Some(Some(token)),
            Some(_) => {
                self.next = None;
                return Err(FetchError::new(
                    FetchErrorKind::Failed,
                    format!("`{}` gave the same page token twice, so its listing would not end", self.action),
                )
                .with_code("paging_loop"));
            }
        };
        Ok(())
    }

    /// Ends the listing before its end: enough rows are there.
    pub(crate) fn stop(&mut self) {
        self.next = None;
    }
}

/// The list of a page. Services write one that is empty too: a reply without any says nothing of what there is, and would
/// hide everything if it were taken for an empty one.
pub(crate) fn listed<'a, T>(action: &str, list: &'a Option<Vec<T>>) -> Result<&'a [T], FetchError> {
    list.as_deref().ok_or_else(|| without_list(action))
}

/// A reply that lacks what it is about.
pub(crate) fn without_list(action: &str) -> FetchError {
    let text = format!("`{action}` was answered with a page that has no list");
    FetchError::new(FetchErrorKind::Failed, text).with_code("no_list")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Pages;

    #[test]
    fn a_listing_ends_when_no_token_comes() {
        let mut pages = Pages::of("ec2:DescribeVolumes");
        assert_eq!(pages.token(), Some(None));
        pages.turn(Some("a".to_owned())).unwrap();
        assert_eq!(pages.token(), Some(Some("a".to_owned())));
        pages.turn(Some(String::new())).unwrap();
        assert_eq!(pages.token(), None);
    }

    #[test]
    fn a_token_that_comes_back_is_an_error_and_not_a_loop() {
        let mut pages = Pages::of("ec2:DescribeVolumes");
        pages.turn(Some("a".to_owned())).unwrap();
        pages.turn(Some("b".to_owned())).unwrap();
        let error = pages.turn(Some("a".to_owned())).unwrap_err();
        assert_eq!(error.code, "paging_loop");
        assert_eq!(pages.token(), None);
    }
}

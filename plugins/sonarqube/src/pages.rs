//! A list that the server gives in pages. Whatever makes it less than whole comes as an error at its end.

use crate::server::Server;
use guest_sdk::{Error, Json};

/// How many items a page has: the most that the server gives.
const SIZE: usize = 500;

/// How many items of one list the server gives at all, on however many pages.
const MOST: usize = 10_000;

/// The pages. After an error there is no other.
pub(crate) struct Pages<'a> {
    server: &'a Server<'a>,
    url: String,
    /// Under which the items lie.
    key: &'static str,
    /// The next page, counted from 1; none when it is over.
    next: Option<usize>,
    read: usize,
    /// How many the server says there are.
    total: usize,
}

impl<'a> Pages<'a> {
    pub(crate) fn new(server: &'a Server<'a>, url: String, key: &'static str) -> Self {
        Self { server, url, key, next: Some(1), read: 0, total: 0 }
    }

    fn page(&mut self, number: usize) -> Result<Vec<Json>, Error> {
        let url = format!("{}&p={number}&ps={SIZE}", self.url);
        let mut reply = self.server.get(&url).map_err(|error| on_page(number, error))?;
        self.total = total(&reply).ok_or_else(|| wrong(number, "the reply does not say how many there are"))?;
        let Some(Json::Array(items)) = reply.get_mut(self.key).map(Json::take) else {
            return Err(wrong(number, &format!("the reply has no `{}`", self.key)));
        };
        self.read += items.len();
        self.next = (self.read < self.total).then_some(number + 1);
        // So every page brings something, and there is an end to them.
        if items.is_empty() && self.read < self.total {
            return Err(wrong(number, &format!("the list ends after {} of {}", self.read, self.total)));
        }
        Ok(items)
    }

    fn too_many(&self) -> Error {
        let Self { total, read, .. } = self;
        let message = format!("there are {total}, of which the server gives {MOST}: {read} were read");
        Error::Upstream { message, code: "too_many_results".to_owned() }
    }
}

impl Iterator for Pages<'_> {
    type Item = Result<Vec<Json>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let number = self.next?;
        let page = if self.read >= MOST { Err(self.too_many()) } else { self.page(number) };
        if page.is_err() {
            self.next = None;
        }
        Some(page)
    }
}

/// Newer servers say it in one place, and older ones in another.
fn total(reply: &Json) -> Option<usize> {
    let total = reply.get("paging").and_then(|paging| paging.get("total")).or_else(|| reply.get("total"));
    usize::try_from(total?.as_u64()?).ok()
}

fn wrong(page: usize, what: &str) -> Error {
    Error::Upstream { message: format!("page {page}: {what}"), code: "bad_reply".to_owned() }
}

/// Which page it was, where the server refused it or gave no JSON; what the host refuses is no page's.
fn on_page(page: usize, error: Error) -> Error {
    match error {
        Error::Upstream { message, code } => Error::Upstream { message: format!("page {page}: {message}"), code },
        Error::Failed(message) => Error::Failed(format!("page {page}: {message}")),
        other => other,
    }
}

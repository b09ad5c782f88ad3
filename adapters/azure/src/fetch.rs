//! One fetch of one table in one subscription: the request, and the way its lists are read.

use crate::Azure;
use crate::arm::{Arm, Listing, Request};
use crate::place::Place;
use engine::source::FetchRequest;
use engine::{FetchContext, FetchError};
use serde_json::Value as Json;
use std::sync::atomic::Ordering;

/// One list of Azure Resource Manager, over all of a subscription.
#[derive(Debug)]
pub(crate) struct List {
    /// Provider and kind, as the address has them: `Microsoft.Compute/disks`.
    pub(crate) path: &'static str,
    /// The action that a role must allow.
    pub(crate) action: &'static str,
    pub(crate) version: &'static str,
}

/// One fetch of one table in one subscription.
pub(crate) struct Fetch<'a> {
    pub(crate) azure: &'a Azure,
    pub(crate) arm: &'a Arm,
    pub(crate) request: &'a FetchRequest,
    pub(crate) cx: &'a FetchContext,
    /// Where rows belong.
    pub(crate) place: Place,
}

impl<'a> Fetch<'a> {
    pub(crate) fn new(azure: &'a Azure, request: &'a FetchRequest, cx: &'a FetchContext) -> Result<Self, FetchError> {
        let place = Place::new(&request.scope, cx.now());
        Ok(Self { azure, arm: azure.arm()?, request, cx, place })
    }

    /// A path in the subscription.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/subscriptions/{}/{rest}", self.place.account_id)
    }

    /// A list of the subscription, from its begin.
    pub(crate) fn list(&self, list: &List, query: &[(&str, &str)]) -> Result<Listing, FetchError> {
        let path = self.path(&format!("providers/{}", list.path));
        Ok(Listing::of(self.arm.get(list.action, &path, list.version, query)?))
    }

    /// Everything that a list has, at once.
    pub(crate) async fn all(&self, list: &List, query: &[(&str, &str)]) -> Result<Vec<Json>, FetchError> {
        let path = self.path(&format!("providers/{}", list.path));
        let mut all = Vec::new();
        self.read_all(self.arm.get(list.action, &path, list.version, query)?, &mut all).await?;
        Ok(all)
    }

    /// Everything that a listing has, from its first call on. Where a page cannot be read, those before it are in
    /// `values`.
    pub(crate) async fn read_all(&self, first: Request, values: &mut Vec<Json>) -> Result<(), FetchError> {
        let mut listing = Listing::of(first);
        while let Some(page) = listing.values(self.arm, self.cx).await? {
            values.extend(page);
        }
        Ok(())
    }

    /// Whether as many rows are handed over as the request needs, with some that wait still.
    pub(crate) fn has_enough_with(&self, waiting: usize) -> bool {
        let rows = self.cx.counts().rows.load(Ordering::Relaxed) + waiting as u64;
        self.request.limit.is_some_and(|limit| rows >= limit as u64)
    }
}

//! How rows are handed over: they wait here until the columns that take calls of their own are filled.

use crate::costs::ResourceCosts;
use crate::fetch::Fetch;
use crate::metrics::{self, Utilisation};
use engine::FetchError;
use schema::Row;

/// Rows on their way out.
pub(crate) struct Handover<'a> {
    f: &'a Fetch<'a>,
    utilisation: Utilisation,
    costs: ResourceCosts,
    waiting: Vec<Row>,
}

impl<'a> Handover<'a> {
    pub(crate) fn new(f: &'a Fetch<'a>) -> Self {
        Self { f, utilisation: Utilisation::wanted(f), costs: ResourceCosts::wanted(f), waiting: Vec::new() }
    }

    /// Whether as many rows are read as the request needs.
    pub(crate) fn has_enough(&self) -> bool {
        self.f.has_enough_with(self.waiting.len())
    }

    /// Takes note of a uniform scale set whose instances come next: they share what it cost.
    pub(crate) fn share(&mut self, set: String, members: usize) {
        self.costs.share(set, members);
    }

    /// Takes rows. Where metrics are wanted they wait: a call takes machines of one region only, and pages mix them.
    pub(crate) async fn take(&mut self, rows: Vec<Row>) -> Result<(), FetchError> {
        self.waiting.extend(rows);
        if !self.utilisation.is_wanted() || self.waiting.len() >= metrics::ROWS_THAT_WAIT {
            self.finish().await?;
        }
        Ok(())
    }

    /// Hands over what waits still.
    pub(crate) async fn finish(&mut self) -> Result<(), FetchError> {
        let mut rows = std::mem::take(&mut self.waiting);
        if rows.is_empty() {
            return Ok(());
        }
        self.utilisation.fill(self.f, &mut rows).await?;
        self.costs.fill(self.f, &mut rows).await?;
        self.f.cx.emit(rows).await
    }
}

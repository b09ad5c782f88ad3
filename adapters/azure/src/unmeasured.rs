//! What answers of Azure Monitor lack, and what is told of it: regions that cannot be read, machines and metrics that an
//! answer leaves out, and metrics that it has no values of. None of these is a machine that does nothing.

use crate::errors;
use crate::fetch::Fetch;
use crate::metrics::{ACTION, Batch};
use crate::words::{id, list, text};
use engine::{FetchError, FetchErrorKind};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Regions whose metrics cannot be read: each is told of once, and is not asked again. The others go on.
#[derive(Debug, Default)]
pub(crate) struct Down(BTreeSet<String>);

impl Down {
    pub(crate) fn has(&self, batch: &Batch) -> bool {
        self.0.contains(&batch.region)
    }

    /// The batches of other regions.
    pub(crate) fn others<'a>(&self, batches: &'a [Batch]) -> Vec<&'a Batch> {
        batches.iter().filter(|batch| !self.has(batch)).collect()
    }

    /// Tells of batches that failed, and gives back whether others are worth asking for.
    pub(crate) async fn tell(
        &mut self,
        f: &Fetch<'_>,
        columns: &[&'static str],
        failed: Vec<(&Batch, FetchError)>,
    ) -> Result<bool, FetchError> {
        if let Some((_, error)) = failed.iter().find(|(_, error)| is_everywhere(error)) {
            f.cx.gap(columns, None, error.clone()).await?;
            return Ok(false);
        }
        for (Batch { region, .. }, error) in failed {
            if self.0.insert(region.clone()) {
                let message = format!("metrics of the region `{}`: {}", errors::safe(region), error.message);
                f.cx.gap(columns, Some(region.clone()), FetchError { message, ..error }).await?;
            }
        }
        Ok(true)
    }
}

/// Whether other regions would answer the same: who may not read, or has no token, is the same there.
pub(crate) fn is_everywhere(error: &FetchError) -> bool {
    matches!(error.kind, FetchErrorKind::Denied | FetchErrorKind::Expired)
}

/// What an answer has of one metric of a machine.
pub(crate) fn metric_of<'a>(machine: &'a Json, name: &str) -> Option<&'a Json> {
    list(machine, "/value").find(|one| text(one, "/name/value") == Some(name))
}

/// Of a machine that is in an answer, without a metric that was asked for. One without samples is there, and empty.
pub(crate) fn not_named() -> FetchError {
    let text = format!("`{ACTION}` was answered without a metric that was asked for");
    FetchError::new(FetchErrorKind::Transient, text).with_code("left_out")
}

/// Metrics, by name, that a reply has no values of for some machines: how many, the first of them, and why.
#[derive(Debug, Default)]
pub(crate) struct Refused(BTreeMap<String, (usize, String, FetchError)>);

impl Refused {
    /// Takes out what is no whole series, and notes which of the metrics that were asked for are not there.
    pub(crate) fn take_out(&mut self, values: &mut [Json], names: &str) {
        for of_machine in values {
            let machine = id(of_machine, "/resourceid").unwrap_or_default();
            for name in names.split(',').filter(|name| metric_of(of_machine, name).is_none()) {
                self.note(name, &machine, not_named());
            }
            let metrics = of_machine.pointer_mut("/value").and_then(Json::as_array_mut);
            for metric in metrics.into_iter().flatten() {
                let said = errors::of_metric(ACTION, text(metric, "/errorCode"), text(metric, "/errorMessage"));
                if let Err(error) = said {
                    self.note(text(metric, "/name/value").unwrap_or_default(), &machine, error);
                    metric["timeseries"] = Json::Null;
                }
            }
        }
    }

    pub(crate) fn note(&mut self, metric: &str, machine: &str, error: FetchError) {
        self.0.entry(metric.to_owned()).or_insert_with(|| (0, machine.to_owned(), error)).0 += 1;
    }

    /// A gap for each metric, in the columns that are made of it.
    pub(crate) async fn tell(
        self,
        f: &Fetch<'_>,
        columns: impl Fn(&str) -> Vec<&'static str>,
    ) -> Result<(), FetchError> {
        for (metric, (machines, first, error)) in self.0 {
            let columns = columns(&metric);
            if machines == 1 {
                f.cx.gap(&columns, Some(first), error).await?;
                continue;
            }
            let message = format!("{machines} machines, `{first}` among them: {}", error.message);
            f.cx.gap(&columns, None, FetchError { message, ..error }).await?;
        }
        Ok(())
    }
}

/// Machines that were asked for and that no answer names. Nothing is known of them, which is not the same as no load.
#[derive(Debug, Default)]
pub(crate) struct LeftOut {
    machines: usize,
    first: Option<String>,
}

impl LeftOut {
    /// Counts the machines of a batch whose answer has come and that are not in it.
    pub(crate) fn note(&mut self, batch: &Batch, is_answered: impl Fn(&str) -> bool) {
        for id in batch.ids.iter().filter(|id| !is_answered(id)) {
            self.machines += 1;
            self.first.get_or_insert_with(|| id.clone());
        }
    }

    /// What a gap says of them, where there are any.
    pub(crate) fn error(self) -> Option<FetchError> {
        let first = self.first?;
        let message = match self.machines {
            1 => format!("Azure Monitor was asked for `{first}` and its answer does not name it"),
            n => format!("Azure Monitor was asked for {n} machines that its answers do not name, `{first}` among them"),
        };
        Some(FetchError::new(FetchErrorKind::Transient, message).with_code("left_out"))
    }
}

//! The last answers that did not fit into one result, so that their next pages show the rows of the first.

use crate::reply::Reply;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The last answers, within bounds of number and memory. The newest is always there.
#[derive(Debug)]
pub(super) struct Kept {
    answers: Mutex<VecDeque<Entry>>,
    most: usize,
    most_bytes: usize,
}

#[derive(Debug)]
struct Entry {
    id: String,
    reply: Arc<Reply>,
    bytes: usize,
}

/// Characters of an id: 64 bits that nobody guesses, and few for a model to copy.
const ID: usize = 16;

impl Kept {
    /// Keeps nothing yet.
    pub(super) fn new(most: usize, most_bytes: usize) -> Self {
        Self { answers: Mutex::default(), most, most_bytes }
    }

    /// Keeps an answer, and says under which id.
    pub(super) fn keep(&self, reply: Arc<Reply>) -> String {
        let mut id = Uuid::new_v4().simple().to_string();
        id.truncate(ID);
        let bytes = reply.answer().map_or(0, |a| a.batches.iter().map(|batch| batch.get_array_memory_size()).sum());
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut others: usize = answers.iter().map(|entry| entry.bytes).sum();
        while (answers.len() >= self.most.max(1) || others > self.most_bytes)
            && let Some(oldest) = answers.pop_front()
        {
            others -= oldest.bytes;
        }
        answers.push_back(Entry { id: id.clone(), reply, bytes });
        id
    }

    /// The answer of an id, if it is still there. Asking for it makes it the newest.
    pub(super) fn get(&self, id: &str) -> Option<Arc<Reply>> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let at = answers.iter().position(|entry| entry.id == id)?;
        let entry = answers.remove(at)?;
        let reply = entry.reply.clone();
        answers.push_back(entry);
        Some(reply)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reply::{Outcome, Refusal, Route};

    fn reply() -> Arc<Reply> {
        let refusal = Refusal::default();
        Arc::new(Reply {
            prompt: None,
            id: String::new(),
            program: None,
            question: None,
            route: Route::Refused,
            explanation: String::new(),
            classify_ms: 0.0,
            outcome: Outcome::Refused(refusal),
        })
    }

    #[test]
    fn the_oldest_goes_first_and_one_that_was_asked_for_is_not_old() {
        let kept = Kept::new(2, 0);
        let (first, second) = (kept.keep(reply()), kept.keep(reply()));
        assert!(kept.get(&first).is_some());
        let third = kept.keep(reply());
        let there: Vec<_> = [&first, &second, &third].map(|id| kept.get(id).is_some()).to_vec();
        assert_eq!(there, [true, false, true]);
        assert!(kept.get("").is_none());
    }
}

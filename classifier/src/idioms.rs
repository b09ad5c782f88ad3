//! Questions that name no table and that everybody asks all the same: "what do we have", "is it safe", "which VMs are idle".
//!
//! Tried only where the rules read no query. What such a phrase means is said in words that the rules read, so that a place, an
//! account or a tag beside it is read as in any other question, and the answer says how it was taken.

use crate::phrases::{Mark, Marks};
use crate::tokens::Words;

/// A phrase, and the words that it is taken for.
struct Idiom {
    /// Words with their alternatives (`is|are`); one that may be missing ends in `?`.
    phrase: &'static str,
    /// What it is taken for.
    meaning: &'static str,
    /// The words that it can begin with.
    begins: Marks,
}

/// So many words of greeting may stand before the phrase.
const WORDS_BEFORE: usize = 4;

const fn idiom(phrase: &'static str, meaning: &'static str) -> Idiom {
    Idiom { phrase, meaning, begins: beginnings(phrase.as_bytes()) }
}

/// The words of a phrase up to the first that may not be missing.
const fn beginnings(phrase: &[u8]) -> Marks {
    let (mut marks, mut from, mut at) = (Marks::NONE, 0, 0);
    loop {
        let is_end = at == phrase.len() || phrase[at] == b' ';
        let may_be_missing = !is_end && phrase[at] == b'?';
        if is_end || may_be_missing || phrase[at] == b'|' {
            if from < at {
                marks = marks.with(Mark::of_bytes(phrase, from, at));
            }
            from = at + 1;
        }
        if may_be_missing {
            at += 1;
            from = at + 1;
        } else if is_end {
            return marks;
        }
        at += 1;
    }
}

const EVERYTHING: &str = "how many resources of each kind per provider";
const DANGERS: &str = "how many open findings by severity";
const IDLE: &str = "recommendations with rule idle_instance";
const SAVINGS: &str = "recommendations";
const REACHABLE: &str = "open findings where plugin is exposure";
const BUSY: &str = "number of instances, average cpu and maximum cpu_max of running instances";

/// The longer before the shorter where one begins as another does.
const IDIOMS: &[Idiom] = &[
    idiom(
        "what all? do|does we|i|you actually? have|own|run in our|my|the cloud|clouds|estate|environment",
        EVERYTHING,
    ),
    idiom("what all? do|does we|i|you actually? have|own|run there? out? there?", EVERYTHING),
    idiom("what have|did we|i|you got", EVERYTHING),
    idiom("what|whats is? all? in|inside our|my|the cloud|clouds|estate|environment|inventory", EVERYTHING),
    idiom("what is there|here", EVERYTHING),
    idiom(
        "give|show us|me an|the|our|a full? overview|inventory|summary of our|the|my estate|cloud|clouds|environment",
        EVERYTHING,
    ),
    idiom("give|show us|me an|the|our|a full? overview|inventory", EVERYTHING),
    idiom("overview|inventory of our|the|my estate|cloud|clouds|environment|resources", EVERYTHING),
    idiom("full|cloud|complete|our inventory", EVERYTHING),
    idiom("inventory", EVERYTHING),
    idiom(
        "is|are our|the|my|all everything? stuff|estate|cloud|clouds|environment|infrastructure|infra|everything safe|secure",
        DANGERS,
    ),
    idiom("is|are everything|it|we|things all? safe|secure", DANGERS),
    idiom("how safe|secure is|are we|it|everything|things", DANGERS),
    idiom("how safe|secure is|are our|the|my estate|cloud|clouds|environment|infrastructure|infra", DANGERS),
    idiom("what are? our|the biggest|main|top? security risks|problems|issues", DANGERS),
    idiom("are there any security risks|problems|issues|findings", DANGERS),
    idiom("do we have any security risks|problems|issues|findings", DANGERS),
    idiom("any security risks|problems|issues|findings", DANGERS),
    idiom("security posture|overview", DANGERS),
    idiom("which vms|instances|servers|machines|boxes|hosts are|sit|is|r sitting? idle|idling", IDLE),
    idiom("which vms|instances|servers|machines|boxes|hosts do|are doing? nothing", IDLE),
    idiom("idle|idling vms|instances|servers|machines|boxes|hosts", IDLE),
    idiom("do we have any idle|idling vms|instances|servers|machines|boxes|hosts", IDLE),
    idiom("are there any idle|idling vms|instances|servers|machines|boxes|hosts", IDLE),
    idiom("where are|do|can we wasting|waste|save|saving any? money", SAVINGS),
    idiom("what are we wasting money? on?", SAVINGS),
    idiom("what|whats is? being? wasted", SAVINGS),
    idiom("where is|are our|the waste|savings", SAVINGS),
    idiom("what|which savings can|could we make|get|have", SAVINGS),
    idiom(
        "is anything|something open|exposed|reachable|accessible to|from the? internet|world|public|outside",
        REACHABLE,
    ),
    idiom("what is|are our? open|exposed|reachable|accessible to|from the? internet|world|public|outside", REACHABLE),
    idiom("what can be reached from the? internet|world|outside", REACHABLE),
    idiom("what can the internet|world reach", REACHABLE),
    idiom("anything open|exposed|reachable|accessible to|from the? internet|world|public|outside", REACHABLE),
    idiom("is anything|something publicly? exposed", REACHABLE),
    idiom("how busy are our|the|my vms|instances|servers|machines|boxes|hosts", BUSY),
];

/// The words that one of them can begin with.
const BEGINNINGS: Marks = {
    let (mut marks, mut at) = (Marks::NONE, 0);
    while at < IDIOMS.len() {
        marks = marks.and(IDIOMS[at].begins);
        at += 1;
    }
    marks
};

/// The question in other words, and what was taken for what; none where it has no such phrase.
pub(crate) fn rephrased(words: &Words) -> Option<(String, String)> {
    (0..words.len().min(WORDS_BEFORE + 1)).filter(|at| BEGINNINGS.has(words.mark(*at))).find_map(|at| {
        let mut likely = IDIOMS.iter().filter(|idiom| idiom.begins.has(words.mark(at)));
        let (idiom, len) = likely.find_map(|idiom| Some((idiom, length(idiom.phrase, words, at)?)))?;
        // "what do we have that has no tags" asks for some of it.
        let some = matches!(words.lower(at + len), "that" | "which" | "with" | "without" | "whose" | "where");
        // "what do we have, counted by kind" says how.
        let how = (at + len..words.len()).any(|i| matches!(words.lower(i), "by" | "per" | "each" | "counted"));
        if (some || how) && idiom.meaning == EVERYTHING {
            return None;
        }
        let (before, after) = (words.raw_phrase(0, at), words.raw_phrase(at + len, words.len() - at - len));
        let said = words.raw_phrase(at, len);
        let note = format!("`{said}` is read as `{}`", idiom.meaning);
        let parts = [before, idiom.meaning, after];
        let parts = parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>();
        Some((parts.join(" "), note))
    })
}

/// How many words from a place on are the phrase; none where they are not.
fn length(phrase: &str, words: &Words, at: usize) -> Option<usize> {
    let mut len = 0;
    for part in phrase.split(' ') {
        let (part, may_be_missing) = part.strip_suffix('?').map_or((part, false), |part| (part, true));
        let is_there = at + len < words.len() && part.split('|').any(|one| one == words.lower(at + len));
        match (is_there, may_be_missing) {
            (true, _) => len += 1,
            (false, true) => {}
            (false, false) => return None,
        }
    }
    (len > 0).then_some(len)
}

#[cfg(test)]
mod tests {
    use super::{IDIOMS, rephrased};
    use crate::labelled::{estate, now};
    use crate::tokens::Words;
    use crate::{Classifier, Context, Route};

    #[test]
    fn what_every_phrase_is_taken_for_is_read() {
        let (classifier, vocabulary) = (Classifier::new(), estate());
        let cx = Context { now: now(), vocabulary: &vocabulary };
        for idiom in IDIOMS {
            let reading = classifier.classify(idiom.meaning, &cx);
            assert!(matches!(reading.route, Route::Common(_)), "{}: {reading:?}", idiom.meaning);
        }
    }

    #[test]
    fn a_phrase_may_have_a_greeting_before_it_and_a_place_behind() {
        let said = |question: &str| rephrased(&Words::new(question)).map(|(text, _)| text);
        let expected = "hello , how many resources of each kind per provider in AWS";
        assert_eq!(said("hello, what do we have in AWS").as_deref(), Some(expected));
        assert_eq!(said("we would all like to know what do we have"), None);
        assert_eq!(said("what do they have"), None);
    }
}

//! Which kept programs are most like a question: as examples for a model, and as what can be asked instead.

use super::header::Header;
use super::words::{self, Braces, Token};
use tantivy::collector::TopDocs;
use tantivy::directory::RamDirectory;
use tantivy::indexer::SingleSegmentIndexWriter;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{Language, SimpleTokenizer, Stemmer, StopWordFilter, TextAnalyzer, TokenizerManager};
use tantivy::{Index, IndexReader, TantivyDocument, Term};

/// Memory for making an index. Some thousand short texts take a few megabytes.
const MAKE_BYTES: usize = 32 << 20;
/// Words of a question that are searched for; a longer question says what it is about in its first words.
const MAX_TERMS: usize = 64;
/// A word of the question itself weighs more than one of how it is read.
const QUESTION_WEIGHT: f32 = 3.0;

/// The field that holds a program's place in the order that it was given in.
const PLACE: &str = "place";

/// An index in memory over what programs say of themselves.
pub(super) struct Search {
    reader: IndexReader,
    analyzer: TextAnalyzer,
    questions: Field,
    rest: Field,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Search")
    }
}

impl Search {
    /// Of these programs' headers.
    pub(super) fn new<'a>(headers: impl IntoIterator<Item = &'a Header>) -> tantivy::Result<Self> {
        let analyzer = analyzer();
        let indexing =
            TextFieldIndexing::default().set_tokenizer("questions").set_index_option(IndexRecordOption::WithFreqs);
        let mut schema = Schema::builder();
        let text = TextOptions::default().set_indexing_options(indexing);
        let questions = schema.add_text_field("questions", text.clone());
        let rest = schema.add_text_field("rest", text);
        let place = schema.add_u64_field(PLACE, FAST | STORED);
        let tokenizers = TokenizerManager::default();
        tokenizers.register("questions", analyzer.clone());
        let builder = Index::builder().schema(schema.build()).tokenizers(tokenizers);
        // It writes in this thread; an index that is made once needs no threads of its own.
        let mut writer: SingleSegmentIndexWriter<TantivyDocument> =
            builder.single_segment_index_writer(RamDirectory::create(), MAKE_BYTES)?;
        for (at, header) in (0_u64..).zip(headers) {
            let mut document = TantivyDocument::default();
            // Once however many wordings there are: or else who says a thing in many ways is most like everything.
            let mut said: Vec<String> = header.wordings().flat_map(|wording| plain(wording, Braces::Slots)).collect();
            said.sort_unstable();
            said.dedup();
            document.add_text(questions, said.join(" "));
            let tables = header.needs.tables.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
            document.add_text(rest, format!("{} {tables}", plain(&header.reading, Braces::Slots).join(" ")));
            document.add_u64(place, at);
            writer.add_document(document)?;
        }
        let index = writer.finalize()?;
        let reader = index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual).try_into()?;
        Ok(Self { reader, analyzer, questions, rest })
    }

    /// The places of the most similar programs, the most similar first; of equals, the one that came first.
    pub(super) fn most_like(&self, question: &str, count: usize) -> tantivy::Result<Vec<usize>> {
        let searcher = self.reader.searcher();
        let Some(query) = self.query(question).filter(|_| count > 0 && searcher.num_docs() > 0) else {
            return Ok(Vec::new());
        };
        // All that match are ranked, so that equals are cut off by their order and not by chance.
        let all = usize::try_from(searcher.num_docs()).unwrap_or(usize::MAX);
        let found = searcher.search(&query, &TopDocs::with_limit(all).order_by_score())?;
        let mut ranked = Vec::with_capacity(found.len());
        for (score, address) in found {
            let column = searcher.segment_reader(address.segment_ord).fast_fields().u64(PLACE)?;
            let place = column.first(address.doc_id).unwrap_or(u64::MAX);
            ranked.push((score, place));
        }
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        Ok(ranked.into_iter().take(count).filter_map(|(_, place)| usize::try_from(place).ok()).collect())
    }

    fn query(&self, question: &str) -> Option<BooleanQuery> {
        let mut analyzer = self.analyzer.clone();
        let text = plain(question, Braces::Text).join(" ");
        let mut terms = Vec::new();
        let mut stream = analyzer.token_stream(&text);
        while let Some(token) = stream.next() {
            if !terms.contains(&token.text) && terms.len() < MAX_TERMS {
                terms.push(token.text.clone());
            }
        }
        let term = |field, text: &str| -> Box<dyn Query> {
            Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs))
        };
        let clauses: Vec<(Occur, Box<dyn Query>)> = terms
            .iter()
            .flat_map(|text| {
                let weighty: Box<dyn Query> = Box::new(BoostQuery::new(term(self.questions, text), QUESTION_WEIGHT));
                [(Occur::Should, weighty), (Occur::Should, term(self.rest, text))]
            })
            .collect();
        (!clauses.is_empty()).then(|| BooleanQuery::new(clauses))
    }
}

fn analyzer() -> TextAnalyzer {
    let words = TextAnalyzer::builder(SimpleTokenizer::default());
    match StopWordFilter::new(Language::English) {
        Some(stop) => words.filter(stop).filter(Stemmer::new(Language::English)).build(),
        None => words.filter(Stemmer::new(Language::English)).build(),
    }
}

/// The words of a text in the form that stands for all that mean the same, without numbers and places for values.
fn plain(text: &str, braces: Braces) -> Vec<String> {
    let words = words::words(&text.replace(['[', ']'], " "), braces).unwrap_or_default();
    words.iter().filter_map(Token::text).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::built_in;

    fn check(question: &str, expected: &[&str]) {
        let all: Vec<_> = built_in::read().map(|(name, _, parsed)| (name, parsed.expect("read").header)).collect();
        let search = Search::new(all.iter().map(|(_, header)| header)).expect("made");
        let found = search.most_like(question, expected.len()).expect("searched");
        let names: Vec<_> = found.into_iter().map(|place| all[place].0).collect();
        assert_eq!(names, expected, "{question}");
    }

    #[test]
    fn the_most_similar_programs_come_first() {
        check("disks that are dearer than the idle VM they hang on", &["idle-instances-with-dear-volumes"]);
        check("who owns this untagged server", &["owners-of-untagged-resources"]);
        check("services with increasing spending", &["services-that-grew"]);
        check("DBs exposed to the internet through some machine", &["databases-beside-open-instances"]);
        check("spelling of tags", &["tag-keys-in-several-spellings"]);
    }

    #[test]
    fn what_is_like_nothing_finds_nothing() {
        let header = Header { question: "odd volumes".to_owned(), ..Header::default() };
        for (headers, question) in [(vec![], "volumes"), (vec![&header], "weather"), (vec![&header], "")] {
            let search = Search::new(headers).expect("made");
            assert!(search.most_like(question, 5).expect("searched").is_empty(), "{question}");
        }
    }

    #[test]
    fn of_equals_the_first_comes_first() {
        let header = Header { question: "odd volumes".to_owned(), ..Header::default() };
        let many: Vec<&Header> = std::iter::repeat_n(&header, 50).collect();
        let search = Search::new(many).expect("made");
        assert_eq!(search.most_like("odd volumes", 4).expect("searched"), [0, 1, 2, 3]);
    }
}

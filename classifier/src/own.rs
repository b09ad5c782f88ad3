//! Questions about tables of a source's own, of which the lexicon knows nothing: a few plain forms are read (`list NAME`, `how
//! many NAME`, each with `where COLUMN is VALUE`), and of all others it is said how such a table can be asked.

mod conditions;
mod phrase;

use crate::wording;
use crate::{Context, Reading, Route};
use conditions::conditions;
use phrase::{Phrase, Token};
use schema::query::Aggregate;
use schema::query::sql::Asker;
use schema::{Query, Table};

/// What a list may begin with.
const LIST: &[&str] =
    &["list", "show", "show me", "give me", "get", "get me", "display", "find", "print", "what are", "which are"];
/// What a number may.
const COUNT: &[&str] = &["how many", "count", "number of", "the number of", "what is the number of", "count of"];
/// What may stand before the name without changing what is asked.
const BEFORE: &[&str] = &["all", "all of", "the", "all the", "all of the", "my", "our", "all my", "all our"];
/// And behind it, in a question how many there are.
const BEHIND: &[&str] = &["are there", "are there in all", "do we have", "do i have", "exist", "there are"];
/// What leads on to conditions.
const WHERE: &[&str] = &["where", "whose", "with", "that have", "which have", "having"];

/// What a question has to do with tables of sources' own.
#[derive(Debug)]
pub(crate) enum Own {
    /// It is about one, or would be if it could be read.
    Read(Reading),
    /// It may be about one: a sentence to say beside why it is not read.
    Maybe(String),
    /// Nothing.
    No,
}

impl Own {
    /// Of a question that goes there by the rules, which know no such table. Where they read it, only the whole name of one
    /// can mean something else.
    pub(crate) fn of(question: &str, route: &Route, cx: &Context<'_>) -> Self {
        let Some(mention) = Mention::of(question, &cx.vocabulary.own_tables) else { return Self::No };
        let is_whole = mention.naming == Naming::Whole;
        match route {
            Route::Refused { .. } => Self::No,
            Route::Common(_) if !is_whole => Self::No,
            Route::Common(_) | Route::Unusual { .. } => match mention.read(cx) {
                Ok(reading) => Self::Read(reading),
                Err(why) if is_whole => Self::Read(mention.unread(why)),
                Err(why) => Self::Maybe(why),
            },
        }
    }

    /// The reading, with what is said beside why it is none.
    pub(crate) fn told_in(&self, mut reading: Reading) -> Reading {
        if let (Self::Maybe(sentence), Route::Unusual { why, .. }) = (self, &mut reading.route) {
            *why = if why.is_empty() { sentence.clone() } else { format!("{why}; {sentence}") };
        }
        reading
    }
}

/// How a question names a table of a source's own; the first that it does counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// `my_dns.zones`: nothing else can be meant.
    Whole,
    /// `my dns zones`: words of the language may be meant, as in `web servers`.
    Spaced,
    /// `zones`.
    Short,
}

const NAMINGS: [Naming; 3] = [Naming::Whole, Naming::Spaced, Naming::Short];

/// A question that names a table of a source's own.
#[derive(Debug)]
struct Mention<'a> {
    words: Vec<Token<'a>>,
    /// More than one where several sources have such a table.
    tables: Vec<&'static Table>,
    naming: Naming,
}

impl<'a> Mention<'a> {
    /// Whether the question names one of these tables.
    fn of(question: &'a str, own: &[&'static Table]) -> Option<Self> {
        if own.is_empty() {
            return None;
        }
        let words = phrase::tokens(question);
        let named = |naming| -> Vec<&'static Table> {
            let is_there = |table: &&&'static Table| (0..words.len()).any(|at| name_at(&words, at, table, naming) > 0);
            own.iter().filter(is_there).copied().collect()
        };
        let found = NAMINGS.into_iter().map(|naming| (named(naming), naming)).find(|(tables, _)| !tables.is_empty());
        found.map(|(tables, naming)| Self { words, tables, naming })
    }

    /// What the question asks, where it has one of the forms that are read; else why it is not, and how to ask.
    fn read(&self, cx: &Context<'_>) -> Result<Reading, String> {
        let &[table] = self.tables.as_slice() else { return Err(self.with_hint(&self.several())) };
        let query = self.query(table).map_err(|why| self.with_hint(&why))?;
        let asker = Asker { own: &self.tables, ..Asker::default() };
        query.to_sql_for(cx.now, asker).map_err(|error| self.with_hint(&error.to_string()))?;
        let reading = wording::sentence(&query).replacen(&table.name.replace('_', " "), table.name, 1);
        let reasons = match self.naming {
            Naming::Whole => Vec::new(),
            _ => vec![format!("the table is `{}`", table.name)],
        };
        Ok(Reading { route: Route::Common(query), confidence: 0.9, reasons, reading, unread: Vec::new() })
    }

    /// With how such a table can be asked.
    fn with_hint(&self, why: &str) -> String {
        let name = self.tables.first().map_or("", |table| table.name);
        let hint = format!(
            "`{name}` is a table of a source's own: in words only `list {name}` and `how many {name}` are read, each with `where \
             COLUMN is VALUE` if need be; ask for anything else as a query or in SQL, such as `SELECT * FROM {name}`"
        );
        if why.is_empty() { hint } else { format!("{why}; {hint}") }
    }

    /// A question that names such a table and is not read.
    fn unread(&self, why: String) -> Reading {
        let names = self.tables.iter().map(|table| table.name);
        let nearest = names.flat_map(|name| [format!("list {name}"), format!("how many {name}")]).take(4).collect();
        let route = Route::Unusual { why, nearest };
        Reading { route, confidence: 0.8, reasons: Vec::new(), reading: String::new(), unread: Vec::new() }
    }

    fn several(&self) -> String {
        let names: Vec<_> = self.tables.iter().map(|table| format!("`{}`", table.name)).collect();
        match self.naming {
            Naming::Whole => format!("it is about several tables, {}", names.join(", ")),
            _ => format!("it may be about {}: write the whole name", names.join(" or ")),
        }
    }

    /// Every word of the question is part of the query, or stands where it may without changing it.
    fn query(&self, table: &'static Table) -> Result<Query, String> {
        let mut rest = Phrase::of(&self.words);
        rest.skip(&["please"]);
        let is_count = rest.take(COUNT);
        if !is_count && !rest.take(LIST) && self.naming != Naming::Whole {
            return Err(String::new());
        }
        let mut name = name_at(&self.words, rest.at(), table, self.naming);
        // `my` may be a part of the name.
        if name == 0 {
            rest.skip(BEFORE);
            name = name_at(&self.words, rest.at(), table, self.naming);
        }
        if name == 0 {
            return Err(String::new());
        }
        rest.pass(name);
        if is_count {
            rest.skip(BEHIND);
        }
        let mut query = Query { from: table.name.to_owned(), ..Query::default() };
        if is_count {
            query.aggregate.push(Aggregate::count("count"));
        }
        if rest.take(WHERE) {
            query.conditions = conditions(table, &mut rest)?;
        }
        rest.skip(&["please"]);
        match rest.word() {
            None => Ok(query),
            Some(word) => Err(format!("`{}` cannot be placed", word.raw)),
        }
    }
}

/// Whether a word is one of such a table's name, and so no other word misspelt.
pub(crate) fn is_part_of_name(word: &str, own: &[&'static Table]) -> bool {
    own.iter().any(|table| table.name.split(['.', '_']).any(|part| part == word))
}

/// The table's name without its source's.
fn short(table: &Table) -> &str {
    table.name.split_once('.').map_or(table.name, |(_, name)| name)
}

/// The word without the break behind it.
fn plain<'a>(word: &'a Token<'_>) -> &'a str {
    word.lower.trim_end_matches([',', ';', ':'])
}

/// How many words there are the table's name, said in that way; 0 for none.
fn name_at(words: &[Token<'_>], at: usize, table: &Table, naming: Naming) -> usize {
    if naming == Naming::Whole {
        let is_it = |word: &Token<'_>| !word.is_quoted && plain(word).replace('-', "_") == table.name;
        return usize::from(words.get(at).is_some_and(is_it));
    }
    let name = phrase::spaced(if naming == Naming::Spaced { table.name } else { short(table) });
    let is_it = |len: &usize| {
        let said = words.get(at..at + len).filter(|said| said.iter().all(|word| !word.is_quoted));
        let joined = said.map(|said| said.iter().map(|word| phrase::spaced(plain(word))).collect::<Vec<_>>().join(" "));
        joined.is_some_and(|joined| joined == name)
    };
    (1..=name.split(' ').count()).find(is_it).unwrap_or_default()
}

#[cfg(test)]
mod tests;

//! How deep a statement may be. Its trees are walked by recursion, in the parser, the planner and where they are
//! dropped; one that is too deep overflows the stack, which ends the program and which nothing can catch.

use crate::error::EngineError;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};
use schema::{Table, tables};
use std::collections::BTreeMap;

/// The longest chain of operators and words of the grammar between commas, parentheses and the `AND`s and `OR`s of a
/// condition: `1 + 1 + 1 …` becomes a tree as deep as the chain is long.
const MAX_CHAIN: usize = 200;
/// How many `AND`s and `OR`s a condition may have, which take less of the stack.
const MAX_CONDITIONS: usize = 1_000;
/// How many `UNION`s and their like, and how many tables, a statement may have.
const MAX_PARTS: usize = 100;
/// How deep queries in parentheses may lie in each other.
const MAX_NESTED: usize = 8;
/// How deep parentheses may lie in each other; the parser gives up at fifty.
const MAX_PARENTHESES: usize = 100;
/// How deep `CAST(` and its like may lie in each other. The parser reads what it cannot read as such a word a second time,
/// as a function of that name: every level doubles the time until it gives up.
const MAX_SPECIAL: usize = 8;
/// Words that begin an expression of their own kind, and can be functions.
const SPECIAL: &[Keyword] = &[
    Keyword::ARRAY,
    Keyword::CASE,
    Keyword::CAST,
    Keyword::CEIL,
    Keyword::CONVERT,
    Keyword::EXISTS,
    Keyword::EXTRACT,
    Keyword::FLOOR,
    Keyword::INTERVAL,
    Keyword::LAMBDA,
    Keyword::MAP,
    Keyword::MATCH,
    Keyword::NOT,
    Keyword::OVERLAY,
    Keyword::POSITION,
    Keyword::PRIOR,
    Keyword::SAFE_CAST,
    Keyword::STRUCT,
    Keyword::SUBSTR,
    Keyword::SUBSTRING,
    Keyword::TRIM,
    Keyword::TRY_CAST,
    Keyword::TRY_CONVERT,
];
/// How many tables a statement may read where each name of a `WITH` stands for all that it reads, as often as it is
/// named: thirty such names, each of which joins the one before it with itself, are a plan of a thousand million.
const MAX_REPEATED: usize = 256;

/// What stands between one pair of parentheses.
#[derive(Default)]
struct Level {
    chain: usize,
    conditions: usize,
    in_condition: bool,
    is_special: bool,
    is_query: bool,
}

/// Refuses a statement that is too deep, by its tokens: before anything is made of them.
pub(crate) fn check(tokens: &[TokenWithSpan], own: &[&Table]) -> Result<(), EngineError> {
    if repeated(tokens, own) > MAX_REPEATED {
        let message = format!("the SQL reads more than {MAX_REPEATED} tables, counted as often as `WITH` repeats them");
        return Err(EngineError::Limit { message });
    }
    if names_given(tokens) > MAX_PARTS {
        return Err(EngineError::Limit {
            message: format!("the SQL has more than {MAX_PARTS} names that `WITH` gives"),
        });
    }
    let mut levels = vec![Level::default()];
    let (mut sets, mut reads, mut nested, mut special) = (0, 0, 0, 0);
    let mut before = Keyword::NoKeyword;
    for token in tokens {
        match &token.token {
            Token::LParen => {
                let is_special = SPECIAL.contains(&before);
                special += usize::from(is_special);
                levels.push(Level { is_special, ..Level::default() });
            }
            // The first level stays: one parenthesis too many is for the parser to say.
            Token::RParen if levels.len() > 1 => {
                let level = levels.pop().unwrap_or_default();
                nested -= usize::from(level.is_query);
                special -= usize::from(level.is_special);
            }
            token => {
                let is_inner = levels.len() > 1;
                if let Some(level) = levels.last_mut() {
                    let was_query = level.is_query;
                    level.take(token);
                    nested += usize::from(is_inner && !was_query && level.is_query);
                }
            }
        }
        before = match &token.token {
            Token::Word(word) => word.keyword,
            Token::Whitespace(_) => before,
            _ => Keyword::NoKeyword,
        };
        if let Token::Word(word) = &token.token {
            sets += usize::from(matches!(word.keyword, Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT));
            reads += usize::from(is_table(&word.value, own));
        }
        let level = levels.last();
        let bounds = [
            (level.map_or(0, |l| l.chain), MAX_CHAIN, "operators and keywords in a chain"),
            (
                level.map_or(0, |l| l.conditions),
                MAX_CONDITIONS,
                "conditions in a chain; `IN` takes long lists of values",
            ),
            (sets, MAX_PARTS, "unions and their like"),
            (reads, MAX_PARTS, "tables"),
            (levels.len(), MAX_PARENTHESES, "parentheses in each other"),
            (special, MAX_SPECIAL, "casts and their like in each other"),
            (nested, MAX_NESTED, "queries in each other; `WITH` puts them side by side"),
        ];
        if let Some((_, most, what)) = bounds.into_iter().find(|(count, most, _)| count > most) {
            return Err(EngineError::Limit { message: format!("the SQL has more than {most} {what}") });
        }
    }
    Ok(())
}

/// Whether a word is the name of a table; of a source's own, what stands behind the dot.
fn is_table(word: &str, own: &[&Table]) -> bool {
    let is_own = |table: &&Table| table.name.rsplit('.').next().is_some_and(|name| name.eq_ignore_ascii_case(word));
    tables::find(word).is_some() || own.iter().any(is_own)
}

/// How many tables are read in all, where each name that `WITH` gives stands for what it reads. Every word counts
/// that is such a name and could be a table: too many rather than too few.
fn repeated(tokens: &[TokenWithSpan], own: &[&Table]) -> usize {
    let tokens: Vec<&Token> =
        tokens.iter().map(|token| &token.token).filter(|token| !matches!(token, Token::Whitespace(_))).collect();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    // What each pair of parentheses reads so far, and the name that `WITH` gives it.
    let mut levels: Vec<(usize, Option<String>)> = vec![(0, None)];
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::LParen => levels.push((0, given_name(&tokens[..at]))),
            Token::RParen if levels.len() > 1 => {
                let Some((reads, name)) = levels.pop() else { continue };
                match (name, levels.last_mut()) {
                    (Some(name), _) => {
                        // The same name may be given again further in, to something smaller.
                        let known = names.entry(name).or_insert(1);
                        *known = reads.max(*known);
                    }
                    (None, Some(outer)) => outer.0 = outer.0.saturating_add(reads),
                    (None, None) => {}
                }
            }
            Token::Word(word) => {
                let is_part = matches!(tokens.get(at + 1), Some(Token::Period));
                let is_field = at > 0 && matches!(tokens[at - 1], Token::Period);
                let known = names.get(&word.value.to_lowercase()).filter(|_| !is_part && !is_field);
                let reads = known.copied().unwrap_or_else(|| usize::from(is_table(&word.value, own)));
                if let Some(level) = levels.last_mut() {
                    level.0 = level.0.saturating_add(reads);
                }
            }
            _ => {}
        }
    }
    let all = levels.iter().fold(0_usize, |all, (reads, _)| all.saturating_add(*reads));
    names.values().copied().fold(all, usize::max)
}

/// How many names `WITH` gives: each can stand on the one before it.
fn names_given(tokens: &[TokenWithSpan]) -> usize {
    let tokens: Vec<&Token> =
        tokens.iter().map(|token| &token.token).filter(|token| !matches!(token, Token::Whitespace(_))).collect();
    let opens = tokens.iter().enumerate().filter(|(_, token)| matches!(token, Token::LParen));
    opens.filter(|(at, _)| given_name(&tokens[..*at]).is_some()).count()
}

/// The name before `AS (`, with or without columns and with or without `MATERIALIZED`.
fn given_name(before: &[&Token]) -> Option<String> {
    let is = |token: &Token, keyword| matches!(token, Token::Word(word) if word.keyword == keyword);
    let mut rest = before;
    while let [head @ .., last] = rest
        && (is(last, Keyword::MATERIALIZED) || is(last, Keyword::NOT))
    {
        rest = head;
    }
    let [head @ .., last] = rest else { return None };
    if !is(last, Keyword::AS) {
        return None;
    }
    rest = head;
    if let [.., Token::RParen] = rest {
        let open = rest.iter().rposition(|token| matches!(token, Token::LParen))?;
        rest = &rest[..open];
    }
    match rest {
        [.., Token::Word(word)] => Some(word.value.to_lowercase()),
        _ => None,
    }
}

impl Level {
    fn take(&mut self, token: &Token) {
        match token {
            Token::Comma => self.chain = 0,
            Token::Whitespace(_) | Token::Period | Token::Number(..) | Token::SingleQuotedString(_) => {}
            Token::Word(word) => self.take_word(word.keyword),
            _ => self.chain += 1,
        }
    }

    fn take_word(&mut self, keyword: Keyword) {
        match keyword {
            Keyword::NoKeyword => {}
            Keyword::AND | Keyword::OR if self.in_condition => (self.conditions, self.chain) = (self.conditions + 1, 0),
            _ => {
                self.chain += 1;
                self.is_query |= keyword == Keyword::SELECT;
                match keyword {
                    Keyword::WHERE | Keyword::HAVING | Keyword::ON => self.in_condition = true,
                    Keyword::SELECT | Keyword::GROUP | Keyword::ORDER => self.in_condition = false,
                    _ => {}
                }
            }
        }
    }
}

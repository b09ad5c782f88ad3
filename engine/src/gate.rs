//! From SQL text to a plan that only reads our tables. Whatever else a plan would do is refused by what it is,
//! not by how its text looks.

use crate::error::EngineError;
use crate::{growth, shape};
use datafusion::arrow::error::ArrowError;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan, Volatility};
use datafusion::sql::parser::{DFParserBuilder, Statement};
use datafusion::sql::sqlparser::ast::{SetExpr, Statement as SqlStatement};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::ParserError;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};
use schema::{Table, tables};

/// The longest SQL that is read. A thousand ids in an `IN` list take 60 kB.
const MAX_SQL_BYTES: usize = 256 * 1024;

/// Plans a query, or says why not. `own` are the tables that sources have beside those of this program.
pub(crate) async fn plan(state: &SessionState, sql: &str, own: &[&Table]) -> Result<LogicalPlan, EngineError> {
    let statement = parse(sql, own)?;
    let plan = state.statement_to_plan(statement).await.map_err(|error| explain_error(&error))?;
    check(&plan)?;
    growth::check(&plan)?;
    Ok(plan)
}

/// Refuses SQL that is too long to be read.
pub(crate) fn check_length(bytes: usize) -> Result<(), EngineError> {
    if bytes <= MAX_SQL_BYTES {
        return Ok(());
    }
    let message = format!("the SQL is {bytes} bytes long; {MAX_SQL_BYTES} is the most that is read");
    Err(EngineError::Limit { message })
}

fn parse(sql: &str, own: &[&Table]) -> Result<Statement, EngineError> {
    check_length(sql.len())?;
    let dialect = GenericDialect {};
    let wrong = |what: &dyn std::fmt::Display| EngineError::Sql { message: format!("the SQL cannot be read: {what}") };
    let tokens =
        Tokenizer::new(&dialect, sql).tokenize_with_location().map_err(|e| wrong(&in_words(&e.to_string())))?;
    shape::check(&tokens, own)?;
    let tokens = with_canonical_names(tokens);
    let mut parser =
        DFParserBuilder::new(tokens).with_dialect(&dialect).with_recursion_limit(50).build().map_err(|e| wrong(&e))?;
    let mut statements = parser.parse_statements().map_err(|e| match e.find_root() {
        DataFusionError::SQL(inner, _) => wrong(&said(inner)),
        other => wrong(other),
    })?;
    match (statements.pop_front(), statements.len()) {
        (Some(statement), 0) => Ok(statement),
        (Some(_), _) => {
            Err(EngineError::Refused { message: "one statement at a time: the SQL holds several".to_owned() })
        }
        (None, _) => Err(EngineError::Sql { message: "the SQL is empty".to_owned() }),
    }
}

/// Whether a text is a query in SQL that reads something.
pub(crate) fn is_query(sql: &str, own: &[&Table]) -> bool {
    match parse(sql, own) {
        Ok(Statement::Statement(statement)) => {
            matches!(&*statement, SqlStatement::Query(query) if has_from(&query.body))
        }
        _ => false,
    }
}

fn has_from(body: &SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => !select.from.is_empty(),
        SetExpr::Query(query) => has_from(&query.body),
        SetExpr::SetOperation { left, right, .. } => has_from(right) || has_from(left),
        _ => false,
    }
}

/// The parser's message alone: its type's own words are for those who program with it.
fn said(error: &ParserError) -> String {
    match error {
        ParserError::ParserError(text) | ParserError::TokenizerError(text) => in_words(text),
        ParserError::RecursionLimitExceeded => "recursion limit exceeded".to_owned(),
    }
}

/// `Expected: a, found: b at Line: 1, Column: 2` as a part of a sentence.
pub(crate) fn in_words(text: &str) -> String {
    // The place is the last of it; what is before may quote the SQL.
    let (text, place) = match text.rsplit_once(" at Line: ") {
        Some((text, place)) => (text, format!(" at line {}", place.replacen(", Column: ", ", column ", 1))),
        None => (text, String::new()),
    };
    match text.strip_prefix("Expected: ").and_then(|rest| rest.split_once(", found: ")) {
        Some((expected, found)) => format!("expected {expected}, found {found}{place}"),
        None => format!("{text}{place}"),
    }
}

/// FOCUS writes its columns in capitals (`EffectiveCost`), which SQL folds to lower case. A bare word that is such
/// a column, however it is written, is quoted as the schema has it. `tags` is a column of both kinds of tables, and
/// is taken for the bill's only where the statement reads nothing else.
fn with_canonical_names(mut tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let word = |token: &TokenWithSpan| match &token.token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_lowercase()),
        _ => None,
    };
    let words: Vec<String> = tokens.iter().filter_map(word).collect();
    let reads = |table: &str| words.iter().any(|w| w == table);
    if !reads(tables::COSTS.name) {
        return tokens;
    }
    let reads_others = tables::ALL.iter().any(|t| t.name != tables::COSTS.name && reads(t.name));
    for token in &mut tokens {
        let Token::Word(word) = &mut token.token else {
            continue;
        };
        if word.quote_style.is_some() {
            continue;
        }
        let Some(column) = tables::COSTS.column_any_case(&word.value) else {
            continue;
        };
        let is_shared = column.name.eq_ignore_ascii_case("tags");
        let is_folded = column.name.chars().any(|c| c.is_ascii_uppercase());
        if is_folded && !(is_shared && reads_others) {
            *token = TokenWithSpan { token: Token::make_word(column.name, Some('"')), span: token.span };
        }
    }
    tokens
}

fn check(plan: &LogicalPlan) -> Result<(), EngineError> {
    let mut refused = None;
    let walked = plan.apply_with_subqueries(|node| {
        if let Some(what) = refusal(node) {
            refused = Some(what);
            return Ok(TreeNodeRecursion::Stop);
        }
        Ok(TreeNodeRecursion::Continue)
    });
    walked.map_err(|error| explain_error(&error))?;
    match refused {
        Some(what) => Err(EngineError::Refused { message: format!("only queries that read tables run here: {what}") }),
        None => Ok(()),
    }
}

/// Whether the rows depend on when the plan runs, or on chance: `now()`, `random()`.
pub(crate) fn tells_time(plan: &LogicalPlan) -> bool {
    let is_fleeting = |part: &Expr| match part {
        Expr::ScalarFunction(call) => call.func.signature().volatility != Volatility::Immutable,
        _ => false,
    };
    let mut found = false;
    let walked = plan.apply_with_subqueries(|node| {
        found |= node.expressions().iter().any(|expr| expr.exists(|part| Ok(is_fleeting(part))).unwrap_or(true));
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    });
    found || walked.is_err()
}

/// What a node would do that is not reading, or none. A list of what is allowed: what comes new is refused.
fn refusal(node: &LogicalPlan) -> Option<String> {
    match node {
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Window(_)
        | LogicalPlan::Aggregate(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::Join(_)
        | LogicalPlan::Repartition(_)
        | LogicalPlan::Union(_)
        | LogicalPlan::TableScan(_)
        | LogicalPlan::EmptyRelation(_)
        | LogicalPlan::Subquery(_)
        | LogicalPlan::SubqueryAlias(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Values(_)
        | LogicalPlan::Distinct(_)
        | LogicalPlan::Unnest(_) => None,
        LogicalPlan::Dml(dml) => Some(format!("`{}` would change a table", dml.op)),
        LogicalPlan::Ddl(ddl) => Some(format!("`{}` would change the catalogue", ddl.name())),
        LogicalPlan::Copy(_) => Some("`COPY` would write a file".to_owned()),
        LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) => {
            Some("`EXPLAIN` is the command `neph explain` here".to_owned())
        }
        LogicalPlan::DescribeTable(_) => Some("`DESCRIBE` is the command `neph tables NAME` here".to_owned()),
        LogicalPlan::RecursiveQuery(_) => Some("a recursive query has no bound".to_owned()),
        LogicalPlan::Statement(_) => Some("a statement that sets something is no query".to_owned()),
        LogicalPlan::Extension(_) => Some("the plan holds a part that is not known".to_owned()),
    }
}

/// DataFusion's error in a sentence of ours, with the nearest right name.
pub(crate) fn explain_error(error: &DataFusionError) -> EngineError {
    let root = error.find_root();
    if let DataFusionError::External(inner) = root {
        match inner.downcast_ref::<EngineError>() {
            Some(EngineError::Scope { message }) => return EngineError::Scope { message: message.clone() },
            Some(EngineError::Limit { message }) => return EngineError::Limit { message: message.clone() },
            Some(EngineError::TooLarge { message }) => return EngineError::TooLarge { message: message.clone() },
            Some(EngineError::Denied { code, message }) => {
                return EngineError::Denied { code, message: message.clone() };
            }
            _ => {}
        }
    }
    if let DataFusionError::SchemaError(schema_error, _) = root
        && let datafusion::common::SchemaError::FieldNotFound { field, valid_fields } = &**schema_error
    {
        let names: Vec<&str> = valid_fields.iter().map(|column| column.name.as_str()).collect();
        let nearest = schema::names::nearest(&field.name, names.iter().copied());
        let hint = nearest.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
        return EngineError::Sql { message: format!("there is no column `{}`{hint}", field.name) };
    }
    let text = root.strip_backtrace();
    let text = text.trim_start_matches("Error during planning: ").trim_start_matches("Execution error: ");
    if let Some(name) = text.strip_prefix("table '").and_then(|rest| rest.strip_suffix("' not found")) {
        let name = name.rsplit('.').next().unwrap_or(name);
        let nearest = tables::nearest(name).map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
        return EngineError::Sql { message: format!("there is no table `{name}`{nearest}") };
    }
    if let DataFusionError::ArrowError(error, _) = root
        && matches!(
            **error,
            ArrowError::DivideByZero
                | ArrowError::CastError(_)
                | ArrowError::ParseError(_)
                | ArrowError::ArithmeticOverflow(_)
                | ArrowError::InvalidArgumentError(_)
        )
    {
        return EngineError::Sql { message: format!("the SQL cannot be computed: {text}") };
    }
    match root {
        DataFusionError::SQL(error, _) => {
            EngineError::Sql { message: format!("the SQL cannot be planned: {}", said(error)) }
        }
        DataFusionError::Plan(_) | DataFusionError::SchemaError(..) => {
            EngineError::Sql { message: format!("the SQL cannot be planned: {text}") }
        }
        DataFusionError::NotImplemented(what) => {
            EngineError::Refused { message: format!("the SQL asks for something that is not offered here: {what}") }
        }
        DataFusionError::ResourcesExhausted(_) => EngineError::Limit {
            message: format!("the query needs more memory than it may use; ask for fewer rows or columns ({text})"),
        },
        _ => EngineError::Run { message: text.to_owned() },
    }
}

//! One column of a table: its name, type, unit and meaning, and where each provider's value comes from.

use serde::Serialize;

/// What a column's values are. Each has one Arrow type (in `engine`) and one JSON form (in answers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// `true` or `false`.
    Bool,
    /// A whole number, 64 bits.
    Int,
    /// A measured number (utilisation, rates). Never money.
    Float,
    /// An exact decimal, 20 digits before the point and 18 after. Money and billed quantities. A string in JSON.
    Decimal,
    /// UTF-8 text.
    Text,
    /// An instant in UTC, to the microsecond. ISO 8601 with `Z` in JSON.
    Time,
    /// Text keys to text values, such as tags.
    Map,
    /// A list of texts.
    List,
    /// The provider's own structure, as JSON text.
    Json,
}

impl ColumnType {
    /// The word that documents and messages use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::Decimal => "decimal",
            Self::Text => "text",
            Self::Time => "time",
            Self::Map => "map",
            Self::List => "list",
            Self::Json => "json",
        }
    }

    /// Whether `lt`, `gt` and their like mean something for it.
    pub fn is_ordered(self) -> bool {
        matches!(self, Self::Int | Self::Float | Self::Decimal | Self::Time | Self::Text)
    }

    /// Whether it can be added up and averaged.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Float | Self::Decimal)
    }
}

/// What one unit of a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// 0 to 100.
    Percent,
    /// Bytes each second.
    BytesPerSecond,
    /// Bytes.
    Bytes,
    /// Mebibytes (2^20 bytes).
    MiB,
    /// Gibibytes (2^30 bytes).
    GiB,
    /// Mebibytes each second.
    MiBPerSecond,
    /// Input and output operations each second.
    Iops,
    /// Seconds.
    Seconds,
    /// The billing currency of the row.
    Currency,
}

impl Unit {
    /// How it is written in a heading.
    pub fn name(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::BytesPerSecond => "bytes/s",
            Self::Bytes => "bytes",
            Self::MiB => "MiB",
            Self::GiB => "GiB",
            Self::MiBPerSecond => "MiB/s",
            Self::Iops => "IOPS",
            Self::Seconds => "s",
            Self::Currency => "billing currency",
        }
    }
}

/// One column. Made with the `const` builders, so that a table is plain static data.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Column {
    /// The name in SQL, in `Query` and in answers.
    pub name: &'static str,
    /// What its values are.
    #[serde(rename = "type")]
    pub ty: ColumnType,
    /// What one unit is, for numbers that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// The neutral meaning, in one sentence.
    pub doc: &'static str,
    /// Where AWS's value comes from: `Action: Path.In.The.Reply`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aws: Option<&'static str>,
    /// Where Azure's value comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azure: Option<&'static str>,
    /// Whether filling it takes calls beyond listing the table, so that it is fetched only when a query names it.
    pub costly: bool,
    /// Whether it moves by itself: then another value is no change of the resource.
    #[serde(skip)]
    pub fleeting: bool,
    /// Other words people use for it, lower case. The classifier's lexicon is made from them.
    pub synonyms: &'static [&'static str],
    /// The values it can have, where they are a closed set.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub values: &'static [&'static str],
}

impl Column {
    /// Whether "not there" is an ordinary value of it (a name, an attachment), and not a figure that is not known.
    pub const fn is_text(&self) -> bool {
        matches!(self.ty, ColumnType::Text | ColumnType::Json | ColumnType::List | ColumnType::Map)
    }

    /// A column of any type.
    pub const fn new(name: &'static str, ty: ColumnType, doc: &'static str) -> Self {
        Self {
            name,
            ty,
            unit: None,
            doc,
            aws: None,
            azure: None,
            costly: false,
            fleeting: false,
            synonyms: &[],
            values: &[],
        }
    }
    /// Text.
    pub const fn text(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, ColumnType::Text, doc)
    }
    /// A whole number.
    pub const fn int(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, ColumnType::Int, doc)
    }
    /// A measured number.
    pub const fn float(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, ColumnType::Float, doc)
    }
    /// An exact decimal.
    pub const fn decimal(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, ColumnType::Decimal, doc)
    }
    /// A yes or no.
    pub const fn bool(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, ColumnType::Bool, doc)
    }
    /// An instant.
    pub const fn time(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, ColumnType::Time, doc)
    }
    /// A list of texts.
    pub const fn list(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, ColumnType::List, doc)
    }
    /// JSON text.
    pub const fn json(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, ColumnType::Json, doc)
    }
    /// Text keys to text values.
    pub const fn map(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, ColumnType::Map, doc)
    }
    /// With a unit.
    pub const fn unit(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }
    /// With where AWS's value comes from.
    pub const fn aws(mut self, path: &'static str) -> Self {
        self.aws = Some(path);
        self
    }
    /// With where Azure's value comes from.
    pub const fn azure(mut self, path: &'static str) -> Self {
        self.azure = Some(path);
        self
    }
    /// Filled only when a query names it, because it takes calls of its own.
    pub const fn costly(mut self) -> Self {
        self.costly = true;
        self
    }
    /// It moves by itself, so that `changes` does not compare it.
    pub const fn fleeting(mut self) -> Self {
        self.fleeting = true;
        self
    }
    /// With other words for it.
    pub const fn also(mut self, synonyms: &'static [&'static str]) -> Self {
        self.synonyms = synonyms;
        self
    }
    /// With the closed set of its values.
    pub const fn one_of(mut self, values: &'static [&'static str]) -> Self {
        self.values = values;
        self
    }
}

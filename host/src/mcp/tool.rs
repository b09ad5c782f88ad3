//! What a tool is, and how its arguments are described and read.

use super::Mcp;
use crate::failure::Failure;
use async_trait::async_trait;
use rmcp::RoleServer;
use rmcp::model::{CallToolResult, JsonObject, ProgressToken, ToolAnnotations};
use rmcp::schemars::JsonSchema;
use rmcp::schemars::generate::SchemaSettings;
use rmcp::service::Peer;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// One tool.
#[async_trait]
pub(super) trait Tool: Send + Sync {
    /// What an assistant is told of it.
    fn definition(&self) -> rmcp::model::Tool;
    /// Does it.
    async fn call(&self, call: &Call<'_>, arguments: JsonObject) -> Result<CallToolResult, Slip>;
}

/// One call of a tool.
pub(super) struct Call<'a> {
    /// What answers.
    pub(super) mcp: &'a Mcp,
    /// Set if the client wants to hear how far it has come.
    pub(super) token: Option<ProgressToken>,
    /// The client.
    pub(super) peer: &'a Peer<RoleServer>,
}

/// Why a call has no result.
#[derive(Debug)]
pub(super) enum Slip {
    /// Something that the assistant can mend or tell the user: the result of the call, marked as an error.
    Failure(Failure),
    /// Arguments that do not fit the tool's schema: an error of the protocol.
    Arguments(String),
}

impl From<Failure> for Slip {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// Whether a tool looks beyond this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum World {
    /// It reads the user's clouds.
    Clouds,
    /// All that it says is known here.
    Here,
}

/// A tool's description. All tools only read; for most, reading twice is as good as once.
pub(super) fn define<T: JsonSchema>(
    name: &'static str,
    title: &str,
    description: &'static str,
    world: World,
) -> rmcp::model::Tool {
    let hints = ToolAnnotations::with_title(title)
        .read_only(true)
        .destructive(false)
        .idempotent(true)
        .open_world(world == World::Clouds);
    rmcp::model::Tool::new(name, description, schema::<T>()).with_title(title).with_annotations(hints)
}

/// The JSON schema of a tool's arguments, without references: not every client follows them.
fn schema<T: JsonSchema>() -> JsonObject {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut value = settings.into_generator().into_root_schema_for::<T>().to_value();
    simplify(&mut value);
    match value {
        Value::Object(map) => map,
        _ => JsonObject::new(),
    }
}

/// Takes off what a model has to read and cannot use: the names of Rust types, and `null` for what may be left out.
fn simplify(value: &mut Value) {
    let Value::Object(map) = value else {
        if let Value::Array(items) = value {
            items.iter_mut().for_each(simplify);
        }
        return;
    };
    for noise in ["$schema", "format"] {
        if map.get(noise).is_some_and(Value::is_string) {
            map.remove(noise);
        }
    }
    // A property may be called `title`; the keyword is a text.
    if map.get("title").is_some_and(Value::is_string) {
        map.remove("title");
    }
    map.remove("default");
    // Descriptions are wrapped where the source is.
    if let Some(Value::String(description)) = map.get_mut("description") {
        *description = description.replace('\n', " ");
    }
    if let Some(Value::Array(types)) = map.get_mut("type") {
        types.retain(|ty| ty != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            map.insert("type".to_owned(), only);
        }
    }
    let is_optional = map
        .get("anyOf")
        .and_then(Value::as_array)
        .is_some_and(|any| any.len() == 2 && any[1].get("type").is_some_and(|ty| ty == "null"));
    if is_optional
        && let Some(Value::Array(mut any)) = map.remove("anyOf")
        && let Value::Object(inner) = any.swap_remove(0)
    {
        for (key, inner) in inner {
            map.entry(key).or_insert(inner);
        }
    }
    map.values_mut().for_each(simplify);
}

/// A tool's arguments. Models write `null` for what they leave out.
pub(super) fn read<T: DeserializeOwned>(mut arguments: JsonObject) -> Result<T, Slip> {
    arguments.retain(|_, value| !value.is_null());
    serde_json::from_value(Value::Object(arguments))
        .map_err(|error| Slip::Arguments(format!("the arguments do not fit: {error}")))
}

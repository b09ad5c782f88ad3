//! `parquet`: the rows with their exact types, for other programs that compute with them.

use crate::reply::Reply;
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::file::metadata::KeyValue;
use datafusion::parquet::file::properties::WriterProperties;
use engine::Answer;
use std::io::{self, Write};
use std::sync::Arc;

/// Writes a reply. The file's own metadata says what the rows cover.
pub fn write(reply: &Reply, out: &mut dyn Write) -> io::Result<()> {
    let Some(answer) = reply.answer() else { return Ok(()) };
    let coverage = serde_json::to_string(&answer.coverage)?;
    let properties = WriterProperties::builder()
        .set_key_value_metadata(Some(vec![KeyValue::new(history::COVERAGE_KEY.to_owned(), coverage)]))
        .build();
    // The writer wants to own something that may be sent to another thread; the bytes are handed over at the end.
    let mut writer = ArrowWriter::try_new(Vec::new(), schema(answer), Some(properties)).map_err(io::Error::other)?;
    for batch in &answer.batches {
        writer.write(batch).map_err(io::Error::other)?;
    }
    out.write_all(&writer.into_inner().map_err(io::Error::other)?)
}

fn schema(answer: &Answer) -> SchemaRef {
    if let Some(batch) = answer.batches.first() {
        return batch.schema();
    }
    let fields: Vec<_> =
        answer.columns.iter().map(|c| Field::new(&c.name, engine::arrow::data_type(c.ty), true)).collect();
    Arc::new(Schema::new(fields))
}

//! What one file is, from its first bytes or its Parquet footer.

use crate::columns::Columns;
use crate::files::{Found, Kind, Root, failed, store_error};
use crate::settings::Limits;
use bytes::Bytes;
use datafusion::arrow::datatypes::DataType;
use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use datafusion::parquet::arrow::async_reader::MetadataFetch;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::ParquetMetaDataReader;
use engine::{FetchError, FetchErrorKind};
use flate2::read::MultiGzDecoder;
use futures::future::BoxFuture;
use futures::{FutureExt, TryFutureExt};
use object_store::ObjectStoreExt;
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

/// How a file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    /// Plain CSV.
    Csv,
    /// CSV, compressed with gzip.
    CsvGzip,
    /// Parquet.
    Parquet,
}

/// What one file is.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    /// How it is to be read.
    pub(crate) format: Format,
    /// What its columns are.
    pub(crate) columns: Arc<Columns>,
    /// How many rows it has, where that is known without reading it.
    pub(crate) rows: Option<u64>,
    /// Whether its last line has no end, as while it is still being written.
    pub(crate) last_line_is_open: bool,
}

/// Finds out what a file is. Reads its begin and its end, or its footer.
pub(crate) async fn read(root: &Root, file: &Found, limits: &Limits) -> Result<Header, FetchError> {
    if let Kind::Other(what) = file.kind {
        let sentence = format!("`{}` is {what}, which is not read: write CSV, gzip CSV or Parquet", file.item);
        return Err(failed(sentence).with_code("not_read"));
    }
    if file.kind == Kind::Unfinished {
        let sentence =
            format!("`{}` is still being written, as its name says: it counts once it has its own", file.item);
        return Err(failed(sentence).with_code("not_finished"));
    }
    if file.meta.size == 0 {
        return Err(failed(format!("`{}` is empty", file.item)).with_code("bad_file"));
    }
    let head = range(root, file, 0..file.meta.size.min(limits.header_bytes)).await?;
    if head.starts_with(b"PAR1") || file.kind == Kind::Parquet {
        return parquet(root, file, limits).await;
    }
    let is_whole = head.len() as u64 == file.meta.size;
    let (format, text, is_whole) = if head.starts_with(&[0x1f, 0x8b]) {
        let (text, is_whole) = unpack(&head, is_whole, limits).map_err(|error| damaged(file, &error.to_string()))?;
        (Format::CsvGzip, text, is_whole)
    } else {
        (Format::Csv, head.to_vec(), is_whole)
    };
    let names = first_record(&text, is_whole)
        .map_err(|what| failed(format!("`{}` {what}", file.item)).with_code("bad_file"))?;
    let fields: Vec<_> = names.into_iter().map(|name| (name, DataType::Utf8)).collect();
    let last_line_is_open = format == Format::Csv && !ends_with_line_break(root, file, &head).await?;
    Ok(Header { format, columns: columns(file, &fields, true, limits)?, rows: None, last_line_is_open })
}

fn columns(
    file: &Found,
    fields: &[(String, DataType)],
    is_csv: bool,
    limits: &Limits,
) -> Result<Arc<Columns>, FetchError> {
    if fields.len() > limits.max_columns {
        let sentence =
            format!("`{}` has {} columns, more than {} (`max_columns`)", file.item, fields.len(), limits.max_columns);
        return Err(failed(sentence).with_code("limit"));
    }
    let columns = Columns::of(fields, is_csv);
    columns.map(Arc::new).map_err(|why| failed(format!("`{}` {why}", file.item)).with_code("not_focus"))
}

async fn parquet(root: &Root, file: &Found, limits: &Limits) -> Result<Header, FetchError> {
    /// Bytes read from the end at once: the footer of a file of 65 columns and a few row groups.
    const FOOTER: usize = 64 * 1024;
    let reader = ParquetMetaDataReader::new().with_prefetch_hint(Some(FOOTER));
    let footer = reader.load_and_finish(Footer { root, file }, file.meta.size).await;
    let footer = footer.and_then(|footer| ArrowReaderMetadata::try_new(Arc::new(footer), ArrowReaderOptions::new()));
    let footer = footer.map_err(|error| parquet_error(file, &error))?;
    let fields: Vec<_> =
        footer.schema().fields().iter().map(|field| (field.name().clone(), field.data_type().clone())).collect();
    let rows = u64::try_from(footer.metadata().file_metadata().num_rows()).ok();
    Ok(Header {
        format: Format::Parquet,
        columns: columns(file, &fields, false, limits)?,
        rows,
        last_line_is_open: false,
    })
}

/// Fetches the bytes that a footer is made of.
struct Footer<'a> {
    root: &'a Root,
    file: &'a Found,
}

impl MetadataFetch for Footer<'_> {
    fn fetch(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, ParquetError>> {
        let get = async { self.root.store.get_range(&self.file.meta.location, range).await };
        get.map_err(|error| ParquetError::External(Box::new(error))).boxed()
    }
}

/// A footer that cannot be read is a half-written file, unless the store itself failed.
fn parquet_error(file: &Found, error: &ParquetError) -> FetchError {
    if let ParquetError::External(cause) = error
        && let Some(cause) = cause.downcast_ref::<object_store::Error>()
    {
        return store_error(cause, &file.item);
    }
    damaged(file, &format!("it has no Parquet footer, as while it is still being written: {error}"))
}

async fn range(root: &Root, file: &Found, range: Range<u64>) -> Result<Bytes, FetchError> {
    root.store.get_range(&file.meta.location, range).await.map_err(|error| store_error(&error, &file.item))
}

async fn ends_with_line_break(root: &Root, file: &Found, head: &Bytes) -> Result<bool, FetchError> {
    let size = file.meta.size;
    let last = if head.len() as u64 == size {
        head.last().copied()
    } else {
        range(root, file, size - 1..size).await?.first().copied()
    };
    Ok(matches!(last, Some(b'\n' | b'\r')))
}

/// The begin of what gzip holds, and whether that is all.
fn unpack(head: &[u8], is_whole: bool, limits: &Limits) -> std::io::Result<(Vec<u8>, bool)> {
    let mut text = Vec::new();
    let result = MultiGzDecoder::new(head).take(limits.header_bytes).read_to_end(&mut text);
    match result {
        Ok(read) => Ok((text, is_whole && (read as u64) < limits.header_bytes)),
        // The head of a longer file ends in the middle; that of a whole file must not, but a header may be there.
        Err(_) if !text.is_empty() => Ok((text, false)),
        Err(error) => Err(error),
    }
}

/// The names in the header line.
fn first_record(text: &[u8], is_whole: bool) -> Result<Vec<String>, String> {
    if text.starts_with(&[0xff, 0xfe]) || text.starts_with(&[0xfe, 0xff]) {
        return Err("is UTF-16 text: save it as UTF-8".to_owned());
    }
    let text = text.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(text);
    let mut is_quoted = false;
    let end = text.iter().position(|byte| {
        is_quoted ^= *byte == b'"';
        !is_quoted && matches!(byte, b'\n' | b'\r')
    });
    let line = match end {
        Some(end) => &text[..end],
        None if is_whole => text,
        None => {
            return Err(format!(
                "has a header line longer than {} bytes (`header_bytes`), or ends within it",
                text.len()
            ));
        }
    };
    let line = std::str::from_utf8(line).map_err(|_| "has a header line that is not UTF-8 text".to_owned())?;
    if line.trim().is_empty() {
        return Err("has no header line".to_owned());
    }
    Ok(split(line))
}

fn split(line: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut is_quoted = false;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                chars.next();
                push(&mut names, '"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => names.push(String::new()),
            _ => push(&mut names, c),
        }
    }
    names
}

fn push(names: &mut [String], c: char) {
    if let Some(name) = names.last_mut() {
        name.push(c);
    }
}

/// A file that cannot be read to its end.
pub(crate) fn damaged(file: &Found, what: &str) -> FetchError {
    FetchError::new(FetchErrorKind::Failed, format!("`{}` cannot be read: {what}", file.item)).with_code("bad_file")
}

#[cfg(test)]
mod tests {
    use super::first_record;

    fn check(text: &[u8], is_whole: bool, expected: Result<&[&str], &str>) {
        match (first_record(text, is_whole), expected) {
            (Ok(names), Ok(expected)) => assert_eq!(names, expected),
            (Err(what), Err(part)) => assert!(what.contains(part), "{what}"),
            (got, expected) => panic!("{got:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn header_lines_are_read_as_real_files_write_them() {
        check(b"a,b\n1,2\n", true, Ok(&["a", "b"]));
        check(b"\"a\",\"b \"\"c\"\"\",\"d,e\"\r\n", true, Ok(&["a", "b \"c\"", "d,e"]));
        check("\u{feff}a,b\n".as_bytes(), true, Ok(&["a", "b"]));
        check("Maßeinheit (UnitOfMeasure),x".as_bytes(), true, Ok(&["Maßeinheit (UnitOfMeasure)", "x"]));
        check(b"a,\"b\nc\"\n", true, Ok(&["a", "b\nc"]));
    }

    #[test]
    fn what_has_no_header_line_is_named() {
        check(b"a,b,c", false, Err("longer than"));
        check(b"\n1,2\n", true, Err("no header line"));
        check(&[0xff, 0xfe, b'a', 0], true, Err("UTF-16"));
        check(&[b'a', 0xe4, b'\n'], true, Err("not UTF-8"));
    }
}

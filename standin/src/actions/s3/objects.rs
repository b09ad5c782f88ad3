//! Objects: lists of them, and their bytes, whole or in part.

use super::{bucket, invalid_argument};
use crate::call::{Call, Refusal, Reply};
use crate::estate::Object;
use crate::protocol::rest_xml::{self, RestRequest};
use crate::protocol::xml::Xml;
use crate::seeded;
use axum::http::StatusCode;
use bytes::Bytes;
use std::collections::BTreeSet;
use std::ops::Range;

/// The largest page of a list, and the default.
const LARGEST: usize = 1000;

pub(crate) fn list_objects(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let bucket = bucket(call, request)?;
    let query = &request.query;
    let (prefix, delimiter) = (query.get("prefix").unwrap_or_default(), query.get("delimiter"));
    let after = query.get("start-after").unwrap_or_default();
    let mut folders = BTreeSet::new();
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for (key, object) in bucket.objects.iter().filter(|(key, _)| key.starts_with(prefix) && key.as_str() > after) {
        let rest = &key[prefix.len()..];
        match delimiter.and_then(|delimiter| Some(rest.find(delimiter)? + delimiter.len())) {
            Some(end) => {
                let folder = &key[..prefix.len() + end];
                if folders.insert(folder) {
                    entries.push(Entry::Folder(folder));
                }
            }
            None => entries.push(Entry::Object(key, object)),
        }
    }
    let most = query.number("max-keys").map_err(|_| invalid_argument("max-keys"))?.unwrap_or(LARGEST).min(LARGEST);
    let (range, next) = call
        .page(query.get("continuation-token"), most, entries.len())
        .map_err(|_| invalid_argument("continuation-token"))?;
    let mut xml = Xml::default();
    xml.text("Name", &bucket.name);
    xml.text("Prefix", prefix);
    xml.maybe("Delimiter", delimiter);
    xml.plain("MaxKeys", most);
    xml.plain("KeyCount", range.len());
    xml.plain("IsTruncated", next.is_some());
    xml.maybe("NextContinuationToken", next.as_deref());
    for entry in &entries[range] {
        match entry {
            Entry::Folder(folder) => xml.nest("CommonPrefixes", |xml| xml.text("Prefix", folder)),
            Entry::Object(key, object) => {
                let size = size(object)?;
                xml.nest("Contents", |xml| {
                    xml.text("Key", key);
                    xml.time("LastModified", bucket.created_at);
                    xml.text("ETag", &etag(key, size));
                    xml.plain("Size", size);
                    xml.text("StorageClass", "STANDARD");
                });
            }
        }
    }
    Ok(rest_xml::reply("ListBucketResult", &xml.done()))
}

enum Entry<'a> {
    Folder(&'a str),
    Object(&'a str, &'a Object),
}

pub(crate) fn get_object(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let (key, object) = object(call, request)?;
    let body = match object {
        Object::Memory(body) => body.clone(),
        Object::File(path) => std::fs::read(path).map(Bytes::from).map_err(|e| unreadable(&e))?,
    };
    let (range, whole) = (part(request, body.len())?, body.len());
    let reply = describe(call, request, key, whole)?;
    Ok(match range {
        None => Reply { body, ..reply },
        Some(range) => {
            let content_range = format!("bytes {}-{}/{whole}", range.start, range.end - 1);
            let reply = reply.status(StatusCode::PARTIAL_CONTENT).header("content-range", content_range);
            Reply { body: body.slice(range), ..reply }
        }
    })
}

pub(crate) fn head_object(call: &Call<'_>, request: &RestRequest) -> Result<Reply, Refusal> {
    let (key, object) = object(call, request)?;
    let size = size(object)? as usize;
    let shown = part(request, size)?.map_or(size, |range| range.len());
    Ok(describe(call, request, key, size)?.header("content-length", shown.to_string()))
}

fn describe(call: &Call<'_>, request: &RestRequest, key: &str, size: usize) -> Result<Reply, Refusal> {
    let modified = bucket(call, request)?.created_at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    Ok(Reply::ok("binary/octet-stream", "")
        .header("etag", etag(key, size as u64))
        .header("last-modified", modified)
        .header("accept-ranges", "bytes"))
}

fn object<'a>(call: &Call<'a>, request: &RestRequest) -> Result<(&'a str, &'a Object), Refusal> {
    let (_, key) = request.bucket_and_key();
    let found = bucket(call, request)?.objects.get_key_value(key);
    let (key, object) = found.ok_or_else(|| Refusal::new(404, "NoSuchKey", "The specified key does not exist."))?;
    Ok((key, object))
}

fn size(object: &Object) -> Result<u64, Refusal> {
    match object {
        Object::Memory(body) => Ok(body.len() as u64),
        Object::File(path) => std::fs::metadata(path).map(|meta| meta.len()).map_err(|e| unreadable(&e)),
    }
}

/// A file of the estate that went away is the stand-in's fault, and looks like the service's.
fn unreadable(error: &std::io::Error) -> Refusal {
    Refusal::new(500, "InternalError", format!("the stand-in could not read its file: {error}"))
}

fn etag(key: &str, size: u64) -> String {
    format!("\"{:016x}{size:016x}\"", seeded::hash(size, &[key]))
}

/// The part of an object that a `Range` header asks for: `bytes=a-b`, `bytes=a-` or `bytes=-last`.
fn part(request: &RestRequest, len: usize) -> Result<Option<Range<usize>>, Refusal> {
    let Some(wanted) = request.range.as_deref().and_then(|range| range.strip_prefix("bytes=")) else {
        return Ok(None);
    };
    let range = match wanted.split_once('-') {
        Some(("", last)) => last.parse().ok().map(|last: usize| len.saturating_sub(last)..len),
        Some((first, "")) => first.parse().ok().map(|first| first..len),
        Some((first, last)) => match (first.parse(), last.parse::<usize>()) {
            (Ok(first), Ok(last)) => Some(first..last.saturating_add(1).min(len)),
            _ => None,
        },
        None => None,
    };
    match range.filter(|range| range.start < range.end) {
        Some(range) => Ok(Some(range)),
        None => Err(Refusal::new(416, "InvalidRange", "The requested range is not satisfiable")),
    }
}

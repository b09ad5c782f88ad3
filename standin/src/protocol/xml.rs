//! Writes XML into a string.

use chrono::{DateTime, SecondsFormat, Utc};
use std::fmt::{Display, Write};

/// XML under way.
#[derive(Debug, Default)]
pub(crate) struct Xml(String);

impl Xml {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    pub(crate) fn done(self) -> String {
        self.0
    }

    /// `<name>text</name>`, escaped.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.open(name);
        self.0.push_str(&quick_xml::escape::escape(text));
        self.close(name);
    }

    /// As [`Xml::text`], where there is one.
    pub(crate) fn maybe(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// A number or a truth value; what it displays as needs no escapes.
    pub(crate) fn plain(&mut self, name: &str, value: impl Display) {
        self.open(name);
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{value}");
        self.close(name);
    }

    pub(crate) fn time(&mut self, name: &str, time: DateTime<Utc>) {
        self.plain(name, time.to_rfc3339_opts(SecondsFormat::Millis, true));
    }

    /// `<name>…</name>` around what `inner` writes.
    pub(crate) fn nest(&mut self, name: &str, inner: impl FnOnce(&mut Self)) {
        self.open(name);
        inner(self);
        self.close(name);
    }

    /// `<name><item>…</item>…</name>`.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        item: &str,
        things: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        self.nest(name, |xml| {
            for thing in things {
                xml.nest(item, |xml| each(xml, thing));
            }
        });
    }

    fn open(&mut self, name: &str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
    }

    fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// XML that is written already.
    pub(crate) fn raw(&mut self, xml: &str) {
        self.0.push_str(xml);
    }
}

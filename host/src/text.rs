//! Small words for people: spans of time, counts, and text that is safe to show.

use std::borrow::Cow;
use std::time::Duration;

/// A line break as other systems write it.
const CR_LF: &str = "\r\n";

/// A span of time as `500ms`, `30s`, `5m`, `12h` or `2d`.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let error = || format!("`{text}` is not a span of time: write a number and ms, s, m, h or d, such as `5m`");
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(error)?;
    let count: u64 = text[..digits].parse().map_err(|_| error())?;
    let millis = match &text[digits..] {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(error()),
    };
    count.checked_mul(millis).map(Duration::from_millis).ok_or_else(error)
}

/// An age in the one unit that says enough: `12 s`, `4 min`, `3 h`, `2 days`.
pub fn age(seconds: u64) -> String {
    match seconds {
        0..=89 => format!("{seconds} s"),
        90..=5_399 => format!("{} min", (seconds + 30) / 60),
        5_400..=172_799 => format!("{} h", (seconds + 1_800) / 3_600),
        _ => format!("{} days", (seconds + 43_200) / 86_400),
    }
}

/// How long something took.
pub fn took(millis: f64) -> String {
    if millis < 1_000.0 { format!("{millis:.0} ms") } else { format!("{:.1} s", millis / 1_000.0) }
}

/// `1 row`, `2 rows`.
pub fn count(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// A text of at most so many characters, or its beginning. What is cut is said.
pub fn beginning(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… (cut; {} characters in all)", &text[..end], text.chars().count()),
    }
}

/// A text without what nobody sees in it: control characters but for those that are spaces, and what only says how others
/// are shown, such as marks of direction. Owned where there were any.
pub fn seen(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unseen) {
        Cow::Owned(text.chars().filter(|c| !is_unseen(*c)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Unicode's categories Cc and Cf, without the control characters that are spaces.
pub(crate) fn is_unseen(c: char) -> bool {
    let is_format = matches!(
        c,
        '\u{ad}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0001}'
            | '\u{e0020}'..='\u{e007f}'
    );
    is_format || c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

/// Text from a cloud as it may be written to a terminal. Names and tags are data: an escape sequence in one must
/// not move the cursor, and a line break must not make a second row.
pub fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false)
}

/// The same for a format that has a way to write line breaks and tabs within a value: those stay. A carriage return that is part
/// of no line break goes back to the beginning of a terminal's line, and what follows it would hide what was there.
pub fn visible_with_lines(text: &str) -> Cow<'_, str> {
    let is_kept = |c: char| matches!(c, '\n' | '\t');
    if !text.contains(CR_LF) {
        return escaped(text, is_kept);
    }
    let lines: Vec<Cow<'_, str>> = text.split(CR_LF).map(|line| escaped(line, is_kept)).collect();
    Cow::Owned(lines.join(CR_LF))
}

fn escaped(text: &str, is_kept: fn(char) -> bool) -> Cow<'_, str> {
    // Bidirectional overrides reorder what is on the line (CVE-2021-42574).
    let is_bidi = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_safe = |c: char| is_kept(c) || !c.is_control() && !is_bidi(c);
    if text.chars().all(is_safe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_safe(c) {
            shown.push(c);
        } else {
            shown.extend(c.escape_default());
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_are_read_and_nonsense_is_named() {
        for (text, millis) in [("0", 0), ("500ms", 500), ("30s", 30_000), ("5m", 300_000), ("2d", 172_800_000)] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "5", "m", "5 m", "-1s", "99999999999999999999d", "5y"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_nobody_sees_is_left_out_and_spaces_are_not() {
        assert_eq!(seen("list \u{1} all\u{200b} \u{202e}VMs\u{202c}\u{feff}"), "list  all VMs");
        for whole in ["list\tall\nVMs", "VMs named ü日本🙂"] {
            assert!(matches!(seen(whole), Cow::Borrowed(text) if text == whole), "{whole}");
        }
    }

    #[test]
    fn what_could_drive_a_terminal_is_shown_instead_of_obeyed() {
        assert_eq!(visible("web-1 ü 日本"), "web-1 ü 日本");
        assert_eq!(visible("a\x1b[2Jb\nc\u{202e}d"), "a\\u{1b}[2Jb\\nc\\u{202e}d");
        assert_eq!(visible_with_lines("a\x1b[2Jb\r\nc\u{202e}\td"), "a\\u{1b}[2Jb\r\nc\\u{202e}\td");
        for (text, shown) in [("a\rb", "a\\rb"), ("a\r\r\nb\n\r", "a\\r\r\nb\n\\r")] {
            assert_eq!(visible_with_lines(text), shown, "a carriage return alone overwrites the line");
        }
    }
}

//! Text of others, made fit to stand in somebody else's format.

/// The text in one line: what moves a cursor, ends a line or turns the direction of reading becomes a space.
///
/// Names and tags are written by whoever can name a resource. A report is read in terminals and consoles.
pub(super) fn line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if steers(c) { ' ' } else { c }).collect();
    spaced.trim().to_owned()
}

fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text, or as much of it as `most` allows, with `…` for the rest.
///
/// Counted in UTF-16 units: where a format says "characters", that is what its Java and .NET readers count, and
/// it is never fewer than the characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let mut left = most.saturating_sub(1);
    let kept = text.chars().take_while(|c| take(&mut left, c.len_utf16())).collect::<String>();
    kept + "…"
}

/// Whether so much is left, and takes it.
fn take(left: &mut usize, wanted: usize) -> bool {
    let enough = *left >= wanted;
    *left = if enough { *left - wanted } else { 0 };
    enough
}

/// [`line`], then [`cut`]; `otherwise` where nothing is left to read.
pub(super) fn short(text: &str, most: usize, otherwise: &str) -> String {
    let text = line(text);
    cut(if text.is_empty() { otherwise } else { &text }, most)
}

/// The text if it is no longer than `most`, else its beginning and a number made of all of it: for ids, which must not
/// become equal by being cut.
pub(super) fn id(text: &str, most: usize) -> String {
    let text = line(text);
    if text.encode_utf16().count() <= most {
        return text;
    }
    let digest = format!("{:016x}", fnv(text.as_bytes()));
    cut(&text, most.saturating_sub(digest.len())) + &digest
}

/// FNV-1a. No secret depends on it, and it must be the same in every version: the standard library's hash need not be.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_becomes_a_space() {
        assert_eq!(line("a\x1b[31mb\r\nc\u{202e}d\u{9b}e\t"), "a [31mb  c d e");
        assert_eq!(line("Überfluß – 名前"), "Überfluß – 名前");
    }

    #[test]
    fn a_cut_is_at_a_character_and_counts_utf_16() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 3), "ab…");
        assert_eq!(cut("😀😀", 4), "😀😀");
        assert_eq!(cut("😀😀", 3), "😀…");
        assert_eq!(cut("😀b😀", 4), "😀b…");
        // The rest is gone once something did not fit, even where a shorter character would.
        assert_eq!(cut("a😀b", 3), "a…");
        assert_eq!(short(" \n", 9, "rule"), "rule");
    }

    #[test]
    fn long_ids_stay_apart() {
        let (one, two) = ("x".repeat(600) + "1", "x".repeat(600) + "2");
        assert_eq!((id(&one, 512).chars().count(), id("short", 512)), (512, "short".to_owned()));
        assert_ne!(id(&one, 512), id(&two, 512));
        assert_eq!(format!("{:016x}", fnv(b"a")), "af63dc4c8601ec8c", "as FNV's own test vectors have it");
    }
}

//! The words of a remote mail server, made fit to be stored and shown: plain text without an address.

use std::fmt;

/// Longer answers are cut: SMTP lines have at most 512 octets, bounce texts can be whole letters.
const LENGTH_LIMIT: usize = 500;
/// Names of types and message ids are far shorter than this.
const NAME_LIMIT: usize = 128;
/// What stands where an address stood.
const MASK: &str = "(宛先)";
/// Shorter local parts than this are ordinary words in server answers more often than names.
const SHORTEST_LOCAL_PART: usize = 4;

/// One line of at most 500 characters: no control character, no bidi control, no mail address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerWords(String);

impl ServerWords {
    /// `None` when nothing is left to say.
    pub fn new(text: &str) -> Option<Self> {
        Self::about(text, &[])
    }

    /// Like `new`, where the recipients are known: their local parts are masked as well when they stand
    /// alone (`550 no such user taro.yamada`).
    pub fn about(text: &str, recipients: &[&str]) -> Option<Self> {
        let local_parts: Vec<String> = recipients.iter().filter_map(|address| local_part(address)).collect();
        let mut line = String::new();
        for word in
            text.split(|c: char| c.is_whitespace() || is_unprintable(c)).filter(|word| !word.is_empty())
        {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&masked(word, &local_parts));
        }
        let line: String = line.chars().take(LENGTH_LIMIT).collect();
        let line = line.trim_end();
        (!line.is_empty()).then(|| Self(line.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServerWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{061C}')
}

fn local_part(address: &str) -> Option<String> {
    let bare = address.rsplit_once('<').map_or(address, |(_, rest)| rest);
    let (local, _) = bare.split_once('@')?;
    (local.chars().count() >= SHORTEST_LOCAL_PART).then(|| local.to_lowercase())
}

/// The word with its address, or a known local part, replaced; brackets and punctuation around it stay.
fn masked(word: &str, local_parts: &[String]) -> String {
    let core = word.trim_matches(|c| is_edge(c) || c == '.');
    let names_someone = word.contains(['@', '＠'])
        || word.contains("%40")
        || core.split(is_edge).any(|part| local_parts.contains(&part.to_lowercase()));
    if !names_someone {
        return word.to_owned();
    }
    // Something glued to the address (`rfc822;a@b`, `<a@b>,<c@d>`) vanishes with it.
    if core.is_empty() || core.contains(is_edge) {
        return MASK.to_owned();
    }
    word.replacen(core, MASK, 1)
}

fn is_edge(c: char) -> bool {
    !(c.is_alphanumeric() || matches!(c, '@' | '＠' | '.' | '_' | '-' | '+' | '='))
}

/// A name out of a report (a type, an id), as one short printable word group.
pub(crate) fn plain_name(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !is_unprintable(*c)).take(NAME_LIMIT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let words = ServerWords::about(text, &["Yamada <taro.yamada@hospital.example.jp>", "ab@x.jp"]);
        assert_eq!(words.as_ref().map_or("", ServerWords::as_str), expected);
    }

    #[test]
    fn addresses_are_masked_in_every_wrapping() {
        check("smtp; 550 5.1.1 <taro@example.jp>: user unknown", "smtp; 550 5.1.1 <(宛先)>: user unknown");
        check("550 taro@example.jp... User unknown", "550 (宛先)... User unknown");
        check("rfc822;taro@example.jp failed", "(宛先) failed");
        check("<a@b.jp>,<c@d.jp> refused", "(宛先) refused");
        check("see https://x.example/?u=taro%40example.jp", "see (宛先)");
        check("＜taro＠example.jp＞", "＜(宛先)＞");
        check("@", "(宛先)");
    }

    #[test]
    fn a_known_local_part_is_masked_where_it_stands_alone() {
        check("550 No such user (TARO.YAMADA).", "550 No such user ((宛先)).");
        check("550 ab is no user", "550 ab is no user");
    }

    #[test]
    fn words_become_one_plain_line() {
        check("250 ok\r\n\tqueued\u{0}as\u{202E}123", "250 ok queued as 123");
        check(" \r\n ", "");
        assert_eq!(
            ServerWords::new(&"あ".repeat(900)).map(|words| words.as_str().chars().count()),
            Some(500)
        );
    }
}

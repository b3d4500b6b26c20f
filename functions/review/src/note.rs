//! The officer's words to the applicant: what may stand in them, and when they say enough.
//!
//! Invariant: a [`Refusal`] can be mailed as it is. Its lines end in LF and hold no control character.

use serde::{Deserialize, Serialize};
use shared::domain::{
    application::{NOTE_LIMIT, RejectionReason},
    form::FieldErrors,
    text::{self, TextError},
};

pub(crate) const NOTE_LABEL: &str = "申請者へのご連絡";

/// What the officer chose and typed, right or wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RefusalInput {
    pub(crate) reason: String,
    pub(crate) note: String,
}

/// A reason with words that may be mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: RejectionReason,
    pub(crate) note: String,
}

impl RefusalInput {
    /// The form as it begins for a reason.
    pub(crate) fn template_of(reason: Option<RejectionReason>) -> Self {
        let text = |of: fn(RejectionReason) -> &'static str| reason.map(of).unwrap_or_default().to_owned();
        Self { reason: text(RejectionReason::as_str), note: text(RejectionReason::template) }
    }

    pub(crate) fn reason(&self) -> Result<RejectionReason, FieldErrors> {
        RejectionReason::parse(&self.reason)
            .ok_or_else(|| FieldErrors::of("reason", "＊却下の理由を選択してください"))
    }

    /// Whether the officer has written something of his own: then no template replaces it.
    pub(crate) fn is_edited(&self) -> bool {
        let note = normalised(&self.note);
        !note.is_empty() && !RejectionReason::ALL.iter().any(|reason| reason.template().trim() == note)
    }

    /// Every error at once.
    pub(crate) fn parse(&self) -> Result<Refusal, FieldErrors> {
        let (mut errors, reason) = match self.reason() {
            Ok(reason) => (FieldErrors::new(), Some(reason)),
            Err(errors) => (errors, None),
        };
        let note = normalised(&self.note);
        if let Err(sentence) = check(reason, &note) {
            errors.push("note", sentence);
        }
        match reason {
            Some(reason) if errors.is_empty() => Ok(Refusal { reason, note }),
            Some(_) | None => Err(errors),
        }
    }
}

/// Words that may be mailed, whatever the reason; or the sentence that says what is wrong.
pub(crate) fn words(note: &str) -> Result<String, String> {
    let note = normalised(note);
    check(None, &note).map(|()| note)
}

/// Lines end in LF, tabs are spaces, nothing blank stands before or after.
fn normalised(note: &str) -> String {
    note.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ").trim().to_owned()
}

fn check(reason: Option<RejectionReason>, note: &str) -> Result<(), String> {
    if note.is_empty() {
        return Err(TextError::Missing.sentence(NOTE_LABEL));
    }
    let typed = note.chars().count();
    if typed > NOTE_LIMIT {
        return Err(TextError::TooLong { limit: NOTE_LIMIT, typed }.sentence(NOTE_LABEL));
    }
    note.lines().try_for_each(check_line)?;
    if reason == Some(RejectionReason::IncompleteEntry)
        && note == RejectionReason::IncompleteEntry.template().trim()
    {
        return Err("＊不備のある項目と、直していただきたい内容を、文例に続けて入力してください".to_owned());
    }
    Ok(())
}

/// The rules of a name hold for each line; only its words for a line break do not fit here.
fn check_line(line: &str) -> Result<(), String> {
    text::name(line).map(|_| ()).map_err(|error| match error {
        TextError::ControlCharacter => format!(
            "＊{NOTE_LABEL}に使用できない制御文字が含まれています。貼り付けた文章は、入力し直してください"
        ),
        TextError::Missing
        | TextError::TooLong { .. }
        | TextError::DirectionMark
        | TextError::PrivateUse
        | TextError::Garbled => error.sentence(NOTE_LABEL),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(reason: &str, note: &str) -> String {
        let input = RefusalInput { reason: reason.into(), note: note.into() };
        match input.parse() {
            Ok(refusal) => format!("{:?}", refusal.note),
            Err(errors) => errors
                .iter()
                .map(|error| format!("{}: {}", error.field, error.message))
                .collect::<Vec<_>>()
                .join(" / "),
        }
    }

    #[test]
    fn the_rules_of_the_note() {
        let long = "あ".repeat(NOTE_LIMIT + 1);
        let longest = "あ".repeat(NOTE_LIMIT);
        assert_eq!(outcome("other", &longest), format!("{longest:?}"));
        let incomplete = RejectionReason::IncompleteEntry.template();
        let with_point = format!("{incomplete}・機関名");
        let rows = [
            ("other", "理由です"),
            ("other", "  一行目\r\n\r\n\t二行目\r三行目 \n"),
            ("other", " \r\n\t"),
            ("other", &long),
            ("other", "ベル\u{7}"),
            ("other", "右から\u{202E}左へ"),
            ("other", "外字\u{E000}"),
            ("incomplete-entry", incomplete),
            ("incomplete-entry", &with_point),
            ("", "理由です"),
            ("nonsense", ""),
        ];
        let table: Vec<String> = rows.iter().map(|(reason, note)| outcome(reason, note)).collect();
        insta::assert_snapshot!(table.join("\n"));
    }

    #[test]
    fn every_template_but_the_open_ones_may_be_sent_as_it_is() {
        for reason in RejectionReason::ALL {
            let input = RefusalInput::template_of(Some(reason));
            let is_open = matches!(reason, RejectionReason::IncompleteEntry | RejectionReason::Other);
            assert_eq!(input.parse().is_err(), is_open, "{reason:?}");
            assert!(!input.is_edited(), "{reason:?}");
        }
        let edited = RefusalInput { reason: "other".into(), note: "自分の言葉".into() };
        assert!(edited.is_edited());
    }
}

//! The copy as PDF: tagged (PDF/UA-1, checked by the writer), in Japanese, its text searchable and copyable.
//!
//! Invariant: every character that was typed is printed, and one that the font lacks as 〓 with its code point; an
//! answer never keeps the copy from being written.

mod layout;
mod press;
mod typeface;

use shared::{domain::application::Application, mail::japan_time_text};

use layout::{Block, Layout};
use typeface::Typeface;

/// Why there is no file.
#[derive(Debug)]
pub(super) enum PdfError {
    /// The font in the binary cannot be read.
    Font,
    Writer(String),
}

/// The file's bytes.
pub(super) fn write(application: &Application, origin: &str) -> Result<Vec<u8>, PdfError> {
    let typeface = Typeface::embedded().ok_or(PdfError::Font)?;
    let title = format!("新規ユーザ登録申請 申請内容 {}", application.number);
    let blocks = blocks_of(application, origin);
    let layout = Layout::of(&blocks, &typeface);
    press::print(
        &layout,
        &typeface,
        &press::Imprint {
            title: &title,
            footer: &application.number.to_string(),
            at: application.submitted_at,
        },
    )
}

fn blocks_of(application: &Application, origin: &str) -> Vec<Block> {
    let submission = vec![
        ("申請番号".to_owned(), application.number.to_string()),
        ("申請日時".to_owned(), japan_time_text(application.submitted_at)),
        ("同意した規約の版".to_owned(), application.terms_version.clone()),
        ("同意した日時".to_owned(), japan_time_text(application.agreed_at)),
    ];
    let answers = application.form.answers().into_iter().map(|answer| {
        let text = if answer.text.is_empty() { "入力なし".to_owned() } else { answer.text };
        (answer.field.label.to_owned(), text)
    });
    vec![
        Block::Title("G-MIS 新規ユーザ登録申請 申請内容".to_owned()),
        Block::Paragraph(
            "この控えは、申請状況の照会やお問い合わせに必要です。手続が完了するまで保管してください。".to_owned(),
        ),
        Block::Heading("申請".to_owned()),
        Block::Table(submission),
        Block::Heading("申請した内容".to_owned()),
        Block::Table(answers.collect()),
        Block::Heading("これからの流れ".to_owned()),
        Block::Paragraph(
            "都道府県の承認に通常1～2週間程度、承認後のアカウントの発行に通常1～2週間程度かかります。手続に関するメールは\
             上記のメールアドレスに送信します。"
                .to_owned(),
        ),
        Block::Paragraph(format!("申請状況の照会：{origin}/track")),
        Block::Paragraph(format!("申請から3週間を過ぎてもメールが届かないとき：{origin}/help")),
        Block::Paragraph("厚生労働省G-MIS事務局".to_owned()),
    ]
}

impl std::fmt::Display for PdfError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Font => f.write_str("the embedded font cannot be read"),
            Self::Writer(reason) => write!(f, "the PDF cannot be written: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests;

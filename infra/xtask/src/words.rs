//! One voice: how the words that people read are written, over every template, mail and sentence of the program.
//!
//! Source of the spellings: 公用文作成の考え方 (建議 of 7 January 2022) and the notice on kanji in official texts that it
//! builds on (公用文における漢字使用等について, 2010).

use std::{fs, path::Path};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
/// Where people's words are. The pages under `/_local/` are for developers, and are written the same way.
const ROOMS: [&str; 5] = ["functions", "shared/src", "shared/templates", "shared/assets", "infra/local"];

/// A spelling that is not used, the longer words that it may be a part of, and what is written instead.
struct Spelling(&'static str, &'static [&'static str], &'static str);

const SPELLINGS: [Spelling; 47] = [
    // Adverbs and conjunctions that official texts write in kanji.
    Spelling("すでに", &[], "既に"),
    Spelling("および", &[], "及び"),
    Spelling("または", &[], "又は"),
    Spelling("もしくは", &[], "若しくは"),
    Spelling("ただちに", &[], "直ちに"),
    Spelling("すべて", &[], "全て"),
    Spelling("はじめ", &[], "初め、始め"),
    // Words that only help another one, in kana.
    Spelling("下さい", &[], "ください"),
    Spelling("出来", &[], "できる"),
    Spelling("頂", &[], "いただく"),
    Spelling("致し", &["一致し"], "いたす"),
    Spelling("予め", &[], "あらかじめ"),
    Spelling("一旦", &[], "いったん"),
    Spelling("為に", &[], "ために"),
    Spelling("無い", &[], "ない"),
    Spelling("その上、", &[], "また、"),
    Spelling("様に", &["同様に"], "ように"),
    Spelling("御", &["制御"], "ご"),
    Spelling("ヶ月", &[], "か月"),
    Spelling("ケ月", &[], "か月"),
    // Endings of nouns.
    Spelling("手続き", &[], "手続"),
    Spelling("問合せ", &[], "問い合わせ"),
    Spelling("問い合せ", &[], "問い合わせ"),
    Spelling("問合わせ", &[], "問い合わせ"),
    Spelling("申込み", &[], "申請"),
    Spelling("申し込み", &[], "申請"),
    Spelling("差し戻しの", &[], "差戻し"),
    Spelling("取り下げの", &[], "取下げ"),
    Spelling("取り消しの", &[], "取消し"),
    Spelling("引き継ぎ", &[], "引継ぎ"),
    Spelling("受付け", &[], "受付、受け付ける"),
    // One name for one thing.
    Spelling("他の", &["その他の"], "ほかの"),
    Spelling("あてに", &["あてには"], "宛てに"),
    Spelling("のうえ、", &[], "の上、"),
    Spelling("担当窓口", &[], "窓口"),
    Spelling("電子メール", &[], "メール"),
    Spelling("メールを送る", &[], "メールを送信する"),
    Spelling("メアド", &[], "メールアドレス"),
    Spelling("QRコード", &[], "二次元コード"),
    Spelling("サインイン", &[], "ログイン"),
    Spelling("ユーザー", &[], "ユーザ、利用者"),
    Spelling("サーバ", &["サーバー"], "サーバー"),
    Spelling("ブラウザ", &["ブラウザー"], "ブラウザー"),
    Spelling("フォルダー", &[], "フォルダ"),
    Spelling("タップ", &[], "押す"),
    Spelling("クリックして", &[], "押す"),
    Spelling("エラーになりました", &[], "what happened, and what to do"),
];

/// Latin letters that stand on screens and in mails: names, and abbreviations that readers know.
const LATIN: [&str; 21] = [
    "A4",
    "CSV",
    "Excel",
    "G",
    "ID",
    "JIS",
    "JavaScript",
    "MIS",
    "PDF",
    "PNG",
    "SVG",
    "Shift",
    "TOTP",
    "URL",
    "UTF",
    "g",
    "info",
    "jp",
    "mis",
    "ne",
    "net",
];
/// Macros that write attributes, which nobody reads.
const OF_ATTRIBUTES: &str = "shared/templates/fields.html";

#[test]
fn every_word_is_written_in_one_way() {
    let mut found = Vec::new();
    for (path, text) in texts(&["html", "txt", "rs", "js"]) {
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for Spelling(unused, parts_of, instead) in &SPELLINGS {
                let hidden = parts_of.iter().fold(line.to_owned(), |rest, longer| rest.replace(longer, ""));
                if hidden.contains(unused) {
                    found.push(format!("{path}:{}: {unused} → {instead}", at + 1));
                }
            }
        }
    }
    assert_eq!(found.join("\n"), "");
}

#[test]
fn nothing_is_said_in_english() {
    let mut found = Vec::new();
    for (path, text) in texts(&["html", "txt"]) {
        if path.contains("/assets/") || path.starts_with("infra/local") || path == OF_ATTRIBUTES {
            continue;
        }
        let text = shown(&text);
        let said = text.split(' ').filter(|word| !word.starts_with('/'));
        for word in said.flat_map(|word| word.split(|letter: char| !letter.is_ascii_alphanumeric())) {
            let is_a_word = word.starts_with(|letter: char| letter.is_ascii_alphabetic());
            if is_a_word && !LATIN.contains(&word) {
                found.push(format!("{path}: {word}"));
            }
        }
    }
    assert_eq!(found.join("\n"), "");
}

#[test]
fn a_spelling_is_found_and_its_longer_words_are_not() {
    let seen: Vec<&str> = SPELLINGS.iter().map(|Spelling(unused, ..)| *unused).collect();
    let mut once = seen.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), seen.len(), "each stands there once");
    assert_eq!(shown("<p title=\"x\">甲{{ name }}{% if a > b %}乙{% endif %}{#- no -#}</p>"), "甲 乙");
}

/// What is left of a template for its reader: neither tags nor what the template engine reads.
fn shown(template: &str) -> String {
    let marks = [("{#", "#}"), ("{%", "%}"), ("{{", "}}"), ("<", ">")];
    let without = marks.into_iter().fold(template.to_owned(), |text, (from, to)| {
        let mut parts = text.split(from);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |kept, part| kept + " " + part.split_once(to).map_or("", |(_, rest)| rest))
    });
    without.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every file of these kinds, with its path from the root.
fn texts(kinds: &[&str]) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for room in ROOMS {
        collect(&Path::new(ROOT).join(room), kinds, &mut texts);
    }
    assert!(texts.len() > 50, "only {} files were found", texts.len());
    texts
}

fn collect(folder: &Path, kinds: &[&str], texts: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("a folder of the tree") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, kinds, texts);
        } else if path.extension().is_some_and(|kind| kinds.iter().any(|one| kind == *one)) {
            let text = fs::read_to_string(&path).expect("a text");
            let path = path.strip_prefix(ROOT).unwrap_or(&path).display().to_string();
            texts.push((path, text));
        }
    }
}

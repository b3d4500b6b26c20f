//! What a new password must be: long, and not easy to guess. No rule asks for kinds of characters
//! (NIST SP 800-63B §3.1.1.2).

use super::{Account, StaffAccount};

/// The fewest and the most characters.
pub const PASSWORD_MIN: usize = 15;
pub const PASSWORD_MAX: usize = 128;

/// So many letters and digits must be left when the words around the account are taken out.
const FEWEST_OWN: usize = 8;

/// Words that everybody would try here first.
const CONTEXT_WORDS: [&str; 14] = [
    "gmis",
    "g-mis",
    "mhlw",
    "password",
    "passwd",
    "iryo",
    "kinou",
    "yakkyoku",
    "byouin",
    "医療機能",
    "薬局機能",
    "情報提供制度",
    "厚生労働省",
    "パスワード",
];

/// Why a typed password cannot be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefused {
    #[error("nothing was typed")]
    Missing,
    /// Bytes that are no characters: nobody could type it again.
    #[error("a character that stands for a broken one")]
    Garbled,
    #[error("{characters} characters only")]
    TooShort { characters: usize },
    #[error("{characters} characters")]
    TooLong { characters: usize },
    /// It lives on the login ID, the institution's name, the address, or a word of this site.
    #[error("made of words that stand around the account")]
    AboutTheAccount,
    #[error("easy to guess")]
    Guessable,
}

impl PasswordRefused {
    /// What is wrong, and what to do.
    pub fn sentence(self) -> String {
        match self {
            Self::Missing => "＊新しいパスワードを入力してください".to_owned(),
            Self::Garbled => "＊パスワードに文字化けした文字が含まれています。貼り付けずに、直接入力してください".to_owned(),
            Self::TooShort { characters } => format!(
                "＊パスワードは{PASSWORD_MIN}文字以上で入力してください（現在{characters}文字です）。関係のない言葉をいくつか並べると、長くても覚えやすくなります"
            ),
            Self::TooLong { characters } => format!(
                "＊パスワードは{PASSWORD_MAX}文字以内で入力してください（現在{characters}文字です）"
            ),
            Self::AboutTheAccount => "＊ログインID、機関名、メールアドレスやサイトの名前をもとにしたパスワードは推測されやすいため、設定できません。それらと関係のない言葉を組み合わせてください".to_owned(),
            Self::Guessable => "＊このパスワードは推測されやすいため、設定できません。よく使われる言葉、同じ文字や並び順の繰り返しを避け、関係のない言葉を4つ以上組み合わせてください".to_owned(),
        }
    }
}

impl Account {
    /// Whether `typed` may become the password of this account.
    pub fn check_new_password(&self, typed: &str) -> Result<(), PasswordRefused> {
        check(typed, &self.words())
    }

    fn words(&self) -> Vec<String> {
        let named = [self.login_id.as_str(), self.prefecture.name(), self.institution_kind.label()];
        words(&named, &[self.institution_name.as_str(), self.email.as_str()])
    }
}

impl StaffAccount {
    /// Whether `typed` may become the password of this member of staff.
    pub fn check_new_password(&self, typed: &str) -> Result<(), PasswordRefused> {
        let email = self.email.as_ref().map_or("", |email| email.as_str());
        check(typed, &words(&[self.id.as_str()], &[self.id.as_str(), self.name.as_str(), email]))
    }
}

fn check(typed: &str, words: &[String]) -> Result<(), PasswordRefused> {
    if typed.contains(char::REPLACEMENT_CHARACTER) {
        return Err(PasswordRefused::Garbled);
    }
    let characters = typed.chars().count();
    match characters {
        0 => return Err(PasswordRefused::Missing),
        1..PASSWORD_MIN => return Err(PasswordRefused::TooShort { characters }),
        PASSWORD_MIN..=PASSWORD_MAX => {}
        _ => return Err(PasswordRefused::TooLong { characters }),
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if own_characters(typed, &words) < FEWEST_OWN {
        return Err(PasswordRefused::AboutTheAccount);
    }
    if zxcvbn::zxcvbn(typed, &words).score() < zxcvbn::Score::Three {
        return Err(PasswordRefused::Guessable);
    }
    Ok(())
}

/// The words around an account, in lower case, the longest first: those of this site, `named`, and `own` with
/// its parts.
fn words(named: &[&str], own: &[&str]) -> Vec<String> {
    let parts = own.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let mut words: Vec<String> = CONTEXT_WORDS
        .into_iter()
        .chain(named.iter().copied())
        .chain(own.iter().copied())
        .chain(parts)
        .filter(|word| word.chars().count() > 2)
        .map(str::to_lowercase)
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// How many letters and digits are left when the words around the account are taken out.
fn own_characters(typed: &str, words: &[&str]) -> usize {
    let rest = words.iter().fold(typed.to_lowercase(), |rest, word| rest.replace(word, " "));
    rest.chars().filter(|c| c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::samples::account;

    #[test]
    fn passwords_and_what_becomes_of_them() {
        let long = "ながい".repeat(43);
        let typed = [
            "",
            "short",
            "exactly-14-cha",
            "aaaaaaaaaaaaaaa",
            "123456789012345",
            "passwordpassword",
            "qwertyuiopasdfgh",
            "password12345678",
            "gmisgmisgmisgmis",
            "nara1234nara1234",
            "若草山病院若草山病院若草山病院",
            "ijikaijikaijika1",
            "wakakusa-example",
            "password_IJIKA_2027",
            "wakakusa tsuki no usagi",
            &long,
            "correct horse battery staple",
            "しろい とけいが まどのそとを およぐ",
            "xk7Qp2vR9mW4tLz",
            "水曜 りんご トンネル 鉛筆けずり",
        ];
        let account = account();
        let lines = typed.map(|typed| match account.check_new_password(typed) {
            Ok(()) => format!("{typed:.40} -> accepted"),
            Err(refused) => format!("{typed:.40} -> {refused}"),
        });
        insta::assert_snapshot!(lines.join("\n"), @r"
         -> nothing was typed
        short -> 5 characters only
        exactly-14-cha -> 14 characters only
        aaaaaaaaaaaaaaa -> easy to guess
        123456789012345 -> easy to guess
        passwordpassword -> made of words that stand around the account
        qwertyuiopasdfgh -> easy to guess
        password12345678 -> easy to guess
        gmisgmisgmisgmis -> made of words that stand around the account
        nara1234nara1234 -> made of words that stand around the account
        若草山病院若草山病院若草山病院 -> made of words that stand around the account
        ijikaijikaijika1 -> made of words that stand around the account
        wakakusa-example -> made of words that stand around the account
        password_IJIKA_2027 -> made of words that stand around the account
        wakakusa tsuki no usagi -> accepted
        ながいながいながいながいながいながいながいながいながいながいながいながいながいな -> 129 characters
        correct horse battery staple -> accepted
        しろい とけいが まどのそとを およぐ -> accepted
        xk7Qp2vR9mW4tLz -> accepted
        水曜 りんご トンネル 鉛筆けずり -> accepted
        ");
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        let refusals = [
            PasswordRefused::Missing,
            PasswordRefused::Garbled,
            PasswordRefused::TooShort { characters: 9 },
            PasswordRefused::TooLong { characters: 140 },
            PasswordRefused::AboutTheAccount,
            PasswordRefused::Guessable,
        ];
        insta::assert_snapshot!(refusals.map(PasswordRefused::sentence).join("\n"), @r"
        ＊新しいパスワードを入力してください
        ＊パスワードに文字化けした文字が含まれています。貼り付けずに、直接入力してください
        ＊パスワードは15文字以上で入力してください（現在9文字です）。関係のない言葉をいくつか並べると、長くても覚えやすくなります
        ＊パスワードは128文字以内で入力してください（現在140文字です）
        ＊ログインID、機関名、メールアドレスやサイトの名前をもとにしたパスワードは推測されやすいため、設定できません。それらと関係のない言葉を組み合わせてください
        ＊このパスワードは推測されやすいため、設定できません。よく使われる言葉、同じ文字や並び順の繰り返しを避け、関係のない言葉を4つ以上組み合わせてください
        ");
    }
}

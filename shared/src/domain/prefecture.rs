//! The 47 prefectures and the two desks of each that answer for applications.
//!
//! Invariant: a prefecture's number is the one of JIS X 0401 (01 北海道 to 47 沖縄県), which is also the first
//! two digits of every 保険機関コード given out there.

use std::fmt;
use unicode_normalization::UnicodeNormalization;

macro_rules! prefectures {
    ($($variant:ident = $code:literal $name:literal),+ $(,)?) => {
        /// One of the 47 prefectures.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Prefecture { $($variant = $code),+ }

        const ALL: [Prefecture; 47] = [$(Prefecture::$variant),+];

        impl Prefecture {
            /// The official name, 「奈良県」.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

prefectures! {
    Hokkaido = 1 "北海道", Aomori = 2 "青森県", Iwate = 3 "岩手県", Miyagi = 4 "宮城県", Akita = 5 "秋田県",
    Yamagata = 6 "山形県", Fukushima = 7 "福島県", Ibaraki = 8 "茨城県", Tochigi = 9 "栃木県", Gunma = 10 "群馬県",
    Saitama = 11 "埼玉県", Chiba = 12 "千葉県", Tokyo = 13 "東京都", Kanagawa = 14 "神奈川県", Niigata = 15 "新潟県",
    Toyama = 16 "富山県", Ishikawa = 17 "石川県", Fukui = 18 "福井県", Yamanashi = 19 "山梨県", Nagano = 20 "長野県",
    Gifu = 21 "岐阜県", Shizuoka = 22 "静岡県", Aichi = 23 "愛知県", Mie = 24 "三重県", Shiga = 25 "滋賀県",
    Kyoto = 26 "京都府", Osaka = 27 "大阪府", Hyogo = 28 "兵庫県", Nara = 29 "奈良県", Wakayama = 30 "和歌山県",
    Tottori = 31 "鳥取県", Shimane = 32 "島根県", Okayama = 33 "岡山県", Hiroshima = 34 "広島県", Yamaguchi = 35 "山口県",
    Tokushima = 36 "徳島県", Kagawa = 37 "香川県", Ehime = 38 "愛媛県", Kochi = 39 "高知県", Fukuoka = 40 "福岡県",
    Saga = 41 "佐賀県", Nagasaki = 42 "長崎県", Kumamoto = 43 "熊本県", Oita = 44 "大分県", Miyazaki = 45 "宮崎県",
    Kagoshima = 46 "鹿児島県", Okinawa = 47 "沖縄県",
}

impl Prefecture {
    /// All of them, from north to south.
    pub const fn all() -> &'static [Self; 47] {
        &ALL
    }

    /// 1 to 47.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// "01" to "47": what the store, the keys and the 保険機関コード hold.
    pub fn code2(self) -> String {
        format!("{:02}", self.code())
    }

    pub fn from_code(code: u8) -> Option<Self> {
        ALL.get(usize::from(code).checked_sub(1)?).copied()
    }

    /// What a person or a form says: 「奈良県」, "29", 「２９」.
    pub fn parse(typed: &str) -> Option<Self> {
        let plain: String = typed.trim().nfkc().collect();
        if let Some(found) = ALL.iter().find(|prefecture| prefecture.name() == plain) {
            return Some(*found);
        }
        let is_code = (1..=2).contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { Self::from_code(plain.parse().ok()?) } else { None }
    }

    /// Reads back what [`Self::code2`] wrote.
    pub fn from_stored(stored: &str) -> Option<Self> {
        Self::parse(stored).filter(|prefecture| prefecture.code2() == stored)
    }
}

/// The two desks of a prefecture: 医療 answers for everybody but pharmacies, 薬務 for those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Desk {
    Medical,
    Pharmacy,
}

impl Desk {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Medical => "medical",
            Self::Pharmacy => "pharmacy",
        }
    }

    /// 「医療」 or 「薬務」.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Medical => "医療",
            Self::Pharmacy => "薬務",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Medical, Self::Pharmacy].into_iter().find(|desk| desk.as_str() == word)
    }
}

/// One desk of one prefecture: the owner of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrefectureDesk {
    pub prefecture: Prefecture,
    pub desk: Desk,
}

impl PrefectureDesk {
    /// All of them, from north to south.
    pub fn all() -> impl Iterator<Item = Self> {
        Prefecture::all().iter().flat_map(|prefecture| {
            [Desk::Medical, Desk::Pharmacy].map(|desk| Self { prefecture: *prefecture, desk })
        })
    }

    /// "29#medical": the first part of the index key `by-desk`.
    pub fn as_key(self) -> String {
        format!("{}#{}", self.prefecture.code2(), self.desk.as_str())
    }

    /// Reads back what [`Self::as_key`] wrote.
    pub fn parse(key: &str) -> Option<Self> {
        let (prefecture, desk) = key.split_once('#')?;
        Some(Self { prefecture: Prefecture::from_stored(prefecture)?, desk: Desk::parse(desk)? })
    }

    /// 「奈良県 医療」.
    pub fn label(self) -> String {
        format!("{} {}", self.prefecture.name(), self.desk.label())
    }
}

impl fmt::Display for Prefecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_numbers_are_those_of_jis_x_0401() {
        for (index, prefecture) in Prefecture::all().iter().enumerate() {
            assert_eq!(usize::from(prefecture.code()), index + 1);
            assert_eq!(Prefecture::from_code(prefecture.code()), Some(*prefecture));
            assert_eq!(Prefecture::parse(prefecture.name()), Some(*prefecture));
            assert_eq!(Prefecture::parse(&prefecture.code2()), Some(*prefecture));
            assert_eq!(Prefecture::from_stored(&prefecture.code2()), Some(*prefecture));
        }
        let known =
            [(1, "北海道"), (13, "東京都"), (26, "京都府"), (27, "大阪府"), (29, "奈良県"), (47, "沖縄県")];
        for (code, name) in known {
            assert_eq!(Prefecture::from_code(code).map(Prefecture::name), Some(name));
        }
    }

    #[test]
    fn people_may_type_a_name_or_a_number() {
        for typed in ["奈良県", " 奈良県　", "29", "２９"] {
            assert_eq!(Prefecture::parse(typed), Some(Prefecture::Nara), "{typed}");
        }
        for typed in ["", "0", "00", "48", "029", "+1", "奈良", "なら", "nara"] {
            assert_eq!(Prefecture::parse(typed), None, "{typed}");
        }
        assert_eq!(Prefecture::parse("1"), Some(Prefecture::Hokkaido));
        assert_eq!(Prefecture::from_stored("1"), None);
    }

    #[test]
    fn a_desk_key_reads_back() {
        for prefecture in Prefecture::all() {
            for desk in [Desk::Medical, Desk::Pharmacy] {
                let owner = PrefectureDesk { prefecture: *prefecture, desk };
                assert_eq!(PrefectureDesk::parse(&owner.as_key()), Some(owner));
            }
        }
        let nara = PrefectureDesk { prefecture: Prefecture::Nara, desk: Desk::Medical };
        assert_eq!(nara.as_key(), "29#medical");
        assert_eq!(nara.label(), "奈良県 医療");
        for key in ["", "#", "29#", "29#Medical", "奈良県#medical", "29#medical#submitted"] {
            assert_eq!(PrefectureDesk::parse(key), None, "{key}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(typed in any::<String>()) {
            if let Some(prefecture) = Prefecture::parse(&typed) {
                prop_assert_eq!(Prefecture::from_code(prefecture.code()), Some(prefecture));
            }
        }
    }
}

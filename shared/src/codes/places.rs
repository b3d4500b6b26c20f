//! Where a purpose's pages are, and which cookie its browser holds.

use crate::domain::mail::CodePurpose;

#[derive(Debug, Clone, Copy)]
pub struct CodePlaces {
    pub(super) cookie: &'static str,
    /// Where a browser without a verification begins, and where another address is typed in.
    pub start: &'static str,
    /// What leads there from the page of the code.
    pub start_label: &'static str,
    /// Where a code is typed in.
    pub code: &'static str,
    /// Where a code is asked for.
    pub(super) send: &'static str,
    /// Where the page of the code asks for another one.
    pub resend: &'static str,
}

pub(super) fn places(purpose: CodePurpose) -> CodePlaces {
    match purpose {
        CodePurpose::Apply => CodePlaces {
            cookie: "__Host-verification",
            start: "/user-Registration-Form",
            start_label: "メールアドレスを入力し直す",
            code: "/user-Registration-Form/verify",
            send: "/user-Registration-Form/confirm",
            resend: "/user-Registration-Form/code",
        },
        CodePurpose::Track => CodePlaces {
            cookie: "__Host-track-code",
            start: "/track",
            start_label: "申請番号とメールアドレスを入力し直す",
            code: "/track/code",
            send: "/track",
            resend: "/track/code",
        },
        CodePurpose::Change => CodePlaces {
            cookie: "__Host-change-code",
            start: "/change-address",
            start_label: "依頼の内容を入力し直す",
            code: "/change-address/code",
            send: "/change-address",
            resend: "/change-address/code",
        },
        CodePurpose::Address => CodePlaces {
            cookie: "__Host-address-code",
            start: "/track/address",
            start_label: "メールアドレスを入力し直す",
            code: "/track/address/code",
            send: "/track/address",
            resend: "/track/address/code",
        },
    }
}

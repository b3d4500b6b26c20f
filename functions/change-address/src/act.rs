//! What every act has in common: decided on a fresh read, committed once, and the mails woken.

use jiff::Timestamp;
use shared::{
    domain::{
        account::NewLink,
        address_change::{ChangeDecided, ChangeRefused},
        ids::MailId,
    },
    mail::{japan_time_text, keyed_hash, link_token_for},
    web::Problem,
};

use crate::App;

impl App {
    pub(crate) fn draw_mail(&self, now: Timestamp) -> MailId {
        MailId::from_parts(now, self.entropy.bytes::<10>())
    }

    /// A mail's id, with the hash of the link that it would carry.
    pub(crate) fn draw_link(&self, now: Timestamp) -> NewLink {
        let mail = self.draw_mail(now);
        let token = link_token_for(&self.link_key, &mail);
        NewLink { hash: keyed_hash(&self.pepper, "link", token.expose()), mail }
    }

    pub(crate) async fn done(&self, decided: &ChangeDecided) {
        let last = decided.next.history.last().map_or("none", |entry| entry.event.as_str());
        tracing::info!(event = "address_change", act = last, change = %decided.next.id, "a request moved on");
        let mut mails: Vec<MailId> = Vec::new();
        mails.extend(decided.mails.iter().map(|mail| mail.id.clone()));
        if let Some(application) = &decided.application {
            mails.extend(application.mails.iter().map(|mail| mail.id.clone()));
        }
        self.doorbell.ring_mails(&mails).await;
    }
}

/// Why an act was not done, as staff read it.
pub(crate) fn refusal(refused: &ChangeRefused, path: &str) -> Problem {
    let sentence = match refused {
        ChangeRefused::NotOfThisDesk => return Problem::not_found().because("other-desk"),
        ChangeRefused::NotOpen { status, last } => match last {
            Some(entry) => {
                let by = entry.event.by_name().map(|name| format!("{name}が")).unwrap_or_default();
                let at = japan_time_text(entry.at);
                format!("この依頼は、{at}に{by}処理し、現在は「{status}」です。")
            }
            None => format!("この依頼は、現在「{status}」です。"),
        },
        ChangeRefused::AccountOfAnotherDesk => {
            "このログインIDのアカウントは、担当する都道府県・区分にありません。".to_owned()
        }
        ChangeRefused::SameAddress => {
            "変更後メールアドレスは、既に登録されています。依頼者にログインIDの問い合わせ画面をご案内ください。".to_owned()
        }
        ChangeRefused::SamePerson => {
            "都道府県で確認した本人は、変更を実行できません。ほかの事務局の担当者に依頼してください。".to_owned()
        }
        ChangeRefused::AnotherAccount => "都道府県が確認したアカウントではありません。".to_owned(),
        ChangeRefused::NotUnderWay => {
            "この申請は、都道府県の画面ではメールアドレスを変更できません。アカウントを確認し、事務局に送ってください。".to_owned()
        }
        ChangeRefused::Application(error) => format!("申請のメールアドレスを変更できませんでした（{error}）。"),
    };
    Problem::conflict(sentence).with_next(path, "依頼の画面へ")
}

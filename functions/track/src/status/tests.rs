//! The state page of an application in every state.

use jiff::SignedDuration;
use shared::domain::{
    application::{
        AdvanceOutcome, Approve, AuditEntry, AuditEvent, Flags, Reject, RejectionReason,
        samples::{NOON, in_every_status, mail_id, nara_medical, submitted},
    },
    delivery::{BounceSubType, BounceType, DeliveryEvent, EventKind},
    ids::LoginId,
    mail::{MailContent, NewMail},
    outbox::Outbox,
};

use super::*;

fn login_id() -> LoginId {
    LoginId::parse("nara1234").unwrap()
}

fn issued(delivered: bool, password_set: bool, event: AuditEvent) -> Application {
    let status = Status::Issued {
        login_id: login_id(),
        notice: mail_id(2),
        delivered_at: delivered.then_some(*NOON),
        password_set_at: password_set.then_some(*NOON),
    };
    let mut application = Application { status, ..submitted() };
    application.history.push(AuditEntry { at: *NOON, event });
    application
}

fn created() -> AuditEvent {
    AuditEvent::AccountCreated { login_id: login_id(), mail: mail_id(2) }
}

fn added() -> AuditEvent {
    AuditEvent::RightAdded { login_id: login_id(), mail: mail_id(2) }
}

fn issuing(outcome: AdvanceOutcome) -> Application {
    Application { status: Status::Issuing { advance: mail_id(1), outcome }, ..submitted() }
}

fn rejected() -> Application {
    let command = Reject {
        reason: RejectionReason::WrongInstitutionCode,
        note: "一行目\n<b>二行目</b>".into(),
        mail: mail_id(3),
    };
    submitted().reject(command, &nara_medical(), *NOON).unwrap().next
}

/// ②, taken by SES, with these events.
fn notice(kinds: impl IntoIterator<Item = EventKind>) -> Mail {
    let application = submitted();
    let content = MailContent::LoginNotice {
        institution_name: "病院".into(),
        contact_name: "田中".into(),
        login_id: login_id(),
        link_valid_until: *NOON + SignedDuration::from_hours(72),
    };
    let to = application.form.email;
    let new = NewMail { id: mail_id(2), application: Some(application.number), to, content };
    let sent = new.pending(*NOON).with_outbox(Outbox::Sent { tries: 1, message_id: None, at: *NOON });
    kinds.into_iter().fold(sent, |mail, kind| {
        mail.learn(DeliveryEvent::new(kind, *NOON, Some(1), "ses-1".into())).unwrap()
    })
}

fn bounce() -> EventKind {
    let (bounce_type, sub_type) = (BounceType::Permanent, BounceSubType::NoEmail);
    EventKind::Bounce { bounce_type, sub_type, recipients: vec![], feedback_id: None }
}

fn line(name: &str, application: &Application, mails: Vec<Mail>, now: Timestamp) -> String {
    let page = StatusPage::of(application, mails, &FreezeWindows::default(), now);
    let step = page.steps.names.get(page.steps.current - 1).copied().unwrap_or("全て完了");
    let links: Vec<_> = page.next.links.iter().map(|link| link.path).collect();
    format!(
        "{name}: {step} [{}] {}\n    {}\n    {}",
        page.next.tone,
        page.next.heading,
        page.next.sentences.join("\n    "),
        links.join(" ")
    )
}

#[test]
fn every_state_says_where_it_stands_and_what_comes_next() {
    let later = *NOON + SignedDuration::from_hours(15 * 24);
    let announce_at = "2027-01-25T00:00:00+09:00".parse().unwrap();
    let [_, approved, _, _, entitled, _, returned, withdrawn] = in_every_status().try_into().unwrap();
    let delivered = || vec![notice([EventKind::Delivery { smtp_response: None }])];
    let lines = [
        line("submitted", &submitted(), vec![], *NOON),
        line("submitted long ago", &submitted(), vec![], later),
        line("approved", &approved, vec![], *NOON),
        line("① awaited", &issuing(AdvanceOutcome::Awaited), vec![], *NOON),
        line("① delivered", &issuing(AdvanceOutcome::Delivered { announce_at }), vec![], *NOON),
        line("① undeliverable", &issuing(AdvanceOutcome::Undeliverable), vec![], *NOON),
        line("② under way", &issued(false, false, created()), vec![notice([])], *NOON),
        line("② delivered", &issued(true, false, created()), delivered(), *NOON),
        line("② delivered, link over", &issued(true, false, created()), delivered(), later),
        line("② undeliverable", &issued(false, false, created()), vec![notice([bounce()])], *NOON),
        line("password set", &issued(true, true, created()), delivered(), *NOON),
        line("③ under way", &issued(false, false, added()), vec![notice([])], *NOON),
        line("③ delivered", &issued(true, false, added()), delivered(), *NOON),
        line("③ undeliverable", &issued(false, false, added()), vec![notice([bounce()])], *NOON),
        line("already entitled", &entitled, vec![], *NOON),
        line("rejected", &rejected(), vec![], *NOON),
        line("returned", &returned, vec![], *NOON),
        line("returned, too late", &returned, vec![], later),
        line("withdrawn", &withdrawn, vec![], *NOON),
    ];
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_desk_has_no_name_and_the_login_id_stays_in_its_mail() {
    let by = nara_medical();
    let approved = submitted().approve(Approve {}, &by, *NOON).unwrap().next;
    for application in [approved, rejected(), issued(true, false, created()), issued(false, false, added())] {
        let page = StatusPage::of(&application, vec![notice([])], &FreezeWindows::default(), *NOON);
        let texts = [page.render().unwrap(), serde_json::to_string(&page).unwrap()];
        for text in texts {
            assert!(!text.contains(&by.name) && !text.contains(by.id.as_str()) && !text.contains("nara1234"));
        }
    }
}

#[test]
fn a_rejection_shows_reason_and_words_and_nothing_else_of_them() {
    let html = StatusPage::of(&rejected(), vec![], &FreezeWindows::default(), *NOON).render().unwrap();
    assert!(html.contains("機関コード誤り") && html.contains("&#60;b&#62;二行目"));
    assert!(html.contains("action=\"/track/apply-again\""));
}

#[test]
fn three_weeks_are_said_with_what_to_do() {
    let flags = Flags { in_state: Some(*NOON), since_submission: Some(*NOON) };
    let page =
        StatusPage::of(&Application { flags, ..submitted() }, vec![], &FreezeWindows::default(), *NOON);
    let html = page.render().unwrap();
    assert!(html.contains("申請から3週間を超過") && html.contains("/help/no-mail"));
    assert!(
        !StatusPage::of(&submitted(), vec![], &FreezeWindows::default(), *NOON)
            .render()
            .unwrap()
            .contains("3週間")
    );
}

#[test]
fn delivered_is_explained_beside_the_word() {
    let delivered = notice([EventKind::Delivery { smtp_response: None }]);
    let html =
        StatusPage::of(&issued(true, false, created()), vec![delivered], &FreezeWindows::default(), *NOON)
            .render()
            .unwrap();
    assert!(html.contains("送信完了") && html.contains("読んだことを表すものではありません"));
    assert!(html.contains("迷惑メールフォルダ"));
}

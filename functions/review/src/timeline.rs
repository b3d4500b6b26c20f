//! Every act on a case and every mail of it, in one order of time.

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        account::Role,
        application::{Application, AuditEntry, AuditEvent, Requester},
        form::Field,
        mail::Mail,
    },
    mail::japan_date_text,
    web::{Letter, LetterReader, Moment},
};

#[derive(Serialize)]
pub(crate) struct Entry {
    pub(crate) at: Moment,
    pub(crate) title: &'static str,
    /// Who did it, where a person did.
    pub(crate) by: Option<String>,
    /// What else is known of it.
    pub(crate) particulars: Vec<Particular>,
    pub(crate) mail: Option<Letter>,
}

#[derive(Serialize)]
pub(crate) struct Particular {
    pub(crate) label: &'static str,
    pub(crate) text: String,
}

pub(crate) fn timeline_of(application: &Application, mails: &[Mail], now: Timestamp) -> Vec<Entry> {
    let acts = application.history.iter().enumerate().map(|(index, entry)| act(application, index, entry));
    let letters = mails.iter().map(|mail| Entry {
        at: mail.created_at.into(),
        title: mail.kind().label(),
        by: None,
        particulars: Vec::new(),
        mail: Some(Letter::of(mail, LetterReader::Desk, now)),
    });
    let mut entries: Vec<Entry> = acts.chain(letters).collect();
    // Stable: an act stands before the mail that it caused at the same moment.
    entries.sort_by_key(|entry| entry.at);
    entries
}

/// What an officer of another desk did, before the application came here, is told by the desk, not by name.
fn act(application: &Application, index: usize, entry: &AuditEntry) -> Entry {
    let desk = application.desk_of_entry(index);
    let officer = |name: &str| {
        if desk == application.desk() { name.to_owned() } else { Role::Officer(desk).label() }
    };
    let (by, particulars) = match &entry.event {
        AuditEvent::Approved { by_name, .. }
        | AuditEvent::SubmittedOnBehalf { by_name, .. }
        | AuditEvent::AddressCorrected { by_name, .. } => (Some(officer(by_name)), Vec::new()),
        AuditEvent::Released { by_name, .. } => (Some(by_name.clone()), Vec::new()),
        AuditEvent::Rejected { by_name, reason, note, .. } => (
            Some(officer(by_name)),
            vec![particular("却下の理由", reason.label()), particular("申請者へのご連絡", note)],
        ),
        AuditEvent::Returned { by_name, fields, note, due_on, .. } => (
            Some(officer(by_name)),
            vec![
                particular("修正を求めた項目", &labels(fields)),
                particular("申請者へのご連絡", note),
                particular("修正の期限", &japan_date_text(*due_on)),
            ],
        ),
        AuditEvent::Resubmitted { moved_from } => {
            let label = moved_from.map(|desk| Role::Officer(desk).label());
            (None, label.iter().map(|label| particular("修正前の申請先", label)).collect())
        }
        AuditEvent::AddressProven { kind, .. } => {
            (None, vec![particular("新しい宛先に作成したメール", kind.label())])
        }
        AuditEvent::AddressRegistered { by_name, notice, .. } => {
            let mail = notice.iter().map(|(_, kind)| particular("新しい宛先に作成したメール", kind.label()));
            (Some(by_name.clone()), mail.collect())
        }
        AuditEvent::NoticeResent { kind, by, .. } => (
            match by {
                Requester::Applicant => None,
                Requester::Secretariat { name, .. } => Some(name.clone()),
            },
            vec![particular("作成したメール", kind.label())],
        ),
        AuditEvent::AccountCreated { login_id, .. }
        | AuditEvent::RightAdded { login_id, .. }
        | AuditEvent::AlreadyEntitled { login_id } => {
            (None, vec![particular("ログインID", login_id.as_str())])
        }
        AuditEvent::Held { by_name, reason, .. } => {
            (Some(by_name.clone()), vec![particular("理由", reason.as_str())])
        }
        AuditEvent::Flagged { reason } => (None, vec![particular("理由", reason.label())]),
        AuditEvent::Submitted
        | AuditEvent::Withdrawn
        | AuditEvent::AdvanceNoticeWritten { .. }
        | AuditEvent::AdvanceNoticeDelivered { .. }
        | AuditEvent::AdvanceNoticeUndeliverable { .. }
        | AuditEvent::NoticeDelivered { .. }
        | AuditEvent::NoticeUndeliverable { .. }
        | AuditEvent::PasswordSet => (None, Vec::new()),
    };
    Entry { at: entry.at.into(), title: entry.event.label(), by, particulars, mail: None }
}

fn labels(fields: &[Field]) -> String {
    fields.iter().map(|field| field.label).collect::<Vec<_>>().join("、")
}

fn particular(label: &'static str, text: &str) -> Particular {
    Particular { label, text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use shared::{
        domain::application::{
            Approve,
            samples::{NOON, nara_medical, submitted},
        },
        web::letters::samples::advance_notice,
    };

    use super::*;

    #[test]
    fn acts_and_mails_stand_in_the_order_of_time() {
        let later = *NOON + SignedDuration::from_hours(1);
        let approved = submitted().approve(Approve, &nara_medical(), later).unwrap().next;
        let entries = timeline_of(&approved, &[advance_notice(vec![])], later);
        let lines: Vec<String> =
            entries.iter().map(|entry| format!("{} {} {:?}", entry.at.at(), entry.title, entry.by)).collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        2027-01-22T03:00:00Z 申請を受け付けました None
        2027-01-22T03:00:00Z ①事前確認メール None
        2027-01-22T04:00:00Z 都道府県が承認しました Some("奈良 太郎")
        "#);
    }
}

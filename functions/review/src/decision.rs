//! Around a decision: may it be made on what the officer saw, who was faster, and which case comes next.

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        account::Reviewer,
        application::{Application, AuditEntry, AuditEvent, ReviewError},
        desk::Tab,
        ids::{ApplicationNumber, StaffId},
        prefecture::PrefectureDesk,
    },
    mail::japan_time_text,
    store::{DeskList, StoreError},
    web::{Problem, SeeOther},
};

use crate::{
    App,
    cursor::Cursor,
    officer::{Asked, Officer, Viewer, no_such_case},
};

/// What the officer did on the page before.
#[derive(Serialize)]
pub(crate) struct Done {
    pub(crate) number: String,
    /// 「API-00001750（若草山病院）を承認しました。」
    pub(crate) sentence: String,
}

/// Who decided what, when.
enum Verdict<'a> {
    Approved {
        by: &'a StaffId,
        by_name: &'a str,
    },
    Rejected {
        by: &'a StaffId,
        by_name: &'a str,
    },
    Returned {
        by: &'a StaffId,
        by_name: &'a str,
    },
    /// By the applicant.
    Withdrawn,
}

impl App {
    /// The case, if it still waits for a decision: 409 with who decided what and when if not, or if it is
    /// not what the officer saw (`seen` is the version that stood on the page; a program that looked at no
    /// page decides on the case as it stands).
    pub(crate) async fn case_to_decide(
        &self,
        asked: Asked,
        officer: &Officer,
        seen: Option<u64>,
    ) -> Result<Application, Problem> {
        let application = self.visible_case(asked, officer.reviewer.desk).await?;
        application
            .for_review_by(&officer.reviewer)
            .map_err(|refused| refusal(&refused, application.number, &officer.reviewer))?;
        match seen {
            Some(seen) => still_shows(&application, seen).map(|()| application),
            None => Ok(application),
        }
    }

    /// On to the next case that waits, or to the list when none is left.
    pub(crate) async fn go_on(&self, decided: Cursor, desk: PrefectureDesk) -> SeeOther {
        let next = self.next_waiting(decided, desk).await.unwrap_or_else(|error| {
            // The decision stands: the list is a good place to go on, too.
            tracing::warn!(%error, "the next case could not be looked up");
            None
        });
        SeeOther::to(match next {
            Some(next) => format!("/review/{next}?done={}", decided.number),
            None => format!("/review?done={}", decided.number),
        })
    }

    /// The one that waits longest after the decided one; from the front again at the end.
    async fn next_waiting(
        &self,
        decided: Cursor,
        desk: PrefectureDesk,
    ) -> Result<Option<ApplicationNumber>, StoreError> {
        for after in [Some((decided.number, decided.entered_at)), None] {
            // The index may still hold the decided case itself: so two.
            let page = self.store.list_desk(&DeskList::of(desk, Tab::Submitted), after, 2).await?;
            let mut numbers = page.applications.iter().map(|application| application.number);
            if let Some(next) = numbers.find(|number| *number != decided.number) {
                return Ok(Some(next));
            }
        }
        Ok(None)
    }

    /// The notice for `?done=…`. It says what this officer really decided, and nothing for anything else.
    pub(crate) async fn done_by(&self, viewer: &Viewer, done: &str) -> Result<Option<Done>, Problem> {
        let Some(number) = ApplicationNumber::parse(done) else { return Ok(None) };
        let application = self.store.load_application(number).await?;
        Ok(application
            .filter(|application| application.is_visible_to(viewer.seat.desk))
            .and_then(|application| Done::of(&application, &viewer.seat.id)))
    }
}

/// Why a decision was refused, as the outside reads it.
pub(crate) fn refusal(refused: &ReviewError, number: ApplicationNumber, reader: &Reviewer) -> Problem {
    match refused {
        ReviewError::NotOfThisDesk => no_such_case("other-prefecture"),
        ReviewError::AddressNotProven => conflict(
            number,
            "代理申請のため、メールアドレスの確認が済んでいません。差戻しのメールは送信できません。",
        ),
        ReviewError::NotUnderReview { status, last } => {
            let sentence = match last.as_ref().and_then(|entry| Some((entry.at, verdict(entry)?))) {
                Some((at, verdict)) => verdict.sentence(at, &reader.id),
                None => format!("この申請は、既に「{}」になっています。", status.label()),
            };
            conflict(number, &sentence)
        }
    }
}

/// What became of an application that waits for no decision any more.
pub(crate) fn verdict_for(application: &Application, reader: &Reviewer) -> String {
    let last = application.last_move().and_then(|entry| Some((entry.at, verdict(entry)?)));
    match last {
        Some((at, verdict)) => verdict.sentence(at, &reader.id),
        None => format!("この申請は、既に「{}」になっています。", application.status.kind().label()),
    }
}

/// Since the version that the officer saw nothing happened but a flag: the case is the one on the page.
pub(crate) fn still_shows(application: &Application, seen: u64) -> Result<(), Problem> {
    if !(1..=application.version).contains(&seen) {
        return Err(Problem::bad_request(
            "どの内容をご覧になったか確認できませんでした。申請の画面を開き直してください。",
        ));
    }
    // Each move adds one version and one entry.
    let unseen = application.version - seen;
    let is_flag = |entry: &&AuditEntry| matches!(entry.event, AuditEvent::Flagged { .. });
    let flags = application.history.iter().rev().take_while(is_flag).count();
    if u64::try_from(flags).is_ok_and(|flags| unseen <= flags) {
        return Ok(());
    }
    Err(conflict(application.number, "画面を開いている間に、この申請の内容が変わりました。"))
}

pub(crate) fn conflict(number: ApplicationNumber, sentence: &str) -> Problem {
    Problem::conflict(format!("{sentence}今回の操作は行われていません。"))
        .with_next(format!("/review/{number}"), "申請の現在の状態を見る")
}

fn verdict(entry: &AuditEntry) -> Option<Verdict<'_>> {
    match &entry.event {
        AuditEvent::Approved { by, by_name } => Some(Verdict::Approved { by, by_name }),
        AuditEvent::Rejected { by, by_name, .. } => Some(Verdict::Rejected { by, by_name }),
        AuditEvent::Returned { by, by_name, .. } => Some(Verdict::Returned { by, by_name }),
        AuditEvent::Withdrawn => Some(Verdict::Withdrawn),
        AuditEvent::Submitted
        | AuditEvent::SubmittedOnBehalf { .. }
        | AuditEvent::Resubmitted { .. }
        | AuditEvent::AddressProven { .. }
        | AuditEvent::AddressCorrected { .. }
        | AuditEvent::AddressRegistered { .. }
        | AuditEvent::NoticeResent { .. }
        | AuditEvent::AdvanceNoticeWritten { .. }
        | AuditEvent::AdvanceNoticeDelivered { .. }
        | AuditEvent::AdvanceNoticeUndeliverable { .. }
        | AuditEvent::AccountCreated { .. }
        | AuditEvent::RightAdded { .. }
        | AuditEvent::AlreadyEntitled { .. }
        | AuditEvent::NoticeDelivered { .. }
        | AuditEvent::NoticeUndeliverable { .. }
        | AuditEvent::PasswordSet
        | AuditEvent::Flagged { .. }
        | AuditEvent::Held { .. }
        | AuditEvent::Released { .. } => None,
    }
}

impl Verdict<'_> {
    fn sentence(&self, at: Timestamp, reader: &StaffId) -> String {
        let (by, by_name, did) = match self {
            Self::Approved { by, by_name } => (by, by_name, "承認"),
            Self::Rejected { by, by_name } => (by, by_name, "却下"),
            Self::Returned { by, by_name } => (by, by_name, "差戻し"),
            Self::Withdrawn => {
                return format!("この申請は、申請者が{}に取り下げました。", japan_time_text(at));
            }
        };
        let who =
            if *by == reader { format!("あなた（{by_name}）") } else { format!("{by_name}さん") };
        format!("この申請は、{who}が{}に{did}しました。", japan_time_text(at))
    }
}

impl Done {
    fn of(application: &Application, reader: &StaffId) -> Option<Self> {
        let number = application.number.to_string();
        let case = format!("{number}（{}）", application.form.institution_name.as_str());
        let sentence = match verdict(application.last_move()?)? {
            Verdict::Approved { by, .. } if by == reader => {
                format!("{case}を承認しました。アカウントの発行に進みます。")
            }
            Verdict::Rejected { by, .. } if by == reader => {
                format!("{case}を却下しました。申請者に却下のお知らせメールを送信します。")
            }
            Verdict::Returned { by, .. } if by == reader => {
                format!("{case}を差し戻しました。申請者に差戻しのお知らせメールを送信します。")
            }
            Verdict::Approved { .. }
            | Verdict::Rejected { .. }
            | Verdict::Returned { .. }
            | Verdict::Withdrawn => return None,
        };
        Some(Self { number, sentence })
    }
}

#[cfg(test)]
mod tests {
    use shared::{
        domain::application::{
            Approve, Withdraw,
            samples::{NOON, mail_id, nara_medical, submitted},
        },
        web::ProblemKind,
    };

    use super::*;

    #[test]
    fn the_slower_officer_reads_who_decided_what_and_when() {
        let approved = submitted().approve(Approve, &nara_medical(), *NOON).unwrap().next;
        let colleague = Reviewer { id: StaffId::parse("nara-iryo-2").unwrap(), ..nara_medical() };
        let lines: Vec<String> = [nara_medical(), colleague.clone()]
            .iter()
            .map(|reader| verdict(approved.decision().unwrap()).unwrap().sentence(*NOON, &reader.id))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        この申請は、あなた（奈良 太郎）が令和9年（2027年）1月22日（金曜日）12時00分に承認しました。
        この申請は、奈良 太郎さんが令和9年（2027年）1月22日（金曜日）12時00分に承認しました。
        ");
        let refused = approved.for_review_by(&colleague).unwrap_err();
        assert_eq!(refusal(&refused, approved.number, &colleague).kind(), ProblemKind::Conflict);
        let foreign = ReviewError::NotOfThisDesk;
        assert_eq!(refusal(&foreign, approved.number, &colleague).kind(), ProblemKind::NotFound);
    }

    #[test]
    fn the_officer_reads_that_the_applicant_was_faster() {
        let command = Withdraw { notice: mail_id(9), mails: Vec::new() };
        let withdrawn = submitted().withdraw(command, *NOON).unwrap().next;
        let sentence = verdict(withdrawn.last_move().unwrap()).unwrap().sentence(*NOON, &nara_medical().id);
        assert_eq!(
            sentence,
            "この申請は、申請者が令和9年（2027年）1月22日（金曜日）12時00分に取り下げました。"
        );
    }

    #[test]
    fn only_the_own_decision_is_said_to_be_done() {
        let approved = submitted().approve(Approve, &nara_medical(), *NOON).unwrap().next;
        let done = Done::of(&approved, &nara_medical().id).unwrap();
        assert_eq!(
            done.sentence,
            "API-00001750（医療法人社団 大和会 若草山病院）を承認しました。アカウントの発行に進みます。"
        );
        let colleague = Reviewer { id: StaffId::parse("nara-iryo-2").unwrap(), ..nara_medical() };
        assert!(Done::of(&approved, &colleague.id).is_none());
        assert!(Done::of(&submitted(), &nara_medical().id).is_none());
    }

    #[test]
    fn a_flag_between_look_and_decision_is_no_conflict() {
        let kind = |application: &Application, seen| {
            still_shows(application, seen).map_err(|problem| problem.kind())
        };
        let first = submitted();
        assert_eq!(kind(&first, 1), Ok(()));
        assert_eq!(kind(&first, 0), Err(ProblemKind::BadRequest));
        assert_eq!(kind(&first, 2), Err(ProblemKind::BadRequest));
        let flagged = first.flag(*NOON + shared::domain::application::STUCK_AFTER).unwrap().next;
        assert_eq!(kind(&flagged, 1), Ok(()));
        let mut changed = flagged;
        changed.history.push(AuditEntry { at: *NOON, event: AuditEvent::Submitted });
        changed.version += 1;
        assert_eq!(kind(&changed, 2), Err(ProblemKind::Conflict));
        assert_eq!(kind(&changed, 3), Ok(()));
    }
}

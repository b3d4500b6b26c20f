//! GET and POST /login-id — ログインIDの問い合わせ: the institution is named, the login ID goes to the registered address.
//! The answer is the same whether or not there is an account.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    domain::{
        account::{Enquiry, EnquiryInput, LinkRequestRefused},
        form::FieldErrors,
        ids::MailId,
        institution::InstitutionKind,
        limits::{LINK_MAILS_PER_ACCOUNT, UNCHECKED_PER_NETWORK},
        prefecture::Prefecture,
    },
    robot_check::{Answer, CheckBox, Paid, ROBOT_CHECK, Unsolved},
    store::{CommitError, EnquiryPaid},
    web::{Body, Choice, ClientNetwork, Page, Problem, Query, SeeOther},
};

use crate::{
    App,
    forgot::Asked,
    request_link::{FLOOR, busy},
};

const SENT: &str = "/login-id?sent=yes";

#[derive(Template, Serialize)]
#[template(path = "login-id.html")]
pub(crate) struct EnquiryPage {
    prefecture: String,
    institution_kind: String,
    institution_name: String,
    postal_code: String,
    institution_code: String,
    #[serde(skip)]
    prefectures: Vec<Choice>,
    #[serde(skip)]
    kinds: Vec<Choice>,
    #[serde(flatten)]
    check: CheckBox,
    #[serde(skip)]
    errors: FieldErrors,
}

#[derive(Template, Serialize)]
#[template(path = "login-id-sent.html")]
pub(crate) struct SentPage {
    /// Mails to one account within an hour.
    most_mails: usize,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Typed {
    prefecture: String,
    institution_kind: String,
    institution_name: String,
    postal_code: String,
    institution_code: String,
    robot_check: String,
    not_a_robot: String,
    without_scripts: String,
}

pub(crate) async fn show(Query(asked): Query<Asked>) -> Response {
    if asked.is_sent() {
        return Page::ok(SentPage { most_mails: LINK_MAILS_PER_ACCOUNT.most }).into_response();
    }
    Page::ok(EnquiryPage::of(Typed::default(), FieldErrors::new())).into_response()
}

pub(crate) async fn enquire(
    State(app): State<App>,
    network: ClientNetwork,
    Body(typed): Body<Typed>,
) -> Result<Response, Problem> {
    let now = app.clock.now();
    let (enquiry, paid) = match (typed.parse(), app.robot_check.paid(typed.answer(), now)) {
        (Ok(enquiry), Ok(paid)) => (enquiry, paid),
        (parsed, paid) => {
            let mut errors = parsed.err().unwrap_or_default();
            if let Err(unsolved) = paid {
                errors.push(ROBOT_CHECK, unsolved.sentence());
            }
            return Ok(refused(typed, errors));
        }
    };
    let (answered, ()) = tokio::join!(app.remind(&enquiry, &paid, &network, now), tokio::time::sleep(FLOOR));
    Ok(match answered? {
        Reminded::Counted => SeeOther::to(SENT).into_response(),
        Reminded::ChallengeUsed => {
            refused(typed, FieldErrors::of(ROBOT_CHECK, Unsolved::UsedBefore.sentence()))
        }
    })
}

enum Reminded {
    /// A mail left, or there was nobody to write to, or enough were written: from outside all that is the same.
    Counted,
    ChallengeUsed,
}

impl App {
    async fn remind(
        &self,
        enquiry: &Enquiry,
        paid: &Paid,
        network: &ClientNetwork,
        now: Timestamp,
    ) -> Result<Reminded, Problem> {
        let network = self.pepper.hash("network", network.as_str());
        let mut race = self.store.race();
        loop {
            let account = self.store.find_or_adopt_account(&enquiry.keys, enquiry.desk, now).await?;
            let counters = if let Some(account) = &account {
                self.store.load_link_counters(&account.login_id, &network).await?
            } else {
                let nobody = self.pepper.hash("institution", &enquiry.counted_as());
                self.store.load_enquiry_counters(&nobody, &network).await?
            };
            let usage = match counters.usage().used(now) {
                Ok(usage) => Some(usage),
                Err(LinkRequestRefused::ForThisLoginId(_)) => None,
                Err(LinkRequestRefused::FromThisNetwork(limit)) => return Err(busy(limit, now)),
            };
            let unchecked = self.store.load_unchecked(&network).await?;
            let paid = match paid.challenge() {
                Some((id, ends_at)) => EnquiryPaid::Challenge { id, ends_at },
                None => EnquiryPaid::Unchecked {
                    usage: unchecked
                        .usage
                        .used(UNCHECKED_PER_NETWORK, now)
                        .map_err(|limit| busy(limit, now))?,
                    network: &network,
                    read: &unchecked,
                },
            };
            let mail = MailId::from_parts(now, self.entropy.bytes::<10>());
            let reminder = account.as_ref().filter(|_| usage.is_some());
            let reminder = reminder
                .map(|account| (account.clone().mailed(mail.clone()), account.reminder(mail.clone())));
            let leaves = reminder.is_some().then_some(mail);
            let counted = usage.as_ref().map(|usage| (usage, &counters));
            match self.store.commit_enquiry(counted, paid, reminder, now).await {
                Err(CommitError::Lost("challenge")) => return Ok(Reminded::ChallengeUsed),
                committed => {
                    if race.settle(committed).await?.is_some() {
                        self.doorbell.ring_mails(&leaves).await;
                        return Ok(Reminded::Counted);
                    }
                }
            }
        }
    }
}

impl Typed {
    fn parse(&self) -> Result<Enquiry, FieldErrors> {
        Enquiry::parse(&EnquiryInput {
            prefecture: self.prefecture.clone(),
            institution_kind: self.institution_kind.clone(),
            institution_name: self.institution_name.clone(),
            postal_code: self.postal_code.clone(),
            institution_code: self.institution_code.clone(),
        })
    }

    fn answer(&self) -> Answer<'_> {
        Answer {
            robot_check: &self.robot_check,
            not_a_robot: &self.not_a_robot,
            without_scripts: &self.without_scripts,
        }
    }
}

impl EnquiryPage {
    fn of(typed: Typed, errors: FieldErrors) -> Self {
        let check = CheckBox::of(typed.answer(), &errors);
        let (prefectures, kinds) = (Prefecture::all().iter(), InstitutionKind::all().iter());
        Self {
            prefecture: typed.prefecture,
            institution_kind: typed.institution_kind,
            institution_name: typed.institution_name,
            postal_code: typed.postal_code,
            institution_code: typed.institution_code,
            prefectures: prefectures.map(|one| Choice::new(one.name(), one.name())).collect(),
            kinds: kinds.map(|kind| Choice::new(kind.as_str(), kind.label())).collect(),
            check,
            errors,
        }
    }
}

fn refused(typed: Typed, errors: FieldErrors) -> Response {
    Page::invalid(EnquiryPage::of(typed, errors.clone()), errors).into_response()
}

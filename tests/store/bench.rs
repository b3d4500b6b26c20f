//! A store of its own for each test, and the ways to fill it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use local::{Stack, StackOptions, programs};
use shared::{
    domain::{
        application::{
            Announce, Application, Approve, Decided, Issue, NoticeFate, Status, Submission,
            samples::{NOON, form_of, nara_hospital_input, nara_medical},
            submit,
        },
        delivery::{DeliveryEvent, EventKind},
        form::FormInput,
        ids::{LoginId, MailId},
        mail::Mail,
        session::{ApplicantSession, Progress, Session},
        settings::FreezeWindows,
        verification::{CodeTried, Purpose, TryOutcome, Verification},
    },
    runtime::{Entropy, Environment},
    store::{CommitError, Counter, MailUsageKeys, Opened, Store},
};

const TEMPLATE: &str = include_str!("../../infra/template.yaml");

/// Cloned: the same store, for tasks of their own.
#[derive(Clone)]
pub(crate) struct Bench {
    pub(crate) store: Store,
    administrator: Environment,
    entropy: Entropy,
    _stack: Arc<Stack>,
}

impl Bench {
    pub(crate) async fn start(seed: u64) -> Self {
        Self::of(seed, |stack| stack.administrator().clone()).await
    }

    /// Without the wire between: where a test is long, and about the store alone.
    pub(crate) async fn start_direct(seed: u64) -> Self {
        Self::of(seed, Stack::direct_administrator).await
    }

    async fn of(seed: u64, administrator: impl FnOnce(&Stack) -> Environment) -> Self {
        let stack = Stack::start(StackOptions {
            clock_start: Some(*NOON),
            ..StackOptions::new(TEMPLATE, programs::all())
        })
        .await
        .expect("the stack starts");
        let administrator = administrator(&stack);
        let store = Store::of(&administrator).expect("a store");
        Self { store, administrator, entropy: Entropy::seeded(seed), _stack: Arc::new(stack) }
    }

    /// Every setting and permission.
    pub(crate) fn administrator(&self) -> &Environment {
        &self.administrator
    }

    pub(crate) fn mail_id(&self) -> MailId {
        MailId::from_parts(*NOON, self.entropy.bytes::<10>())
    }

    /// A stored application of the sample hospital.
    pub(crate) async fn submitted(&self) -> Application {
        self.submitted_with(&nara_hospital_input()).await
    }

    pub(crate) async fn submitted_with(&self, input: &FormInput) -> Application {
        let (application, receipt, session) = self.submission(input).await;
        self.store.commit_submission(&application, receipt, &session).await.expect("a new application");
        application
    }

    /// An application that is not committed yet, from a stored session that can submit once.
    pub(crate) async fn submission(
        &self,
        input: &FormInput,
    ) -> (Application, shared::domain::mail::NewMail, ApplicantSession) {
        let session = self.applicant(input).await;
        let number = self.store.draw_application_number().await.expect("a number");
        let form = form_of(input);
        let submission = Submission {
            number,
            form,
            terms_version: "1".into(),
            agreed_at: *NOON,
            receipt: self.mail_id(),
            applied_again_of: None,
        };
        let (application, receipt) = submit(submission, *NOON);
        let session = session.moved_on(input.clone(), Progress::Submitted { number });
        (application, receipt, session)
    }

    /// A stored applicant's session, opened by a right code.
    pub(crate) async fn applicant(&self, input: &FormInput) -> ApplicantSession {
        let id = self.mail_id().as_str().to_owned();
        let (tried, counter) = self.right_try(&id, Purpose::Apply, &form_of(input).email).await;
        let session = ApplicantSession::begin(id.clone(), form_of(input).email, *NOON);
        let opened = Some(Opened::Applicant(&session));
        self.store.commit_try(&tried, &id, &counter, opened).await.expect("a right code opens a session");
        session
    }

    /// A stored session that a right code opened.
    pub(crate) async fn tracker(&self, session: &Session, purpose: Purpose) {
        let email = form_of(&nara_hospital_input()).email;
        let (tried, counter) = self.right_try(&session.id, purpose, &email).await;
        let opened = Some(Opened::Tracker(session));
        self.store
            .commit_try(&tried, &session.id, &counter, opened)
            .await
            .expect("a right code opens a session");
    }

    async fn right_try(
        &self,
        id: &str,
        purpose: Purpose,
        email: &shared::domain::contact::EmailAddress,
    ) -> (CodeTried, Counter) {
        let verification = Verification::begin(id.to_owned(), purpose, email.clone(), *NOON);
        self.store.commit_verification(&verification, None, None).await.expect("a new verification");
        let keys = MailUsageKeys { address: id.to_owned(), network: id.to_owned() };
        let read = self.store.load_mail_usage(&keys).await.expect("counters");
        let usage = shared::domain::verification::MailUsage {
            address: read.0.usage.clone(),
            network: read.1.usage.clone(),
        };
        let requested = verification
            .request_code(&usage, self.mail_id(), "hash".into(), *NOON)
            .expect("within the limits");
        self.store.commit_code_request(&requested, &keys, &read, *NOON).await.expect("a code");
        let stored = self.store.load_verification(id, *NOON).await.expect("readable").expect("there");
        assert_eq!(stored, requested.next, "a verification reads back as it was written");
        let counter = self.store.load_tries(id).await.expect("a counter");
        let tried = stored.try_code("hash", &counter.usage, *NOON).expect("a try");
        assert_eq!(tried.outcome, TryOutcome::Right);
        (tried, counter)
    }

    pub(crate) async fn approved(&self) -> Application {
        self.approved_with(&nara_hospital_input()).await
    }

    async fn approved_with(&self, input: &FormInput) -> Application {
        let decided =
            self.submitted_with(input).await.approve(Approve, &nara_medical(), *NOON).expect("under review");
        self.commit(decided).await
    }

    /// Commits and checks that what reads back is what was decided.
    pub(crate) async fn commit(&self, decided: Decided) -> Application {
        let (next, _) = self.try_commit(decided).await.expect("nobody was faster");
        let stored = self.store.load_application(next.number).await.expect("readable").expect("there");
        assert_eq!(stored, next, "an application reads back as it was written");
        stored
    }

    pub(crate) async fn try_commit(
        &self,
        decided: Decided,
    ) -> Result<(Application, Vec<MailId>), CommitError> {
        self.store.commit(decided).await
    }

    pub(crate) async fn mail(&self, id: &MailId) -> Mail {
        self.store.load_mail(id).await.expect("readable").expect("there")
    }

    /// SES reports that a mail was delivered, having accepted it.
    pub(crate) async fn deliver(&self, id: &MailId) -> Mail {
        let claim = shared::domain::outbox::ClaimId::from_random([1; 16]);
        let mail = self.mail(id).await;
        let claimed = mail.outbox.claim(claim, *NOON).expect("pending");
        let claimed = self.next_mail(mail.with_outbox(claimed)).await;
        let event =
            DeliveryEvent::new(EventKind::Delivery { smtp_response: None }, *NOON, Some(1), "ses".into());
        self.next_mail(claimed.learn(event).expect("news")).await
    }

    /// Commits the next state of a mail and checks that it reads back.
    pub(crate) async fn next_mail(&self, next: Mail) -> Mail {
        self.store.commit_mail(&next).await.expect("nobody was faster");
        assert_eq!(self.mail(&next.id).await, next, "a mail reads back as it was written");
        next
    }
}

pub(crate) fn later(days: i64) -> Timestamp {
    *NOON + SignedDuration::from_hours(24 * days)
}

/// Announces an application whose ① was delivered.
pub(crate) async fn announced(
    bench: &Bench,
    application: Application,
    login_id: &str,
) -> Result<Application, CommitError> {
    let Status::Issuing { advance, .. } = &application.status else { panic!("not issuing") };
    let command = Announce {
        advance: bench.mail(advance).await,
        existing: None,
        login_id: LoginId::parse(login_id).expect("a login ID"),
        mail: bench.mail_id(),
        link_hash: login_id.repeat(8),
        notify_already_entitled: true,
        freezes: FreezeWindows::default(),
    };
    let decided = application.announce(command, later(3)).expect("① was delivered");
    bench.try_commit(decided).await.map(|(next, _)| next)
}

/// Issuing, with ① delivered.
pub(crate) async fn waiting_for_2(bench: &Bench, input: &FormInput) -> Application {
    let approved = bench.approved_with(input).await;
    let command = Issue {
        existing: None,
        mail: bench.mail_id(),
        notify_already_entitled: true,
        freezes: FreezeWindows::default(),
    };
    let issuing = bench.commit(approved.issue(command, *NOON).expect("approved")).await;
    let Status::Issuing { advance, .. } = issuing.status.clone() else { panic!("not issuing") };
    bench.deliver(&advance).await;
    let fate = NoticeFate::Delivered { at: *NOON };
    bench.commit(issuing.learn_fate(&advance, fate, *NOON).expect("a calendar").expect("news")).await
}

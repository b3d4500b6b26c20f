//! What a leg of a journey starts from, written into the store as the functions would have left it.

use jiff::{SignedDuration, Timestamp};
use shared::{
    domain::{
        account::Reviewer,
        application::{
            Application, Approve, Decided, Issue, NoticeFate, Reject, RejectionReason, ReturnForCorrection,
            Status, Submission, SubmitOnBehalf, correction_due_on,
            samples::{form_of, nara_hospital_input, nara_medical},
            submit, submit_on_behalf,
        },
        contact::EmailAddress,
        delivery::{DeliveryEvent, EventKind},
        form::{ApplicationForm, Field},
        ids::{MailId, StaffId},
        outbox::{ClaimId, Outbox},
        session::{ApplicantSession, Holder, Progress, Session},
        settings::FreezeWindows,
        verification::{MailUsage, Purpose, Verification},
    },
    store::{MailUsageKeys, Opened},
    web::{STAFF_COOKIE, TRACK_COOKIE, Token},
};

use crate::{Mailbox, Visitor, World};

/// Why a mail of the seed is not to be sent.
pub const SEEDED: &str = "seeded";

impl World {
    fn seed_mail_id(&self) -> MailId {
        MailId::from_parts(self.stack.now(), self.stack.administrator().entropy.bytes::<10>())
    }

    /// An application of the Nara hospital, submitted `ago`; no mail of it waits.
    pub async fn submitted(&self, ago: SignedDuration) -> Application {
        let (at, store) = (self.stack.now() - ago, self.store());
        let form = form_of(&nara_hospital_input());
        let session = self.applicant_session(at).await;
        let number = store.draw_application_number().await.expect("a number");
        let receipt = self.seed_mail_id();
        let submission = Submission {
            number,
            form,
            terms_version: "1".into(),
            agreed_at: at,
            receipt: receipt.clone(),
            applied_again_of: None,
        };
        let (application, mail) = submit(submission, at);
        let session = session.moved_on(nara_hospital_input(), Progress::Submitted { number });
        store.commit_submission(&application, mail, &session).await.expect("a new application");
        self.settle_mail(&receipt).await;
        application
    }

    async fn applicant_session(&self, at: Timestamp) -> ApplicantSession {
        let (store, email) = (self.store(), form_of(&nara_hospital_input()).email);
        let verification = Verification::begin("v".into(), Purpose::Apply, email.clone(), at);
        store.commit_verification(&verification, None, None).await.expect("a new verification");
        let keys = MailUsageKeys { address: "a".into(), network: "n".into() };
        let read = store.load_mail_usage(&keys).await.expect("counters");
        let usage = MailUsage { address: read.0.usage.clone(), network: read.1.usage.clone() };
        let code = self.seed_mail_id();
        let requested = verification.request_code(&usage, code.clone(), "hash".into(), at).expect("a code");
        store.commit_code_request(&requested, &keys, &read, at).await.expect("a code mail");
        self.settle_mail(&code).await;
        let counter = store.load_tries("a").await.expect("a counter");
        let tried = requested.next.try_code("hash", &counter.usage, at).expect("a try");
        let session = ApplicantSession::begin("s".into(), email, at);
        let opened = Some(Opened::Applicant(&session));
        store.commit_try(&tried, "a", &counter, opened).await.expect("the code opens a session");
        session
    }

    /// Takes a mail of the seed out of the outbox.
    async fn settle_mail(&self, id: &MailId) {
        let outbox = Outbox::Cancelled { tries: 0, reason: SEEDED.to_owned(), at: self.stack.now() };
        self.put_mail(id, outbox).await;
    }

    /// Puts a mail into a state of the outbox.
    pub async fn put_mail(&self, id: &MailId, outbox: Outbox) {
        let mail = self.store().load_mail(id).await.expect("readable").expect("there");
        self.store().commit_mail(&mail.with_outbox(outbox)).await.expect("nobody else is here");
    }

    /// Returns an application to its applicant, as the desk does it.
    pub async fn return_it(&self, number: &str, fields: Vec<Field>, note: &str) -> Application {
        let now = self.stack.now();
        let due_on = correction_due_on(5, now).expect("a calendar");
        let command = ReturnForCorrection { fields, note: note.into(), due_on, mail: self.seed_mail_id() };
        let application = self.application(number).await;
        let officer = Reviewer { desk: application.desk(), ..nara_medical() };
        let decided = application.return_for_correction(command, &officer, now).expect("under review");
        self.commit_seed(decided).await
    }

    /// That application rejected; nobody was told.
    pub async fn rejected(&self, ago: SignedDuration) -> Application {
        let mail = self.seed_mail_id();
        let command = Reject { reason: RejectionReason::Other, note: "理由です。".into(), mail };
        let at = self.stack.now() - ago;
        let decided = self.submitted(ago).await.reject(command, &nara_medical(), at).expect("under review");
        self.commit_seed(decided).await
    }

    /// That application approved; nobody was told.
    pub async fn approved(&self, ago: SignedDuration) -> Application {
        let at = self.stack.now() - ago;
        let decided = self.submitted(ago).await.approve(Approve, &nara_medical(), at).expect("under review");
        self.commit_seed(decided).await
    }

    /// That application in 発行中, its ① in the outbox; nobody was told.
    pub async fn issuing(&self, ago: SignedDuration) -> (Application, MailId) {
        self.issue(self.approved(ago).await, self.stack.now() - ago).await
    }

    /// The same, filed by an officer under an address that nobody has proven.
    pub async fn issuing_on_behalf(&self, ago: SignedDuration, email: &str) -> (Application, MailId) {
        let (at, store) = (self.stack.now() - ago, self.store());
        let number = store.draw_application_number().await.expect("a number");
        let email = EmailAddress::parse(email).expect("an address");
        let form = ApplicationForm { email, ..form_of(&nara_hospital_input()) };
        let command = SubmitOnBehalf { number, form, terms_version: "1".into() };
        let filed = submit_on_behalf(command, &nara_medical(), at).expect("of the own desk");
        store.commit_proxy_submission(&filed).await.expect("a new application");
        let approved = filed.approve(Approve, &nara_medical(), at).expect("under review");
        self.issue(self.commit_seed(approved).await, at).await
    }

    async fn issue(&self, approved: Application, at: Timestamp) -> (Application, MailId) {
        let command = Issue {
            existing: None,
            mail: self.seed_mail_id(),
            notify_already_entitled: true,
            freezes: FreezeWindows::default(),
        };
        let application = self.commit_seed(approved.issue(command, at).expect("approved")).await;
        let Status::Issuing { advance, .. } = application.status.clone() else { panic!("not issuing") };
        (application, advance)
    }

    /// That application with ① delivered: ② may leave on the next business day.
    pub async fn delivered(&self, ago: SignedDuration) -> Application {
        let at = self.stack.now() - ago;
        let (application, advance) = self.issuing(ago).await;
        let store = self.store();
        let mail = store.load_mail(&advance).await.expect("readable").expect("there");
        let claimed = mail.outbox.claim(ClaimId::from_random([1; 16]), at).expect("pending");
        store.commit_mail(&mail.clone().with_outbox(claimed.clone())).await.expect("nobody else is here");
        let kind = EventKind::Delivery { smtp_response: None };
        let event = DeliveryEvent::new(kind, at, Some(1), "seeded".into());
        let heard = mail.with_outbox(claimed).learn(event).expect("news");
        store.commit_mail(&heard).await.expect("nobody else is here");
        let fate = NoticeFate::Delivered { at };
        self.commit_seed(application.learn_fate(&advance, fate, at).expect("a calendar").expect("news")).await
    }

    pub async fn commit_seed(&self, decided: Decided) -> Application {
        self.store().commit(decided).await.expect("nobody else is here").0
    }

    /// A browser that has the state page of an application open.
    pub async fn tracking(&self, application: &Application) -> Visitor {
        let holder = Holder::Tracker { number: application.number };
        self.holding(TRACK_COOKIE, holder, application.address_epoch()).await
    }

    /// An officer of Nara's medical desk, signed in already.
    pub async fn signed_in_officer(&self) -> Visitor {
        self.signed_in("nara-medical").await
    }

    /// A demo member of staff, signed in already.
    pub async fn signed_in(&self, id: &str) -> Visitor {
        let id = StaffId::parse(id).expect("a staff id");
        let staff = self.store().load_staff(&id).await.expect("readable").expect("a demo account");
        let holder = Holder::Staff { id, name: staff.name.clone(), role: staff.role };
        self.holding(STAFF_COOKIE, holder, staff.epoch).await
    }

    /// A browser with a live session.
    async fn holding(&self, cookie: &str, holder: Holder, epoch: u64) -> Visitor {
        let administrator = self.stack.administrator();
        let pepper = administrator.config.secret("PEPPER").expect("a key");
        let token = Token::new(&administrator.entropy);
        let session = Session::begin(token.hash(&pepper), holder, epoch, self.stack.now());
        self.store().commit_session(&session).await.expect("a new session");
        let visitor = self.visitor();
        visitor.hold(cookie, token.expose());
        visitor
    }
}

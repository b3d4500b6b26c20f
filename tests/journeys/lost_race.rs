//! Somebody writes between a function's reading and its writing: it reads all of it again, and what it writes
//! in the end is decided on that.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use jiff::SignedDuration;
use local::wire::{After, Answer, Before, Call, Deciding, Interception};
use shared::{
    domain::{
        application::{AdvanceOutcome, NoticeFate, Status, samples::NOON},
        delivery::{BounceSubType, BounceType, DeliveryEvent, EventKind},
        ids::ApplicationNumber,
    },
    store::Store,
};
use tests::World;

/// Records a bounce of ① and tells the application, just before `record-delivery` tells it of the delivery.
#[derive(Default)]
struct Rival {
    prey: OnceLock<Prey>,
    came: AtomicBool,
}

struct Prey {
    store: Store,
    applications: String,
    number: ApplicationNumber,
}

impl Rival {
    /// The prey, if this call is about to tell the application something.
    fn prey_of(&self, call: &Call) -> Option<&Prey> {
        let prey = self.prey.get()?;
        let tells = call.caller == "record-delivery" && call.operation == "TransactWriteItems";
        let body = String::from_utf8_lossy(&call.body);
        (tells && body.contains(&prey.applications)).then_some(prey)
    }
}

impl Prey {
    async fn bounce(&self) {
        let application =
            self.store.load_application(self.number).await.expect("readable").expect("an application");
        let Status::Issuing { advance, .. } = application.status.clone() else { panic!("not issuing") };
        let kind = EventKind::Bounce {
            bounce_type: BounceType::Permanent,
            sub_type: BounceSubType::General,
            recipients: Vec::new(),
            feedback_id: None,
        };
        let mail = self.store.load_mail(&advance).await.expect("readable").expect("①");
        let heard = mail.learn(DeliveryEvent::new(kind, *NOON, Some(1), "ses".into())).expect("news");
        self.store.commit_mail(&heard).await.expect("nobody else is here");
        let told = application.learn_fate(&advance, NoticeFate::Undeliverable, *NOON);
        let decided = told.expect("a calendar").expect("news");
        self.store.commit(decided).await.expect("nobody else is here");
    }
}

impl Interception for Rival {
    fn before<'a>(&'a self, call: &'a Call) -> Deciding<'a, Before> {
        Box::pin(async move {
            if let Some(prey) = self.prey_of(call)
                && !self.came.swap(true, Ordering::SeqCst)
            {
                prey.bounce().await;
            }
            Before::Proceed
        })
    }

    fn after<'a>(&'a self, _call: &'a Call, _answer: &'a Answer) -> Deciding<'a, After> {
        Box::pin(std::future::ready(After::Deliver))
    }
}

#[tokio::test]
async fn a_delivery_told_late_does_not_undo_the_bounce_that_was_told_before() {
    let rival = Arc::new(Rival::default());
    let world = World::start_intercepted("lost race", "2027-01-22T10:00:00+09:00", rival.clone()).await;
    let (issuing, _) = world.issuing(SignedDuration::ZERO).await;
    let applications = world.stack.administrator().config.text("APPLICATIONS_TABLE").expect("a table");
    let prey = Prey { store: world.store(), applications: applications.to_owned(), number: issuing.number };
    assert!(rival.prey.set(prey).is_ok(), "set once");

    world.pass(SignedDuration::from_mins(2)).await;
    assert!(rival.came.load(Ordering::SeqCst), "the delivery was about to be told");
    let stored = world.application(&issuing.number.to_string()).await;
    let Status::Issuing { outcome, .. } = &stored.status else { panic!("{:?}", stored.status) };
    assert_eq!(*outcome, AdvanceOutcome::Undeliverable);
    let words: Vec<_> = stored.history.iter().map(|entry| entry.event.as_str()).collect();
    assert_eq!(words, ["submitted", "approved", "advance-notice-written", "advance-notice-undeliverable"]);
}

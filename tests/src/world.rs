//! One local stack with the demo staff, and what can be seen of it from outside.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use local::{MailboxMail, Stack, StackOptions, demo, ledger::HostileCounts, programs, wire::Interception};
use shared::{
    domain::{
        application::Application,
        ids::{ApplicationNumber, MailId},
        mail::Mail,
        outbox::Outbox,
    },
    runtime::Entropy,
    store::Store,
};

use crate::{Mailbox, Visitor, Visits};

const TEMPLATE: &str = include_str!("../../infra/template.yaml");

/// A stack of its own for each journey.
pub struct World {
    pub stack: Stack,
    /// What its visitors asked for.
    pub visits: Visits,
    name: &'static str,
}

/// What a journey did to its messages, and what came of its mails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailCounts {
    pub committed: usize,
    pub lost: usize,
    pub doubled: usize,
}

impl World {
    /// Starts on Friday, 22 January 2027, 10:00 in Japan; messages are doubled, delayed and reordered by `seed`.
    pub async fn start(name: &'static str, seed: u64) -> Self {
        let world = Self::of(
            name,
            StackOptions {
                hostile: Some(seed),
                clock_start: Some(at("2027-01-22T10:00:00+09:00")),
                entropy: Entropy::seeded(seed),
                ..StackOptions::new(TEMPLATE, programs::all())
            },
        )
        .await;
        demo::seed(world.stack.administrator()).await.expect("the demo accounts are written");
        world
    }

    /// Starts at an instant, without any account; only `interception` disturbs it.
    pub async fn start_intercepted(
        name: &'static str,
        clock_start: &str,
        interception: Arc<dyn Interception>,
    ) -> Self {
        let options = StackOptions {
            clock_start: Some(at(clock_start)),
            parameters: BTreeMap::from([("RobotCheckCost".to_owned(), "100".to_owned())]),
            entropy: Entropy::seeded(1),
            interception,
            ..StackOptions::new(TEMPLATE, programs::all())
        };
        Self::of(name, options).await
    }

    /// What a killed process left in `directory`; the clock goes on from where that process had it.
    pub async fn reopen(name: &'static str, directory: &Path) -> Self {
        let data = Some(directory.to_owned());
        Self::of(name, StackOptions { data, ..StackOptions::new(TEMPLATE, programs::all()) }).await
    }

    async fn of(name: &'static str, options: StackOptions) -> Self {
        let stack = Stack::start(options).await.expect("the stack starts");
        Self { stack, visits: Visits::default(), name }
    }

    pub fn store(&self) -> Store {
        Store::of(self.stack.administrator()).expect("a store")
    }

    /// Moves the clock to an instant as `2027-01-25T09:01:00+09:00`; every schedule on the way runs.
    pub async fn travel_to(&self, instant: &str) {
        self.stack.set_clock(at(instant)).await.expect("forwards in time");
        self.stack.settle().await;
    }

    pub async fn pass(&self, time: SignedDuration) {
        self.stack.advance(time).await.expect("forwards in time");
        self.stack.settle().await;
    }

    /// The newest mail of a kind to an address, once everything under way has settled.
    pub async fn newest_mail(&self, kind: &str, to: &str) -> MailboxMail {
        self.stack.settle().await;
        self.mails(kind, to).pop().unwrap_or_else(|| panic!("no {kind} to {to} was sent"))
    }

    /// The path of the link in the newest ② to an address.
    pub async fn newest_password_link(&self, to: &str) -> String {
        let mail = self.newest_mail("login-notice", to).await;
        let link = mail.links.iter().find(|link| link.contains("/set-password/")).expect("② carries a link");
        link[link.find("/set-password/").expect("just found")..].to_owned()
    }

    /// Every accepted mail of a kind to an address, oldest first.
    pub fn mails(&self, kind: &str, to: &str) -> Vec<MailboxMail> {
        let all = self.stack.mails().expect("the mailbox can be read").into_iter();
        all.filter(|mail| mail.kind.as_deref() == Some(kind) && mail.to.iter().any(|one| one == to)).collect()
    }

    pub async fn application(&self, number: &str) -> Application {
        let number = ApplicationNumber::parse(number).expect("an application number");
        self.store().load_application(number).await.expect("readable").expect("there")
    }

    /// Checks every mail that anybody committed against what SES accepted, and prints the counts.
    pub async fn account_for_mails(&self) -> MailCounts {
        let counts = self.mail_counts().await;
        self.print(counts);
        counts
    }

    /// A mail that SES accepted more than once is doubled; one that has not ended though nothing is under way
    /// is lost.
    pub async fn mail_counts(&self) -> MailCounts {
        self.stack.settle().await;
        let mut accepted: BTreeMap<String, usize> = BTreeMap::new();
        for mail in self.stack.mails().expect("the mailbox can be read") {
            *accepted.entry(mail.mail_id.expect("each of our mails bears its tag")).or_default() += 1;
        }
        let committed = self.committed_mails().await;
        let lost = committed.iter().filter(|mail| is_lost(mail, &accepted)).count();
        let doubled = accepted.values().filter(|times| **times > 1).count();
        MailCounts { committed: committed.len(), lost, doubled }
    }

    /// Ends a journey: no mail lost, none doubled.
    pub async fn end(self) {
        let counts = self.account_for_mails().await;
        assert_eq!((counts.lost, counts.doubled), (0, 0), "lost and doubled mails");
    }

    /// Every mail that anybody committed.
    pub async fn committed_mails(&self) -> Vec<Mail> {
        let store = self.store();
        let mut mails = Vec::new();
        let keys = self.keys("MAILS_TABLE").await.into_iter();
        // Beside the mails lie requests about the addresses that SES keeps.
        for id in keys.filter(|key| !key.starts_with("removal#")) {
            let id = MailId::parse(&id).expect("a mail id");
            mails.push(store.load_mail(&id).await.expect("readable").expect("there"));
        }
        mails
    }

    /// The keys of a table, named by its setting, by a scan that no function may do.
    pub async fn keys(&self, table: &'static str) -> Vec<String> {
        let administrator = self.stack.administrator();
        let table = administrator.config.text(table).expect("a table").to_owned();
        let client = administrator.dynamodb().expect("a client");
        let mut pages = client.scan().table_name(table).into_paginator().send();
        let mut ids = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.expect("a page of the table");
            ids.extend(page.items().iter().filter_map(|item| item.get("pk")?.as_s().ok().cloned()));
        }
        ids
    }

    fn print(&self, counts: MailCounts) {
        let HostileCounts { doubled, delayed, reordered } =
            self.stack.counts().expect("the counts can be read").messages;
        let MailCounts { committed, lost, doubled: mails_doubled } = counts;
        println!(
            "journey {}: messages doubled {doubled}, delayed {delayed}, reordered {reordered}; \
             mails {committed}, lost {lost}, doubled {mails_doubled}",
            self.name
        );
    }
}

impl Mailbox for World {
    fn visitor(&self) -> Visitor {
        Visitor::new(self.stack.origin(), Visits::clone(&self.visits))
    }

    async fn newest_code(&self, to: &str) -> String {
        self.newest_mail("code", to).await.code.expect("the mail carries a code")
    }
}

/// A mail is accounted for if SES accepted it, or if it ended with a reason.
fn is_lost(mail: &Mail, accepted: &BTreeMap<String, usize>) -> bool {
    let was_accepted = accepted.contains_key(mail.id.as_str());
    match &mail.outbox {
        Outbox::Sent { .. } => !was_accepted,
        Outbox::Failed { .. } | Outbox::Cancelled { .. } => false,
        Outbox::Pending { .. } | Outbox::Claimed { .. } | Outbox::Unknown { .. } => true,
    }
}

pub(crate) fn at(instant: &str) -> Timestamp {
    instant.parse().expect("an instant")
}

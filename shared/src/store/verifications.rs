//! Verifications of addresses, and what limits them.

use jiff::Timestamp;

use super::{
    CommitError, Counter, Inconsistent, Item, Store, StoreError, Table, address_changes, commit,
    counter::with_counter,
    item::{Reader, Writer},
    mails, sessions,
    transaction::Transaction,
};
use crate::domain::{
    address_change::{AddressChange, ChangeDecided},
    application::Decided,
    contact::EmailAddress,
    ids::{ApplicationNumber, ChangeId, MailId},
    limits::Usage,
    session::{ApplicantSession, Session},
    verification::{CodeRequested, CodeTried, IssuedCode, MailUsage, Purpose, Verification},
};

/// Under which keys the uses of code mails are counted: keyed hashes, never an address.
#[derive(Debug, Clone)]
pub struct MailUsageKeys {
    pub address: String,
    pub network: String,
}

/// What a session begins as, when a code was right.
pub enum Opened<'a> {
    Applicant(&'a ApplicantSession),
    Tracker(&'a Session),
    /// An application goes on at the proven address.
    Address {
        decided: &'a Decided,
        session: &'a Session,
    },
    /// A request to change an address goes to its desk. Nobody is signed in.
    Change(&'a ChangeDecided),
}

/// What pays for an enquiry: a challenge of the robot check, or the network's counter of requests without one.
pub enum EnquiryPaid<'a> {
    Challenge { id: &'a str, ends_at: Timestamp },
    Unchecked { network: &'a str, usage: Usage, read: &'a Counter },
}

impl Store {
    /// A verification that is not over.
    pub async fn load_verification(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<Verification>, StoreError> {
        let Some(item) = self.load(Table::Verifications, &verification_pk(id)).await? else {
            return Ok(None);
        };
        let verification = verification_of(id, &item)?;
        Ok((!verification.is_over(now)).then_some(verification))
    }

    /// Begins a verification; `solved` is the robot check's challenge that pays for it and is good once, `draft`
    /// the request that it is for.
    pub async fn commit_verification(
        &self,
        verification: &Verification,
        solved: Option<(&str, Timestamp)>,
        draft: Option<&AddressChange>,
    ) -> Result<(), CommitError> {
        let mut transaction = Transaction::default().create(
            "verification",
            Table::Verifications,
            verification_item(verification),
        );
        if let Some((challenge, expires_at)) = solved {
            transaction = with_challenge(transaction, challenge, expires_at);
        }
        self.execute(with_draft(transaction, draft)).await
    }

    /// The verifications that a network began without the robot check, by its keyed hash.
    pub async fn load_unchecked(&self, network: &str) -> Result<Counter, StoreError> {
        self.load_counter(Table::Verifications, &unchecked_pk(network)).await
    }

    /// Begins a verification that no challenge pays for: the network's counter does.
    pub async fn commit_unchecked(
        &self,
        verification: &Verification,
        draft: Option<&AddressChange>,
        network: &str,
        usage: &Usage,
        read: &Counter,
    ) -> Result<(), CommitError> {
        let item = verification_item(verification);
        let transaction = Transaction::default().create("verification", Table::Verifications, item);
        let transaction = with_draft(transaction, draft);
        let key = unchecked_pk(network);
        self.execute(with_counter(transaction, Table::Verifications, &key, usage, read)).await
    }

    /// The code mails of an address, by its keyed hash.
    pub async fn load_address_usage(&self, address: &str) -> Result<Counter, StoreError> {
        self.load_counter(Table::Verifications, &format!("mails#address#{address}")).await
    }

    pub async fn load_mail_usage(&self, keys: &MailUsageKeys) -> Result<(Counter, Counter), StoreError> {
        Ok((
            self.load_counter(Table::Verifications, &address_pk(keys)).await?,
            self.load_counter(Table::Verifications, &network_pk(keys)).await?,
        ))
    }

    /// Commits a request for a code: the new code, the counters, the mail.
    pub async fn commit_code_request(
        &self,
        requested: &CodeRequested,
        keys: &MailUsageKeys,
        read: &(Counter, Counter),
        now: Timestamp,
    ) -> Result<Option<MailId>, CommitError> {
        let item = verification_item(&requested.next);
        let MailUsage { address, network } = &requested.usage;
        let mut transaction = Transaction::default().replace(
            "verification",
            Table::Verifications,
            item,
            requested.next.version - 1,
        );
        transaction = with_counter(transaction, Table::Verifications, &address_pk(keys), address, &read.0);
        transaction = with_counter(transaction, Table::Verifications, &network_pk(keys), network, &read.1);
        if let Some(mail) = &requested.mail {
            transaction =
                transaction.create("mail", Table::Mails, mails::item_of(&mail.clone().pending(now)));
        }
        self.execute(transaction).await?;
        Ok(requested.mail.as_ref().map(|mail| mail.id.clone()))
    }

    /// The tries of codes for an address, by its keyed hash.
    pub async fn load_tries(&self, address: &str) -> Result<Counter, StoreError> {
        self.load_counter(Table::Verifications, &tries_pk(address)).await
    }

    /// Commits a try: the count first of all, and the session that a right code opens.
    pub async fn commit_try(
        &self,
        tried: &CodeTried,
        address: &str,
        read: &Counter,
        opened: Option<Opened<'_>>,
    ) -> Result<(), CommitError> {
        let item = verification_item(&tried.next);
        let begun = match &opened {
            Some(Opened::Address { decided, .. }) => commit::transaction_of(decided),
            Some(Opened::Change(decided)) => address_changes::transaction_of(decided),
            Some(Opened::Applicant(_) | Opened::Tracker(_)) | None => Transaction::default(),
        };
        let mut transaction =
            begun.replace("verification", Table::Verifications, item, tried.next.version - 1);
        transaction = with_counter(transaction, Table::Verifications, &tries_pk(address), &tried.usage, read);
        transaction = match opened {
            None | Some(Opened::Change(_)) => transaction,
            Some(Opened::Applicant(session)) => {
                transaction.create("session", Table::Sessions, sessions::applicant_item(session))
            }
            Some(Opened::Tracker(session) | Opened::Address { session, .. }) => {
                sessions::with_session(transaction, session)
            }
        };
        self.execute(transaction).await
    }
}

/// Uses a challenge of the robot check up.
fn with_challenge(transaction: Transaction, challenge: &str, expires_at: Timestamp) -> Transaction {
    let item = Writer::keyed(format!("challenge#{challenge}")).expires(expires_at).finish();
    transaction.create("challenge", Table::Verifications, item)
}

/// Uses up what pays for an enquiry.
pub(super) fn with_enquiry_paid(transaction: Transaction, paid: EnquiryPaid<'_>) -> Transaction {
    match paid {
        EnquiryPaid::Challenge { id, ends_at } => with_challenge(transaction, id, ends_at),
        EnquiryPaid::Unchecked { network, usage, read } => {
            with_counter(transaction, Table::Verifications, &unchecked_pk(network), &usage, read)
        }
    }
}

fn with_draft(transaction: Transaction, draft: Option<&AddressChange>) -> Transaction {
    match draft {
        Some(draft) => transaction.create("change", Table::AddressChanges, address_changes::item_of(draft)),
        None => transaction,
    }
}

fn verification_pk(id: &str) -> String {
    format!("verification#{id}")
}

fn address_pk(keys: &MailUsageKeys) -> String {
    format!("mails#address#{}", keys.address)
}

fn network_pk(keys: &MailUsageKeys) -> String {
    format!("mails#network#{}", keys.network)
}

fn unchecked_pk(network: &str) -> String {
    format!("unchecked#network#{network}")
}

fn tries_pk(address: &str) -> String {
    format!("tries#address#{address}")
}

fn verification_item(verification: &Verification) -> Item {
    let item = Writer::keyed(verification_pk(&verification.id))
        .number("schema", 1)
        .number("version", verification.version)
        .text("email", verification.email.as_str())
        .time("created_at", verification.created_at)
        .time("expires_at", verification.expires_at)
        .expires(verification.expires_at);
    let item = match verification.purpose {
        Purpose::Apply => item.text("purpose", "apply"),
        Purpose::Address { number } => {
            item.text("purpose", "address").text("application", number.to_string())
        }
        Purpose::Change { id } => item.text("purpose", "change").text("change", id.to_string()),
        Purpose::Track { number, known } => {
            item.text("purpose", "track").text("application", number.to_string()).flag("known", known)
        }
    };
    match &verification.code {
        None => item,
        Some(code) => {
            let code = Writer::default()
                .text("hash", &code.hash)
                .text("mail", code.mail.as_str())
                .time("valid_until", code.valid_until)
                .number("tries", u64::from(code.tries));
            item.map("code", code)
        }
    }
    .finish()
}

fn verification_of(id: &str, item: &Item) -> Result<Verification, Inconsistent> {
    let reader = Reader::new("verification", item)?;
    let purpose = match reader.text("purpose")? {
        "apply" => Purpose::Apply,
        "address" => Purpose::Address { number: reader.parsed("application", ApplicationNumber::parse)? },
        "change" => Purpose::Change { id: reader.parsed("change", ChangeId::parse)? },
        "track" => Purpose::Track {
            number: reader.parsed("application", ApplicationNumber::parse)?,
            known: reader.flag("known")?,
        },
        _ => return Err(reader.unreadable("purpose")),
    };
    let code = if item.contains_key("code") {
        let code = reader.map("code")?;
        Some(IssuedCode {
            hash: code.text("hash")?.to_owned(),
            mail: code.parsed("mail", MailId::parse)?,
            valid_until: code.time("valid_until")?,
            tries: code.number("tries")?,
        })
    } else {
        None
    };
    Ok(Verification {
        id: id.to_owned(),
        purpose,
        email: reader.parsed("email", EmailAddress::from_stored)?,
        code,
        created_at: reader.time("created_at")?,
        expires_at: reader.time("expires_at")?,
        version: reader.number("version")?,
    })
}

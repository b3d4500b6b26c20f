//! Accounts of institutions and of staff, the institutions' keys, and the links that set passwords.

use super::{
    CommitError, Counter, Inconsistent, Item, Store, StoreError, Table, commit,
    counter::with_counter,
    item::{Reader, Writer, stored_time},
    sessions,
    transaction::Transaction,
    verifications::{self, EnquiryPaid},
};
use crate::domain::{
    account::{Account, InstitutionKey, LinkPurpose, LinkUsage, PasswordHash, PasswordLink, Right},
    application::Decided,
    contact::EmailAddress,
    ids::{ApplicationNumber, LoginId, MailId, StaffId},
    institution::InstitutionKind,
    limits::Usage,
    mail::NewMail,
    prefecture::Prefecture,
    session::Session,
};

/// A password is set: the account, the link that is used up, the session that begins, and what the
/// application learns.
pub struct PasswordChange<'a> {
    pub account: &'a Account,
    pub link: &'a PasswordLink,
    pub session: &'a Session,
    pub application: Option<&'a Decided>,
}

/// What leaves upon a request for a link.
pub enum LinkBrings<'a> {
    /// A link that sets the password of this account, which knows the mail now.
    Reset { account: Box<Account>, link: Box<PasswordLink>, mail: Box<NewMail> },
    /// ② again: its application learns of it.
    Notice(&'a Decided),
}

/// The counters of requests for links, as they were read.
#[derive(Debug, Clone)]
pub struct LinkCounters {
    login_id_pk: String,
    login_id: Counter,
    network_pk: String,
    network: Counter,
}

impl LinkCounters {
    pub fn usage(&self) -> LinkUsage {
        LinkUsage { login_id: self.login_id.usage.clone(), network: self.network.usage.clone() }
    }
}

impl Store {
    pub async fn load_account(&self, login_id: &LoginId) -> Result<Option<Account>, StoreError> {
        let item = self.load(Table::Accounts, &account_pk(login_id)).await?;
        Ok(item.map(|item| account_of(&item)).transpose()?)
    }

    /// The account of an institution, by the first of its keys that is claimed.
    pub async fn find_account(&self, keys: &[InstitutionKey]) -> Result<Option<Account>, StoreError> {
        for key in keys {
            let Some(item) = self.load(Table::Accounts, &institution_pk(key)).await? else { continue };
            let reader = Reader::new("institution", &item)?;
            let login_id = reader.parsed("login_id", LoginId::parse)?;
            let account = self.load_account(&login_id).await?;
            return Ok(Some(account.ok_or_else(|| reader.unreadable("login_id"))?));
        }
        Ok(None)
    }

    pub async fn load_link(&self, hash: &str) -> Result<Option<PasswordLink>, StoreError> {
        let item = self.load(Table::Accounts, &link_pk(hash)).await?;
        Ok(item.map(|item| link_of(&item)).transpose()?)
    }

    /// A new account that no application led to: one of before. Its institution's keys are claimed.
    pub async fn commit_account(&self, account: &Account) -> Result<(), CommitError> {
        let mut transaction =
            Transaction::default().create("account", Table::Accounts, account_item(account));
        for key in &account.keys {
            transaction =
                transaction.create("institution", Table::Accounts, institution_item(key, &account.login_id));
        }
        self.execute(transaction).await
    }

    /// The next state of an account, with the session that begins.
    pub async fn commit_sign_in(&self, account: &Account, session: &Session) -> Result<(), CommitError> {
        let item = account_item(account);
        let transaction =
            Transaction::default().replace("account", Table::Accounts, item, account.version - 1);
        self.execute(sessions::with_session(transaction, session)).await
    }

    /// How often links were asked for, for a login ID (anybody's or nobody's) and from a network (its keyed
    /// hash).
    pub async fn load_link_counters(
        &self,
        login_id: &LoginId,
        network: &str,
    ) -> Result<LinkCounters, StoreError> {
        self.link_counters(format!("link-requests#login-id#{}", login_id.as_str()), network).await
    }

    /// The same for a member of staff.
    pub async fn load_staff_link_counters(
        &self,
        id: &StaffId,
        network: &str,
    ) -> Result<LinkCounters, StoreError> {
        self.link_counters(format!("link-requests#staff#{}", id.as_str()), network).await
    }

    /// The same for an institution that nobody has an account of, by the keyed hash of its names.
    pub async fn load_enquiry_counters(
        &self,
        institution: &str,
        network: &str,
    ) -> Result<LinkCounters, StoreError> {
        self.link_counters(format!("link-requests#institution#{institution}"), network).await
    }

    /// Counts an enquiry (`counted`: unless enough mails were written already) with what pays for it, and writes the
    /// mail with the account that it is about, if there is one.
    pub async fn commit_enquiry(
        &self,
        counted: Option<(&LinkUsage, &LinkCounters)>,
        paid: EnquiryPaid<'_>,
        reminder: Option<(Account, NewMail)>,
        now: jiff::Timestamp,
    ) -> Result<(), CommitError> {
        let mut transaction = verifications::with_enquiry_paid(Transaction::default(), paid);
        if let Some((usage, read)) = counted {
            transaction = with_link_counters(transaction, usage, read);
        }
        if let Some((account, mail)) = reminder {
            transaction = commit::with_mail(with_next(transaction, &account), mail, now);
        }
        self.execute(transaction).await
    }

    async fn link_counters(&self, login_id_pk: String, network: &str) -> Result<LinkCounters, StoreError> {
        let network_pk = format!("link-requests#network#{network}");
        Ok(LinkCounters {
            login_id: self.load_counter(Table::Accounts, &login_id_pk).await?,
            network: self.load_counter(Table::Accounts, &network_pk).await?,
            login_id_pk,
            network_pk,
        })
    }

    /// Counts a request for a link, with what it brings if there is an account to send it to.
    pub async fn commit_link_request(
        &self,
        usage: &LinkUsage,
        read: &LinkCounters,
        brings: Option<LinkBrings<'_>>,
        now: jiff::Timestamp,
    ) -> Result<(), CommitError> {
        let mut transaction = match &brings {
            Some(LinkBrings::Notice(decided)) => commit::transaction_of(decided),
            Some(LinkBrings::Reset { .. }) | None => Transaction::default(),
        };
        transaction = with_link_counters(transaction, usage, read);
        if let Some(LinkBrings::Reset { account, link, mail }) = brings {
            transaction = with_next(transaction, &account).create("link", Table::Accounts, link_item(&link));
            transaction = commit::with_mail(transaction, *mail, now);
        }
        self.execute(transaction).await
    }

    /// Commits a new password. Earlier sessions of the account are void with it.
    pub async fn commit_password(&self, change: PasswordChange<'_>) -> Result<(), CommitError> {
        let PasswordChange { account, link, session, application } = change;
        let transaction = application.map_or_else(Transaction::default, commit::transaction_of);
        let transaction = transaction
            .replace("account", Table::Accounts, account_item(account), account.version - 1)
            .replace("link", Table::Accounts, link_item(link), link.version - 1);
        self.execute(sessions::with_session(transaction, session)).await
    }
}

/// The next state of an account, if the one before is still there.
fn with_next(transaction: Transaction, account: &Account) -> Transaction {
    transaction.replace("account", Table::Accounts, account_item(account), account.version - 1)
}

pub(super) fn with_link_counters(
    transaction: Transaction,
    usage: &LinkUsage,
    read: &LinkCounters,
) -> Transaction {
    let transaction =
        with_counter(transaction, Table::Accounts, &read.login_id_pk, &usage.login_id, &read.login_id);
    with_counter(transaction, Table::Accounts, &read.network_pk, &usage.network, &read.network)
}

pub(super) fn account_pk(login_id: &LoginId) -> String {
    format!("account#{}", login_id.as_str())
}

pub(super) fn institution_pk(key: &InstitutionKey) -> String {
    format!("institution#{}", key.as_str())
}

fn link_pk(hash: &str) -> String {
    format!("link#{hash}")
}

/// Claims a key of an institution for its account.
pub(super) fn institution_item(key: &InstitutionKey, login_id: &LoginId) -> Item {
    Writer::keyed(institution_pk(key)).text("login_id", login_id.as_str()).finish()
}

pub(super) fn account_item(account: &Account) -> Item {
    Writer::keyed(account_pk(&account.login_id))
        .number("schema", 1)
        .number("version", account.version)
        .text("institution_name", &account.institution_name)
        .text("prefecture", account.prefecture.code2())
        .text("institution_kind", account.institution_kind.as_str())
        .texts("keys", account.keys.iter().map(|key| key.as_str().to_owned()))
        .text("email", account.email.as_str())
        .texts("rights", account.rights.iter().map(|right| right.as_str().to_owned()))
        .optional_text("password", account.password.as_ref().map(PasswordHash::as_phc))
        .number("epoch", account.epoch)
        .texts("failures", account.failures.used_at.iter().map(|at| stored_time(*at)))
        .optional_text("application", account.application.map(|number| number.to_string()))
        .texts("mails", account.mails.iter().map(|mail| mail.as_str().to_owned()))
        .time("created_at", account.created_at)
        .finish()
}

pub(super) fn account_of(item: &Item) -> Result<Account, Inconsistent> {
    let reader = Reader::new("account", item)?;
    let keys = reader.texts("keys")?.into_iter();
    let rights = reader.texts("rights")?.into_iter();
    Ok(Account {
        login_id: reader.parsed("pk", |key| key.strip_prefix("account#").and_then(LoginId::parse))?,
        institution_name: reader.text("institution_name")?.to_owned(),
        prefecture: reader.parsed("prefecture", Prefecture::from_stored)?,
        institution_kind: reader.parsed("institution_kind", InstitutionKind::from_stored)?,
        keys: keys
            .map(InstitutionKey::from_stored)
            .collect::<Option<_>>()
            .ok_or_else(|| reader.unreadable("keys"))?,
        email: reader.parsed("email", EmailAddress::from_stored)?,
        rights: rights.map(Right::parse).collect::<Option<_>>().ok_or_else(|| reader.unreadable("rights"))?,
        password: reader.optional_text("password")?.map(PasswordHash::from_phc),
        epoch: reader.number("epoch")?,
        failures: usage_of(reader, "failures")?,
        application: reader.optional_parsed("application", ApplicationNumber::parse)?,
        mails: reader.mail_ids("mails")?,
        created_at: reader.time("created_at")?,
        version: reader.number("version")?,
    })
}

pub(super) fn usage_of(reader: Reader<'_>, name: &'static str) -> Result<Usage, Inconsistent> {
    let times = reader.texts(name)?.into_iter().map(|time| time.parse().map_err(|_| reader.unreadable(name)));
    Ok(Usage { used_at: times.collect::<Result<_, _>>()? })
}

pub(super) fn link_item(link: &PasswordLink) -> Item {
    Writer::keyed(link_pk(&link.hash))
        .number("schema", 1)
        .number("version", link.version)
        .text("login_id", link.login_id.as_str())
        .text("purpose", link.purpose.as_str())
        .text("mail", link.mail.as_str())
        .optional_text("application", link.application.map(|number| number.to_string()))
        .number("epoch", link.epoch)
        .time("expires_at", link.expires_at)
        .optional_time("used_at", link.used_at)
        // Kept a year beyond its end, so that an old link is told from one that never was.
        .expires(link.expires_at + jiff::SignedDuration::from_hours(365 * 24))
        .finish()
}

fn link_of(item: &Item) -> Result<PasswordLink, Inconsistent> {
    let reader = Reader::new("link", item)?;
    Ok(PasswordLink {
        hash: reader.parsed("pk", |key| key.strip_prefix("link#"))?.to_owned(),
        login_id: reader.parsed("login_id", LoginId::parse)?,
        purpose: reader.parsed("purpose", LinkPurpose::parse)?,
        mail: reader.parsed("mail", MailId::parse)?,
        application: reader.optional_parsed("application", ApplicationNumber::parse)?,
        epoch: reader.number("epoch")?,
        expires_at: reader.time("expires_at")?,
        used_at: reader.optional_time("used_at")?,
        version: reader.number("version")?,
    })
}

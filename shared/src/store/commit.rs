//! Commits of decisions. The condition of each is taken from the decision itself.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{
    CommitError, Store, Table, accounts, applications, changes, drafts, mails, sessions,
    transaction::Transaction,
};
use crate::domain::{
    application::{Also, Application, Decided},
    ids::MailId,
    mail::NewMail,
    session::ApplicantSession,
};

impl Store {
    /// Commits a decision on an application: state, history, mails, and what goes along, or nothing.
    pub async fn commit(&self, decided: Decided) -> Result<(Application, Vec<MailId>), CommitError> {
        let transaction = transaction_of(&decided);
        self.execute(transaction).await?;
        Ok((decided.next, decided.mails.into_iter().map(|mail| mail.id).collect()))
    }

    /// Commits a decision together with the session that it came from (`was` is its version before): a session
    /// hands in once.
    pub async fn commit_resubmission(
        &self,
        decided: &Decided,
        session: &ApplicantSession,
    ) -> Result<(), CommitError> {
        let item = sessions::applicant_item(session);
        let transaction =
            transaction_of(decided).replace("session", Table::Sessions, item, session.version - 1);
        self.execute(transaction).await
    }

    /// Commits a new application that an officer filed: no session, and no mail to an address that nobody proved.
    pub async fn commit_proxy_submission(&self, application: &Application) -> Result<(), CommitError> {
        let item = applications::item_of(application);
        let transaction = Transaction::default().create("application", Table::Applications, item);
        self.execute(changes::with_listing(transaction, application)).await
    }

    /// Commits a new application with its receipt, and the session that it came from (`was` is its version
    /// before): a session submits once.
    pub async fn commit_submission(
        &self,
        application: &Application,
        receipt: NewMail,
        session: &ApplicantSession,
    ) -> Result<(), CommitError> {
        let transaction = Transaction::default()
            .replace("session", Table::Sessions, sessions::applicant_item(session), session.version - 1)
            .create("application", Table::Applications, applications::item_of(application))
            .create("mail", Table::Mails, mails::item_of(&receipt.pending(application.submitted_at)));
        let transaction = changes::with_listing(transaction, application);
        self.execute(drafts::with_draft(transaction, session)).await
    }
}

pub(super) fn transaction_of(decided: &Decided) -> Transaction {
    let expected = vec![
        ("version", AttributeValue::N(decided.was.version.to_string())),
        ("status", AttributeValue::S(decided.was.status.as_str().to_owned())),
    ];
    let item = applications::item_of(&decided.next);
    let transaction =
        Transaction::default().replace_expecting("application", Table::Applications, item, expected);
    let mut transaction = changes::with_change(transaction, decided);
    for mail in &decided.mails {
        transaction = with_mail(transaction, mail.clone(), decided.at);
    }
    for also in &decided.also {
        transaction = with_also(transaction, also);
    }
    transaction
}

pub(super) fn with_mail(transaction: Transaction, mail: NewMail, now: Timestamp) -> Transaction {
    transaction.create("mail", Table::Mails, mails::item_of(&mail.pending(now)))
}

pub(super) fn with_also(transaction: Transaction, also: &Also) -> Transaction {
    match also {
        Also::CreateAccount { account, link } => {
            let mut transaction = transaction
                .create("account", Table::Accounts, accounts::account_item(account))
                .create("link", Table::Accounts, accounts::link_item(link));
            for key in &account.keys {
                let item = accounts::institution_item(key, &account.login_id);
                transaction = transaction.create("institution", Table::Accounts, item);
            }
            transaction
        }
        Also::ReplaceAccount { account } => {
            let item = accounts::account_item(account);
            transaction.replace("account", Table::Accounts, item, account.version - 1)
        }
        Also::CreateLink { link } => transaction.create("link", Table::Accounts, accounts::link_item(link)),
        Also::RequireAccount { login_id, version } => {
            transaction.require("account", Table::Accounts, &accounts::account_pk(login_id), *version)
        }
        Also::CancelMail { mail } => {
            transaction.replace("mail", Table::Mails, mails::item_of(mail), mail.version - 1)
        }
        Also::RequireMail { id, version } => transaction.require("mail", Table::Mails, id.as_str(), *version),
    }
}

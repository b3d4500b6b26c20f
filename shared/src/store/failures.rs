//! Failed sign-ins: of a name that nobody has, and from a network.
//!
//! Architecture invariant: a failure is counted in the same transaction for whoever was named and for the network that it
//! came from, before it is shown.

use jiff::Timestamp;

use super::{
    CommitError, Counter, Store, StoreError, Table, accounts::account_item, counter::with_counter,
    staff::with_staff_failure, transaction::Transaction,
};
use crate::domain::{
    account::{Account, StaffAccount},
    limits::{FAILED_SIGN_INS_PER_NETWORK, LimitReached, Usage},
};

/// Failed sign-ins from one network, as they were read.
#[derive(Debug, Clone)]
pub struct NetworkFailures {
    pk: String,
    read: Counter,
}

/// One more failure from a network.
#[derive(Debug, Clone)]
pub struct NetworkFailure {
    pk: String,
    read: Counter,
    usage: Usage,
}

impl NetworkFailures {
    /// Counted before anything is compared: a network that has no try left gets no answer about a password.
    pub fn one_more(self, now: Timestamp) -> Result<NetworkFailure, LimitReached> {
        let usage = self.read.usage.used(FAILED_SIGN_INS_PER_NETWORK, now)?;
        Ok(NetworkFailure { pk: self.pk, read: self.read, usage })
    }
}

impl Store {
    /// Failed sign-ins from a network (its keyed hash), of institutions and staff together.
    pub async fn load_network_failures(&self, network: &str) -> Result<NetworkFailures, StoreError> {
        let pk = format!("failures#network#{network}");
        Ok(NetworkFailures { read: self.load_counter(Table::Accounts, &pk).await?, pk })
    }

    /// Failed sign-ins under a name that nobody has: they count like anybody's.
    pub async fn load_failures_of_nobody(&self, name: &str) -> Result<Counter, StoreError> {
        self.load_counter(Table::Accounts, &nobody_pk(name)).await
    }

    pub async fn commit_failure_of_nobody(
        &self,
        name: &str,
        failures: &Usage,
        read: &Counter,
        network: &NetworkFailure,
    ) -> Result<(), CommitError> {
        let pk = nobody_pk(name);
        let transaction = with_counter(Transaction::default(), Table::Accounts, &pk, failures, read);
        self.execute(with_failure(transaction, network)).await
    }

    /// The next state of an account whose password was not the typed one.
    pub async fn commit_failed_sign_in(
        &self,
        account: &Account,
        network: &NetworkFailure,
    ) -> Result<(), CommitError> {
        let item = account_item(account);
        let transaction =
            Transaction::default().replace("account", Table::Accounts, item, account.version - 1);
        self.execute(with_failure(transaction, network)).await
    }

    /// The next state of a member of staff whose password or second factor was not the typed one.
    pub async fn commit_failed_staff_sign_in(
        &self,
        staff: &StaffAccount,
        network: &NetworkFailure,
    ) -> Result<(), CommitError> {
        self.execute(with_failure(with_staff_failure(staff), network)).await
    }
}

fn with_failure(transaction: Transaction, network: &NetworkFailure) -> Transaction {
    with_counter(transaction, Table::Accounts, &network.pk, &network.usage, &network.read)
}

fn nobody_pk(name: &str) -> String {
    format!("failures#{name}")
}

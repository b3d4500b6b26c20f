//! Small things: values by name, and the account's suppression list.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::{Ledger, LedgerError, rows};

/// An address that SES does not deliver to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    pub address: String,
    /// `BOUNCE` or `COMPLAINT`.
    pub reason: String,
    pub since: Timestamp,
}

impl Ledger {
    pub fn value(&self, name: &str) -> Result<Option<String>, LedgerError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("SELECT value FROM value WHERE name = ?")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    pub fn set_value(&self, name: &str, value: &str) -> Result<(), LedgerError> {
        let sql =
            "INSERT INTO value (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
        self.connection().prepare_cached(sql)?.execute([name, value])?;
        Ok(())
    }

    /// Puts an address on the suppression list.
    pub fn suppress(&self, address: &str, reason: &str) -> Result<(), LedgerError> {
        let sql = "INSERT INTO suppressed (address, reason, since) VALUES (?1, ?2, ?3)
                   ON CONFLICT (address) DO UPDATE SET reason = ?2, since = ?3";
        let since = self.now().as_millisecond();
        self.connection().prepare_cached(sql)?.execute(params![address.to_lowercase(), reason, since])?;
        Ok(())
    }

    /// Takes an address off the suppression list; whether it was there.
    pub fn unsuppress(&self, address: &str) -> Result<bool, LedgerError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("DELETE FROM suppressed WHERE address = ?")?;
        Ok(statement.execute([address.to_lowercase()])? > 0)
    }

    pub fn suppressed(&self, address: &str) -> Result<Option<Suppressed>, LedgerError> {
        let address = address.to_lowercase();
        Ok(self.suppression_list()?.into_iter().find(|entry| entry.address == address))
    }

    /// The whole suppression list, by address.
    pub fn suppression_list(&self) -> Result<Vec<Suppressed>, LedgerError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached("SELECT address, reason, since FROM suppressed ORDER BY address")?;
        let mut found = statement.query([])?;
        let mut list = Vec::new();
        while let Some(row) = found.next()? {
            list.push(Suppressed {
                address: row.get(0)?,
                reason: row.get(1)?,
                since: rows::instant(row.get(2)?)?,
            });
        }
        Ok(list)
    }
}

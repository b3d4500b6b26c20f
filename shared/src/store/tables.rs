//! The tables by name.

use super::StoreError;
use crate::runtime::Config;

/// A table of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Verifications,
    Applications,
    Mails,
    Accounts,
    Sessions,
    Settings,
    Search,
    Institutions,
    AddressChanges,
}

/// The names of the tables that a function was given.
#[derive(Debug, Clone)]
pub struct Tables([Option<String>; Table::ALL.len()]);

impl Table {
    pub const ALL: [Self; 9] = [
        Self::Verifications,
        Self::Applications,
        Self::Mails,
        Self::Accounts,
        Self::Sessions,
        Self::Settings,
        Self::Search,
        Self::Institutions,
        Self::AddressChanges,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verifications => "verifications",
            Self::Applications => "applications",
            Self::Mails => "mails",
            Self::Accounts => "accounts",
            Self::Sessions => "sessions",
            Self::Settings => "settings",
            Self::Search => "search",
            Self::Institutions => "institutions",
            Self::AddressChanges => "address-changes",
        }
    }

    /// The setting that holds its name.
    pub fn setting(self) -> &'static str {
        match self {
            Self::Verifications => "VERIFICATIONS_TABLE",
            Self::Applications => "APPLICATIONS_TABLE",
            Self::Mails => "MAILS_TABLE",
            Self::Accounts => "ACCOUNTS_TABLE",
            Self::Sessions => "SESSIONS_TABLE",
            Self::Settings => "SETTINGS_TABLE",
            Self::Search => "SEARCH_TABLE",
            Self::Institutions => "INSTITUTIONS_TABLE",
            Self::AddressChanges => "ADDRESS_CHANGES_TABLE",
        }
    }
}

impl Tables {
    pub fn of(config: &Config) -> Self {
        Self(Table::ALL.map(|table| config.optional(table.setting()).map(str::to_owned)))
    }

    /// The table's name, or the error that this function has no business with it.
    pub fn name(&self, table: Table) -> Result<&str, StoreError> {
        self.0[table as usize].as_deref().ok_or(StoreError::NotOfThisFunction(table))
    }
}

//! What else is known of the institution: applications that may be for the same one, side by side, and an account that
//! it has already.

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    domain::{
        account::{Account, Right, institution_keys},
        application::{Application, Likeness, PossibleDuplicate},
        ids::ApplicationNumber,
    },
    web::{Moment, Problem},
};

use crate::{App, row::Row};

/// So many stand side by side; the search finds the others.
const MOST: usize = 4;

/// One application that may be for the same institution.
#[derive(Serialize)]
pub(crate) struct Alike {
    /// 「機関コードが同じ」…
    pub(crate) likeness: Vec<&'static str>,
    pub(crate) address: String,
    pub(crate) application: Row,
}

/// The account that the institution has.
#[derive(Serialize)]
pub(crate) struct Existing {
    pub(crate) login_id: String,
    pub(crate) institution_name: String,
    pub(crate) kind: &'static str,
    pub(crate) rights: Vec<&'static str>,
    /// What an approval will come to.
    pub(crate) outlook: &'static str,
    /// Of an account that only the list of accounts has: since when that list holds.
    pub(crate) listed_at: Option<Moment>,
}

impl App {
    /// The most alike first; of the own desk only.
    pub(crate) async fn alike(
        &self,
        application: &Application,
        now: Timestamp,
    ) -> Result<(Vec<Alike>, usize), Problem> {
        let found = self.store.list_possible_duplicates(application).await?;
        let numbers: Vec<ApplicationNumber> = found.iter().take(MOST).map(|one| one.number).collect();
        if numbers.is_empty() {
            return Ok((Vec::new(), 0));
        }
        let loaded = self.store.load_applications(&numbers).await?;
        let visible = loaded.iter().filter(|one| one.is_visible_to(application.desk()));
        let alike = visible.map(|one| Alike::of(one, &found, now)).collect();
        Ok((alike, found.len().saturating_sub(MOST)))
    }

    pub(crate) async fn existing_account(
        &self,
        application: &Application,
        now: Timestamp,
    ) -> Result<Option<Existing>, Problem> {
        let (keys, desk) = (institution_keys(&application.form), application.desk());
        let right = Right::of(application.form.institution_kind);
        if let Some(account) = self.store.find_account(&keys).await? {
            // The account that came of this very application is no news.
            let is_news = account.application != Some(application.number)
                && account.prefecture == application.form.prefecture;
            return Ok(is_news.then(|| Existing::of(&account, right, None)));
        }
        let listed = Box::pin(self.store.find_listed_account(&keys, desk, now)).await?;
        Ok(listed.map(|(account, since)| Existing::of(&account, right, Some(since.into()))))
    }
}

impl Alike {
    /// The application itself, to stand beside those that are like it, if there are any.
    pub(crate) fn own(application: &Application, alike: &[Self], now: Timestamp) -> Option<Self> {
        (!alike.is_empty()).then(|| Self::of(application, &[], now))
    }

    fn of(application: &Application, found: &[PossibleDuplicate], now: Timestamp) -> Self {
        let form = &application.form;
        let likeness = found.iter().find(|one| one.number == application.number);
        let likeness = likeness.into_iter().flat_map(|one| one.alike.iter().copied().map(Likeness::label));
        Self {
            likeness: likeness.collect(),
            address: format!(
                "〒{} {}{}",
                form.postal_code.display(),
                form.city.as_str(),
                form.street.as_str()
            ),
            application: Row::of(application, now),
        }
    }
}

impl Existing {
    fn of(account: &Account, right: Right, listed_at: Option<Moment>) -> Self {
        Self {
            login_id: account.login_id.as_str().to_owned(),
            institution_name: account.institution_name.clone(),
            kind: account.institution_kind.label(),
            listed_at,
            rights: account.rights.iter().copied().map(Right::label).collect(),
            outlook: if account.rights.contains(&right) {
                "報告権限のあるアカウントを既にお持ちです。承認しても、新しいアカウントは発行されません。"
            } else {
                "アカウントは既にありますが、この報告の権限がありません。承認すると、権限が追加されます。"
            },
        }
    }
}

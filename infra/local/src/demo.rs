//! Accounts to try things with: the desks of two prefectures, the secretariat, and two institutions that
//! have an account already. They exist in local stacks only; no function and no template knows them.

use std::{collections::BTreeSet, fmt::Write};

use shared::{
    domain::{
        account::{Account, PasswordHash, Right, Role, StaffAccount, institution_keys},
        contact::EmailAddress,
        form::{ApplicationForm, FormInput},
        ids::{LoginId, StaffId},
        limits::Usage,
        prefecture::{Desk, Prefecture, PrefectureDesk},
    },
    password::{HashError, Password},
    runtime::{ConfigError, Environment},
    second_factor::totp_secret,
    store::{CommitError, Store, StoreError},
};

use crate::{Stack, command_line::RunOptions};

/// The password of every demo account.
pub const PASSWORD: &str = "demo-only-passphrase";

/// A member of staff to sign in as.
pub struct DemoStaff {
    pub id: &'static str,
    pub name: &'static str,
    pub role: Role,
}

/// An institution that has an account already.
pub struct DemoInstitution {
    pub login_id: &'static str,
    pub name: &'static str,
    pub email: &'static str,
    pub insurance_code: &'static str,
    pub postal_code: &'static str,
    pub prefecture: Prefecture,
    /// Whether it may report under 医療機能情報提供制度.
    pub entitled: bool,
    kind: &'static str,
    subkind: &'static str,
    place: (&'static str, &'static str),
}

pub const STAFF: [DemoStaff; 7] = [
    officer("nara-medical", "奈良 一郎", Prefecture::Nara, Desk::Medical),
    officer("nara-pharmacy", "奈良 花子", Prefecture::Nara, Desk::Pharmacy),
    officer("osaka-medical", "大阪 次郎", Prefecture::Osaka, Desk::Medical),
    officer("osaka-pharmacy", "大阪 桜子", Prefecture::Osaka, Desk::Pharmacy),
    DemoStaff { id: "secretariat", name: "事務局 太郎", role: Role::Secretariat },
    DemoStaff {
        id: "nara-viewer",
        name: "奈良 三郎",
        role: Role::DeskViewer(PrefectureDesk { prefecture: Prefecture::Nara, desk: Desk::Medical }),
    },
    DemoStaff { id: "secretariat-viewer", name: "事務局 二郎", role: Role::SecretariatViewer },
];

pub const INSTITUTIONS: [DemoInstitution; 2] = [
    DemoInstitution {
        login_id: "nara0001",
        name: "大和みどり診療所",
        email: "soumu@midori.example.jp",
        insurance_code: "2910107016",
        postal_code: "630-8213",
        prefecture: Prefecture::Nara,
        entitled: false,
        kind: "clinic",
        subkind: "clinic-without-beds",
        place: ("奈良市", "登大路町1"),
    },
    DemoInstitution {
        login_id: "osaka001",
        name: "難波あおい病院",
        email: "jimu@aoi.example.jp",
        insurance_code: "2714107022",
        postal_code: "540-0008",
        prefecture: Prefecture::Osaka,
        entitled: true,
        kind: "hospital",
        subkind: "hospital",
        place: ("大阪市中央区", "大手前1"),
    },
];

const fn officer(id: &'static str, name: &'static str, prefecture: Prefecture, desk: Desk) -> DemoStaff {
    DemoStaff { id, name, role: Role::Officer(PrefectureDesk { prefecture, desk }) }
}

/// Why the demo accounts could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("the demo accounts: {0}")]
    Configuration(#[from] ConfigError),
    #[error("the demo accounts: {0}")]
    Store(#[from] StoreError),
    #[error("the demo accounts: {0}")]
    Commit(#[from] CommitError),
    #[error("the demo accounts: {0}")]
    Password(#[from] HashError),
    #[error("the demo account {0} breaks a rule of the domain")]
    Impossible(&'static str),
}

/// Writes the accounts that are not there yet.
pub async fn seed(administrator: &Environment) -> Result<(), SeedError> {
    let store = Store::of(administrator)?;
    let password = Password::new(PASSWORD).hash(&administrator.entropy)?;
    for demo in &STAFF {
        let account = demo.account(&password, administrator).ok_or(SeedError::Impossible(demo.id))?;
        if store.load_staff(&account.id).await?.is_none() {
            store.commit_staff(&account, None).await?;
        }
    }
    for demo in &INSTITUTIONS {
        let account = demo.account(&password, administrator).ok_or(SeedError::Impossible(demo.login_id))?;
        if store.load_account(&account.login_id).await?.is_none() {
            store.commit_account(&account).await?;
        }
    }
    Ok(())
}

/// The code that the second factor of a member of staff shows now; `None` without such an account.
pub async fn totp_code(administrator: &Environment, id: &str) -> Result<Option<String>, SeedError> {
    let Some(id) = StaffId::parse(id) else { return Ok(None) };
    let key = administrator.config.secret("LINK_KEY")?;
    let staff = Store::of(administrator)?.load_staff(&id).await?;
    Ok(staff.map(|staff| totp_secret(&key, &staff).code_at(administrator.clock.now())))
}

/// What `cargo run` prints.
pub fn welcome(stack: &Stack, options: &RunOptions) -> String {
    let mut text = include_str!("../templates/welcome.txt")
        .replace("{origin}", stack.origin())
        .replace("{data}", &options.data.display().to_string())
        .replace("{wire}", &stack.wire_address().to_string())
        .replace("{password}", PASSWORD)
        .replace("{staff}", &lines(STAFF.iter().map(|staff| (staff.id, staff.role.label()))))
        .replace("{institutions}", &lines(INSTITUTIONS.iter().map(|one| (one.login_id, one.words()))));
    if let Some(seed) = options.hostile {
        let _infallible =
            writeln!(text, "  hostile: メッセージは二重に、遅れて、順不同で届きます (seed {seed})\n");
    }
    text
}

fn lines(accounts: impl Iterator<Item = (&'static str, String)>) -> String {
    accounts.map(|(id, words)| format!("    {id:<15} {words}")).collect::<Vec<_>>().join("\n")
}

impl DemoStaff {
    fn account(&self, password: &PasswordHash, administrator: &Environment) -> Option<StaffAccount> {
        Some(StaffAccount {
            id: StaffId::parse(self.id)?,
            name: self.name.to_owned(),
            role: self.role,
            email: Some(EmailAddress::parse(&format!("{}@staff.example.jp", self.id)).ok()?),
            password: Some(password.clone()),
            totp_seed: administrator.entropy.bytes(),
            totp_last_step: None,
            enrolled: true,
            failures: Usage::default(),
            epoch: 1,
            disabled: false,
            last_sign_in_at: None,
            history: Vec::new(),
            version: 1,
        })
    }
}

impl DemoInstitution {
    /// What it is there for, and what an application of the same institution writes.
    pub fn words(&self) -> String {
        let right = Right::MedicalInformation.label();
        let effect = if self.entitled {
            format!("{right}の権限あり: 同じ機関で申請しても何も発行されません")
        } else {
            format!("{right}の権限なし: 同じ機関で申請すると権限が付き、③のメールが届きます")
        };
        format!("{}（{}、保険機関コード {}）{effect}", self.name, self.prefecture.name(), self.insurance_code)
    }

    fn account(&self, password: &PasswordHash, administrator: &Environment) -> Option<Account> {
        let form = self.form()?;
        let rights =
            if self.entitled { BTreeSet::from([Right::of(form.institution_kind)]) } else { BTreeSet::new() };
        Some(Account {
            login_id: LoginId::parse(self.login_id)?,
            institution_name: form.institution_name.as_str().to_owned(),
            prefecture: form.prefecture,
            institution_kind: form.institution_kind,
            keys: institution_keys(&form),
            email: form.email.clone(),
            rights,
            password: Some(password.clone()),
            epoch: 1,
            failures: Usage::default(),
            application: None,
            mails: Vec::new(),
            created_at: administrator.clock.now(),
            version: 1,
        })
    }

    /// The application that this institution would hand in.
    fn form(&self) -> Option<ApplicationForm> {
        let (city, street) = self.place;
        let input = FormInput {
            institution_name: self.name.to_owned(),
            institution_kind: self.kind.to_owned(),
            institution_subkind: self.subkind.to_owned(),
            phone: "0742-22-1101".to_owned(),
            insurance_code: self.insurance_code.to_owned(),
            postal_code: self.postal_code.to_owned(),
            prefecture: self.prefecture.name().to_owned(),
            city: city.to_owned(),
            street: street.to_owned(),
            contact_family_name: "田中".to_owned(),
            contact_given_name: "恵子".to_owned(),
            department_phone: "0742-22-1102".to_owned(),
            ..FormInput::default()
        };
        let parsed = ApplicationForm::parse(&input, EmailAddress::parse(self.email).ok()?).ok()?;
        parsed.warnings.is_empty().then_some(parsed.form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_demo_account_is_one_that_the_domain_allows() {
        assert!(STAFF.iter().all(|staff| StaffId::parse(staff.id).is_some()));
        assert!(INSTITUTIONS.iter().all(|one| LoginId::parse(one.login_id).is_some()));
        assert!(INSTITUTIONS.iter().all(|one| one.form().is_some()));
    }
}

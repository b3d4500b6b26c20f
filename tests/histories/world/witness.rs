//! What somebody outside saw happen, written down beside the store: the laws compare the store with it.
//!
//! Architecture invariant: nothing here is read from what a rule concluded, only from what was done: mails that
//! SES took, reports that were taken in, codes that were compared, links that were used.

use jiff::Timestamp;
use shared::domain::{
    contact::EmailAddress,
    ids::{ApplicationNumber, LoginId, MailId},
};

use crate::{reports::Says, store::Store};

#[derive(Default)]
pub(crate) struct Witness {
    /// What became of each mail, in the order of the store's mails.
    pub(crate) mails: Vec<Fortune>,
    /// Addresses that somebody proved to read, and the registered ones of accounts of before.
    pub(crate) proven: Vec<EmailAddress>,
    pub(crate) codes: Vec<CodeUse>,
    pub(crate) tries: Vec<(EmailAddress, Timestamp)>,
    pub(crate) requests: Vec<Request>,
    pub(crate) sign_ins: Vec<(LoginId, Timestamp, bool)>,
    /// Links that set a password, and when.
    pub(crate) links_used: Vec<(String, Timestamp)>,
    pub(crate) numbers: Vec<ApplicationNumber>,
    /// Sessions that submitted.
    pub(crate) submitted_by: Vec<String>,
    /// Applications that were committed.
    pub(crate) filed: usize,
}

/// One mail, as SES and its readers know it.
#[derive(Default)]
pub(crate) struct Fortune {
    /// How many mails SES took.
    pub(crate) taken: usize,
    /// Faults that left the outcome of a try unknown.
    pub(crate) uncertain: usize,
    /// How often SES clearly refused it.
    pub(crate) refused: usize,
    /// Each report that was taken in: its serial number, what it says, and when that was.
    pub(crate) learned: Vec<(usize, Says, Timestamp)>,
}

/// A code of one mail: how often it was compared, and found right.
pub(crate) struct CodeUse {
    pub(crate) mail: MailId,
    pub(crate) compared: u32,
    pub(crate) right: u32,
    pub(crate) late: bool,
}

/// A mail that a person asked for.
pub(crate) struct Request {
    pub(crate) at: Timestamp,
    pub(crate) network: usize,
    pub(crate) of: Requested,
}

#[derive(PartialEq, Eq)]
pub(crate) enum Requested {
    CodeTo(EmailAddress),
    LinkOf(LoginId),
}

/// What a commit means beyond what it writes.
pub(crate) enum Note {
    Nothing,
    Learned {
        mail: MailId,
        serial: usize,
        says: Says,
        at: Timestamp,
    },
    Tried {
        email: EmailAddress,
        code: MailId,
        right: bool,
        late: bool,
    },
    Asked(Request),
    SignedIn {
        login_id: LoginId,
        right: bool,
    },
    PasswordSet {
        link: String,
        login_id: LoginId,
    },
    Submitted {
        session: String,
    },
    /// An officer filed an application.
    Filed,
}

impl Witness {
    pub(super) fn of(store: &Store) -> Self {
        Self {
            proven: store.accounts.iter().map(|account| account.email.clone()).collect(),
            ..Self::default()
        }
    }

    pub(crate) fn fortune<'a>(&'a self, store: &Store, mail: &MailId) -> Option<&'a Fortune> {
        self.mails.get(store.mails.iter().position(|stored| stored.id == *mail)?)
    }

    pub(super) fn fortune_mut(&mut self, store: &Store, mail: &MailId) -> Option<&mut Fortune> {
        self.mails.get_mut(store.mails.iter().position(|stored| stored.id == *mail)?)
    }

    pub(super) fn note(&mut self, note: Note, store: &Store, now: Timestamp) {
        self.mails.resize_with(store.mails.len(), Fortune::default);
        match note {
            Note::Nothing => {}
            Note::Learned { mail, serial, says, at } => {
                if let Some(fortune) = self.fortune_mut(store, &mail) {
                    fortune.learned.push((serial, says, at));
                }
            }
            Note::Tried { email, code, right, late } => self.note_try(email, code, (right, late), now),
            Note::Asked(request) => self.requests.push(request),
            Note::SignedIn { login_id, right } => self.sign_ins.push((login_id, now, right)),
            Note::PasswordSet { link, login_id } => {
                self.links_used.push((link, now));
                // A new password forgives what failed before.
                self.sign_ins.push((login_id, now, true));
            }
            Note::Submitted { session } => {
                self.submitted_by.push(session);
                self.filed += 1;
            }
            Note::Filed => self.filed += 1,
        }
    }

    fn note_try(&mut self, email: EmailAddress, code: MailId, (right, late): (bool, bool), now: Timestamp) {
        if right {
            self.proven.push(email.clone());
        }
        self.tries.push((email, now));
        let known = self.codes.iter().position(|known| known.mail == code);
        let place = known.unwrap_or_else(|| {
            self.codes.push(CodeUse { mail: code, compared: 0, right: 0, late: false });
            self.codes.len() - 1
        });
        let code = &mut self.codes[place];
        code.compared += 1;
        code.right += u32::from(right);
        code.late |= right && late;
    }
}

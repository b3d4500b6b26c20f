//! Who is signed in: from the token in a cookie to the session that lives now.
//!
//! Architecture invariant: what somebody may do is read from the session's row and from nothing that a
//! request says.

use jiff::Timestamp;

use super::{Cookies, Problem, SetCookie, Token};
use crate::{
    domain::{
        account::{DeskViewer, Reviewer, Role, SecretariatViewer, Secretary},
        application::Application,
        ids::{ApplicationNumber, LoginId, StaffId},
        prefecture::PrefectureDesk,
        session::{Holder, Session},
    },
    runtime::Key,
    store::{DeskCounts, Store, StoreError},
};

/// The cookie of a signed-in account of an institution.
pub const USER_COOKIE: &str = "__Host-user";
/// The cookie of staff, between the two factors and after both.
pub const STAFF_COOKIE: &str = "__Host-staff";
/// The cookie of somebody who looks at one application.
pub const TRACK_COOKIE: &str = "__Host-track";
/// The cookie of an applicant who proved an address and fills the form in.
pub const APPLICANT_COOKIE: &str = "__Host-applicant";
/// Where staff sign in.
pub const STAFF_SIGN_IN: &str = "/staff/sign-in";

/// Looks sessions up, and notes that they were seen.
#[derive(Clone)]
pub struct Sessions {
    store: Store,
    pepper: Key,
}

/// A member of staff after both factors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedInStaff {
    pub id: StaffId,
    pub name: String,
    pub role: Role,
}

/// A session within its limits, whose epoch is still to be seen, and whom it will let in.
pub struct AtTheDoor<V> {
    viewer: V,
    session: Session,
}

impl AtTheDoor<DeskViewer> {
    /// Where to look up what is asked for.
    pub fn desk(&self) -> PrefectureDesk {
        self.viewer.desk
    }
}

impl Sessions {
    pub fn new(store: Store, pepper: Key) -> Self {
        Self { store, pepper }
    }

    /// The signed-in member of staff, if there is one.
    pub async fn staff(
        &self,
        cookies: &Cookies,
        now: Timestamp,
    ) -> Result<Option<SignedInStaff>, StoreError> {
        let session = self.session(cookies, STAFF_COOKIE, now).await?;
        Ok(session.and_then(|session| match session.holder {
            Holder::Staff { id, name, role } => Some(SignedInStaff { id, name, role }),
            Holder::Tracker { .. } | Holder::User { .. } | Holder::StaffFirstFactor { .. } => None,
        }))
    }

    /// The signed-in officer of a desk, who decides. For the secretariat the desks' pages do not exist.
    pub async fn reviewer(&self, cookies: &Cookies, now: Timestamp) -> Result<Reviewer, Problem> {
        let DeskViewer { id, name, role, desk } = self.desk_viewer(cookies, now).await?;
        if role.may_act() { Ok(Reviewer { id, name, desk }) } else { Err(only_views()) }
    }

    /// Whoever is signed in at a desk, to decide or only to look.
    pub async fn desk_viewer(&self, cookies: &Cookies, now: Timestamp) -> Result<DeskViewer, Problem> {
        let staff = self.staff(cookies, now).await?;
        at_a_desk(staff.ok_or_else(|| Problem::sign_in_first(STAFF_SIGN_IN))?)
    }

    /// The same, with the counts of the desk's lists.
    pub async fn desk_viewer_with_counts(
        &self,
        cookies: &Cookies,
        now: Timestamp,
    ) -> Result<(DeskViewer, DeskCounts), Problem> {
        if let Some(token) = cookies.value(STAFF_COOKIE).and_then(Token::parse)
            && let Some((session, counts)) =
                self.store.load_desk_session(&token.hash(&self.pepper), now).await?
            && let Holder::Staff { id, name, role } = session.holder.clone()
            && let Some(desk) = role.desk()
        {
            self.note_seen(&session, now).await?;
            return Ok((DeskViewer { id, name, role, desk }, counts));
        }
        // Nobody, or somebody else: the reason is the same as everywhere.
        Ok((self.desk_viewer(cookies, now).await?, DeskCounts::default()))
    }

    /// Whoever is about to be let in at a desk: what is asked for a search may be looked up, and nothing shown before
    /// [`Sessions::admit`].
    pub async fn at_the_door(
        &self,
        cookies: &Cookies,
        now: Timestamp,
    ) -> Result<AtTheDoor<DeskViewer>, Problem> {
        let (session, staff) = self.staff_of_any_epoch(cookies, now).await?;
        Ok(AtTheDoor { viewer: at_a_desk(staff)?, session })
    }

    /// The same at the secretariat.
    pub async fn at_the_secretariats_door(
        &self,
        cookies: &Cookies,
        now: Timestamp,
    ) -> Result<AtTheDoor<SecretariatViewer>, Problem> {
        let (session, staff) = self.staff_of_any_epoch(cookies, now).await?;
        Ok(AtTheDoor { viewer: at_the_secretariat(staff)?, session })
    }

    async fn staff_of_any_epoch(
        &self,
        cookies: &Cookies,
        now: Timestamp,
    ) -> Result<(Session, SignedInStaff), Problem> {
        let nobody = || Problem::sign_in_first(STAFF_SIGN_IN);
        let token = cookies.value(STAFF_COOKIE).and_then(Token::parse).ok_or_else(nobody)?;
        let session = self.store.load_session_of_any_epoch(&token.hash(&self.pepper), now).await?;
        let session = session.ok_or_else(nobody)?;
        let Holder::Staff { id, name, role } = session.holder.clone() else { return Err(nobody()) };
        Ok((session, SignedInStaff { id, name, role }))
    }

    /// Lets them in, with the applications of these numbers, if the session still holds: one request for both.
    pub async fn admit<V>(
        &self,
        door: AtTheDoor<V>,
        numbers: &[ApplicationNumber],
        now: Timestamp,
    ) -> Result<(V, Vec<Application>), Problem> {
        let found = self.store.load_applications_for(&door.session, numbers).await?;
        let found = found.ok_or_else(|| Problem::sign_in_first(STAFF_SIGN_IN))?;
        self.note_seen(&door.session, now).await?;
        Ok((door.viewer, found))
    }

    /// The signed-in secretariat, which acts. For officers its pages do not exist.
    pub async fn secretary(&self, cookies: &Cookies, now: Timestamp) -> Result<Secretary, Problem> {
        let SecretariatViewer { id, name, role } = self.secretariat_viewer(cookies, now).await?;
        if role.may_act() { Ok(Secretary { id, name }) } else { Err(only_views()) }
    }

    /// Whoever is signed in at the secretariat, to act or only to look.
    pub async fn secretariat_viewer(
        &self,
        cookies: &Cookies,
        now: Timestamp,
    ) -> Result<SecretariatViewer, Problem> {
        let staff = self.staff(cookies, now).await?;
        at_the_secretariat(staff.ok_or_else(|| Problem::sign_in_first(STAFF_SIGN_IN))?)
    }

    /// Who gave the right password a few minutes ago, and has the second factor still to give.
    pub async fn first_factor(
        &self,
        cookies: &Cookies,
        now: Timestamp,
    ) -> Result<Option<(Session, StaffId)>, StoreError> {
        let session = self.session(cookies, STAFF_COOKIE, now).await?;
        Ok(session.and_then(|session| match session.holder.clone() {
            Holder::StaffFirstFactor { id } => Some((session, id)),
            Holder::Tracker { .. } | Holder::User { .. } | Holder::Staff { .. } => None,
        }))
    }

    /// The signed-in account of an institution, if there is one.
    pub async fn user(&self, cookies: &Cookies, now: Timestamp) -> Result<Option<LoginId>, StoreError> {
        let session = self.session(cookies, USER_COOKIE, now).await?;
        Ok(session.and_then(|session| match session.holder {
            Holder::User { login_id } => Some(login_id),
            Holder::Tracker { .. } | Holder::StaffFirstFactor { .. } | Holder::Staff { .. } => None,
        }))
    }

    /// The application that a code opened for this browser, if there is one, and how often its address had been
    /// changed by then: the session is of that address alone.
    pub async fn tracker(
        &self,
        cookies: &Cookies,
        now: Timestamp,
    ) -> Result<Option<(ApplicationNumber, u64)>, StoreError> {
        let session = self.session(cookies, TRACK_COOKIE, now).await?;
        Ok(session.and_then(|session| match session.holder {
            Holder::Tracker { number } => Some((number, session.epoch)),
            Holder::User { .. } | Holder::StaffFirstFactor { .. } | Holder::Staff { .. } => None,
        }))
    }

    /// Ends the session behind a cookie, whatever it is; the answer takes the cookie away with what this
    /// returns.
    pub async fn end(&self, cookies: &Cookies, cookie: &'static str) -> Result<SetCookie, StoreError> {
        if let Some(token) = cookies.value(cookie).and_then(Token::parse) {
            self.store.delete_session(&token.hash(&self.pepper)).await?;
        }
        let removed = SetCookie::removed(cookie);
        Ok(if cookie == STAFF_COOKIE { removed.strict() } else { removed })
    }

    async fn session(
        &self,
        cookies: &Cookies,
        cookie: &str,
        now: Timestamp,
    ) -> Result<Option<Session>, StoreError> {
        let Some(token) = cookies.value(cookie).and_then(Token::parse) else { return Ok(None) };
        let Some(session) = self.store.load_session(&token.hash(&self.pepper), now).await? else {
            return Ok(None);
        };
        self.note_seen(&session, now).await?;
        Ok(Some(session))
    }

    async fn note_seen(&self, session: &Session, now: Timestamp) -> Result<(), StoreError> {
        match session.seen(now) {
            Some(seen) => self.store.commit_seen(&seen).await,
            None => Ok(()),
        }
    }
}

/// 閲覧のみ: the refusal says whom to ask.
fn at_a_desk(staff: SignedInStaff) -> Result<DeskViewer, Problem> {
    let SignedInStaff { id, name, role } = staff;
    let desk = role.desk().ok_or_else(|| Problem::not_found().because("not-an-officer"))?;
    Ok(DeskViewer { id, name, role, desk })
}

fn at_the_secretariat(staff: SignedInStaff) -> Result<SecretariatViewer, Problem> {
    let SignedInStaff { id, name, role } = staff;
    match role {
        Role::Secretariat | Role::SecretariatViewer => Ok(SecretariatViewer { id, name, role }),
        Role::Officer(_) | Role::DeskViewer(_) => Err(Problem::not_found().because("not-the-secretariat")),
    }
}

fn only_views() -> Problem {
    Problem::forbidden()
        .because("views-only")
        .saying("閲覧のみの権限のため、この操作はできません。")
        .advising("操作が必要なときは、事務局に権限の変更を依頼してください。")
        .with_next("/staff/home", "担当者用ホームへ")
}

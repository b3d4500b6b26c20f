//! The legs of people who lost a login ID, were invited, or forgot the password of a staff account.
//!
//! Invariant: a link that was used, now or by a try whose answer was lost, is used up.

use serde_json::json;
use tests::{Mailbox, Visitor, World, solved_robot_check};

use crate::{
    audit::{Expected, Resting},
    journey::PASSWORD,
};

const INVITED: (&str, &str) = ("nara-new", "new@pref-nara.example.jp");
const OFFICER: (&str, &str) = ("nara-medical", "nara-medical@staff.example.jp");

/// By the name of a demo account's institution, answered to its address.
pub(crate) async fn login_id(world: &World) -> Expected {
    let mut items = json!({
        "prefecture": "大阪府",
        "institution_kind": "hospital",
        "institution_name": "難波あおい病院",
        "postal_code": "540-0008",
    });
    let mut sent = false;
    for _ in 0..4 {
        let visitor = world.visitor();
        visitor.look("/login-id").await.page();
        items["robot_check"] = solved_robot_check(&visitor).await.into();
        let asked = visitor.persist("/login-id", &items).await;
        // Pressed again after a lost answer, the check is used up: it was counted, and the mail was written.
        sent = asked.status == 303 || asked.wrong_fields() == ["robot_check"];
        if sent {
            break;
        }
    }
    assert!(sent, "nobody may ask");
    world.rest_until(async || true).await;
    let told = world.mails("login-id-reminder", "jimu@aoi.example.jp");
    assert!(told.iter().all(|mail| mail.text.contains("osaka001")), "{told:?}");
    Expected::nothing().mail("login-id-reminder", 1)
}

/// An invitation accepted: a password, a second factor, signed in.
pub(crate) async fn invited(world: &World) -> Expected {
    let (id, address) = INVITED;
    let secretary = world.signed_in("secretariat").await;
    let new = json!({ "id": id, "name": "奈良 新", "email": address, "role": "officer#29#medical" });
    secretary.act("/operate/staff", &new).await.leads_to();
    world.rest_until(async || true).await;
    let visitor = world.visitor();
    set_password(world, &visitor, ("staff-invitation", address)).await;
    sign_in(world, &visitor, id).await;
    Expected::nothing().mail("staff-invitation", 1)
}

/// A link asked for, and used; the second factor stays.
pub(crate) async fn forgotten(world: &World) -> Expected {
    let (id, address) = OFFICER;
    let visitor = world.visitor();
    visitor.look("/staff/forgot-password").await.page();
    visitor.persist("/staff/forgot-password", &json!({ "staff_id": id })).await.leads_to();
    world.rest_until(async || true).await;
    set_password(world, &visitor, ("staff-password-reset", address)).await;
    sign_in(world, &visitor, id).await;
    Expected::nothing()
}

async fn set_password(world: &World, visitor: &Visitor, (kind, to): (&str, &str)) {
    let mail = world.newest_mail(kind, to).await;
    let at = mail.text.find("/staff/set-password/").expect("the mail carries a link");
    let path = mail.text[at..].split_whitespace().next().expect("a path");
    visitor.look(path).await.page();
    let set = visitor.persist(path, &json!({ "password": PASSWORD })).await;
    assert!([303, 410].contains(&set.status), "set, now or before: {}", set.text);
}

async fn sign_in(world: &World, visitor: &Visitor, id: &str) {
    for _ in 0..4 {
        // No second factor works twice.
        world.pass(jiff::SignedDuration::from_secs(30)).await;
        let first = visitor.persist("/staff/sign-in", &json!({ "staff_id": id, "password": PASSWORD })).await;
        if first.status != 303 || visitor.look("/staff/second-factor").await.status >= 500 {
            continue;
        }
        visitor.look("/staff/enrol").await;
        let second = visitor.persist("/staff/second-factor", &json!({ "code": world.totp(id).await })).await;
        if second.status == 303 && second.leads_to() == "/review" {
            return;
        }
    }
    panic!("{id} cannot sign in");
}

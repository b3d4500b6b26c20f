//! The legs of メールアドレス変更依頼: asked for and proven by a code, checked by a desk, completed by the secretariat.
//!
//! Invariant: an act that is pressed again after a failed page finds itself done.

use serde_json::{Value, json};
use shared::domain::ids::LoginId;
use tests::{Institution, Mailbox, Visitor, World, solved_robot_check};

use crate::{
    audit::{Expected, Resting},
    journey::{HOUR, type_code},
    verbs::{assert_done, is_delivered},
};

const NEW: &str = "soumu@wakakusa.example.jp";
/// A demo account of Nara's medical desk, and its address.
const LOGIN_ID: &str = "nara0001";
const OLD: &str = "soumu@midori.example.jp";

/// From the request to the account's new address.
pub(crate) async fn change(world: &World) -> Expected {
    request(world, of_account()).await;
    forward(world).await;
    let secretary = world.signed_in("secretariat").await;
    let at_office = the_one(&secretary, "/operate/address-changes").await;
    secretary.look(&at_office).await.page();
    assert_done(&secretary.persist(&format!("{at_office}/complete"), &json!({})).await);
    world.rest_until(async || true).await;
    assert_eq!(address(world).await, NEW);
    // It has arrived, whoever reads the old address is warned, it is done.
    Expected::nothing().mail("change-request", 3)
}

pub(crate) async fn refused_by_desk(world: &World) -> Expected {
    request(world, of_account()).await;
    let officer = world.signed_in_officer().await;
    let path = the_one(&officer, "/review/address-changes").await;
    let reason = json!({ "reason": "お電話で確認できませんでした。" });
    assert_done(&officer.persist(&format!("{path}/refuse"), &reason).await);
    world.rest_until(async || true).await;
    assert_eq!(address(world).await, OLD);
    Expected::nothing().mail("change-request", 2)
}

pub(crate) async fn refused_by_secretariat(world: &World) -> Expected {
    request(world, of_account()).await;
    forward(world).await;
    let secretary = world.signed_in("secretariat").await;
    let at_office = the_one(&secretary, "/operate/address-changes").await;
    let reason = json!({ "reason": "お心当たりがないとのご連絡がありました。" });
    assert_done(&secretary.persist(&format!("{at_office}/refuse"), &reason).await);
    world.rest_until(async || true).await;
    assert_eq!(address(world).await, OLD);
    Expected::nothing().mail("change-request", 3)
}

/// The address of an application under way, whose ① is still in the outbox.
pub(crate) async fn register(world: &World) -> Expected {
    let (application, _) = world.issuing(HOUR).await;
    let number = application.number.to_string();
    let hospital = Institution::nara_hospital();
    let mut items = items(&hospital.form, &hospital.email);
    items["number"] = number.as_str().into();
    request(world, items).await;
    let officer = world.signed_in_officer().await;
    let path = the_one(&officer, "/review/address-changes").await;
    let body = json!({ "number": number, "confirmed": "yes" });
    assert_done(&officer.persist(&format!("{path}/register"), &body).await);
    let heard = async || is_delivered(&world.application(&number).await);
    world.rest_until(heard).await;
    assert_eq!(world.application(&number).await.form.email.as_str(), NEW);
    let history =
        ["submitted", "approved", "advance-notice-written", "address-registered", "advance-notice-delivered"];
    Expected::of(&number, &history).mail("advance-notice", 2).cancelled("advance-notice")
}

fn of_account() -> Value {
    let institution = json!({ "institution_name": "大和みどり診療所", "institution_kind": "clinic", "prefecture": "奈良県" });
    items(&institution, OLD)
}

fn items(institution: &Value, old_email: &str) -> Value {
    json!({
        "institution_name": institution["institution_name"],
        "institution_kind": institution["institution_kind"],
        "prefecture": institution["prefecture"],
        "old_email": old_email,
        "new_email": NEW,
    })
}

/// From the page to the proof of the new address, begun again where that fails.
async fn request(world: &World, mut items: Value) {
    for _ in 0..4 {
        let visitor = world.visitor();
        visitor.look("/change-address").await;
        items["robot_check"] = solved_robot_check(&visitor).await.into();
        let asked = visitor.persist("/change-address", &items).await;
        if asked.status == 303 && has_typed_code(world, &visitor).await {
            return;
        }
    }
    panic!("no code proves the new address");
}

async fn has_typed_code(world: &World, visitor: &Visitor) -> bool {
    let Some(typed) = type_code(world, visitor, "/change-address/code", NEW).await else { return false };
    if typed.status == 303 {
        visitor.look(typed.leads_to()).await.page();
    }
    typed.status == 303
}

/// The desk has asked the institution, and hands the request on.
async fn forward(world: &World) {
    let officer = world.signed_in_officer().await;
    let path = the_one(&officer, "/review/address-changes").await;
    officer.look(&path).await.page();
    let forward = json!({ "login_id": LOGIN_ID, "confirmed": "yes" });
    assert_done(&officer.persist(&format!("{path}/forward"), &forward).await);
}

/// The one request of a list, by its path.
async fn the_one(staff: &Visitor, list: &str) -> String {
    let page = staff.look(list).await.page();
    let changes = page["changes"].as_array().expect("a list");
    assert_eq!(changes.len(), 1, "{page}");
    format!("{list}/{}", changes[0]["id"].as_str().expect("an id"))
}

async fn address(world: &World) -> String {
    let login_id = LoginId::parse(LOGIN_ID).expect("a login ID");
    let account = world.store().load_account(&login_id).await.expect("readable").expect("there");
    account.email.as_str().to_owned()
}

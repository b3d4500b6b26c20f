//! Who may do what: every route of the template × everybody who may come, each cell asserted. A route that names an
//! application is tried on one of Nara and on one of Osaka.
//!
//! Invariant: a route that the table does not name fails the test, and so does a row without a route.

mod table;

use std::collections::BTreeSet;

use local::blueprint::TriggerSpec;
use serde_json::{Value, json};
use shared::domain::{
    application::{
        Application, AuditEntry, AuditEvent, Hold, HoldReason, StatusKind, samples::in_every_status,
    },
    ids::{ApplicationNumber, StaffId},
    prefecture::Prefecture,
};
use table::TABLE;
use tests::{Mailbox, Visitor, World};

/// The columns of the table.
const EVERYBODY: [&str; 7] = [
    "nobody",
    "nara-medical",
    "nara-pharmacy",
    "osaka-medical",
    "secretariat",
    "nara-viewer",
    "secretariat-viewer",
];
/// Of whose desk the application of a row is.
const OWNERS: [(&str, Prefecture); 2] = [("@nara", Prefecture::Nara), ("@osaka", Prefecture::Osaka)];

/// One route, on an application of one prefecture where it names one.
struct Row {
    method: String,
    path: String,
    owner: Option<(&'static str, Prefecture)>,
}

/// What the paths without an application name.
struct Known {
    run: String,
    freeze: String,
    notice: String,
    import: String,
}

#[tokio::test]
async fn every_route_answers_everybody_as_the_table_says() {
    let world = World::start("permissions", 95).await;
    let known = known(&world).await;
    let rows = rows(&world);
    let named: BTreeSet<String> = TABLE.lines().map(|line| cells(line).0).collect();
    let there: BTreeSet<String> = rows.iter().map(Row::name).collect();
    let unnamed: Vec<_> = there.difference(&named).collect();
    let gone: Vec<_> = named.difference(&there).collect();
    assert!(unnamed.is_empty() && gone.is_empty(), "without a row: {unnamed:?}; without a route: {gone:?}");

    let (mut next, mut wrong) = (1, Vec::new());
    for line in TABLE.lines() {
        let (name, expected) = cells(line);
        let row = rows.iter().find(|row| row.name() == name).expect("just checked");
        let mut found = Vec::new();
        for who in EVERYBODY {
            found.push(row.try_as(who, next, &world, &known).await);
            next += 1;
        }
        if found != expected {
            wrong.push(format!("{name:<56} {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "another answer than the table's:\n{}", wrong.join("\n"));
}

/// A page of another site cannot make anybody's browser act, whoever is signed in there.
#[tokio::test]
async fn no_form_of_another_site_is_accepted_from_anybody() {
    let world = World::start("foreign forms", 96).await;
    let known = known(&world).await;
    let mut tried = 0;
    for row in rows(&world).iter().filter(|row| row.method == "POST") {
        for who in EVERYBODY {
            let visitor = visitor(&world, who).await;
            let path = row.filled(1, &known);
            for site in [None, Some("cross-site"), Some("same-site")] {
                let status = visitor.submit_foreign_form(&path, site).await.status;
                assert_eq!(status, 403, "{path} from {site:?} as {who}");
                tried += 1;
            }
        }
    }
    assert!(tried > 35 * 7 * 3, "only {tried} forms were tried");
}

/// 閲覧のみ: no page of a console offers a change, only the sign-out.
#[tokio::test]
async fn who_only_views_finds_no_button_that_changes_anything() {
    let world = World::start("viewers", 97).await;
    let known = known(&world).await;
    let mut looked = 0;
    for (who, console) in [("nara-viewer", "/review"), ("secretariat-viewer", "/operate")] {
        let viewer = visitor(&world, who).await;
        for (index, row) in rows(&world).iter().enumerate() {
            let owner = row.owner.is_none_or(|(owner, _)| owner == "@nara");
            if row.method != "GET" || !row.path.starts_with(console) || !owner {
                continue;
            }
            let number = u64::try_from(index).expect("few") + 1;
            let path = row.prepared(number, &world, &known).await;
            let page = viewer.see_html(&path).await;
            if page.status == 403 {
                assert!(page.text.contains("閲覧のみの権限のため"), "{path}: {}", page.text);
            } else if page.status == 200 && page.text.contains("</html>") {
                assert_eq!(page.text.matches("method=\"post\"").count(), 1, "{path}: {}", page.text);
                looked += 1;
            }
        }
    }
    assert!(looked >= 9, "only {looked} pages were looked at");
}

fn rows(world: &World) -> Vec<Row> {
    let triggers = world.stack.blueprint().functions.iter().flat_map(|function| &function.triggers);
    let routes = triggers.filter_map(|trigger| match trigger {
        TriggerSpec::Route { method, path, .. } => Some((method.clone(), path.clone())),
        TriggerSpec::Queue { .. } | TriggerSpec::Schedule { .. } => None,
    });
    let row = |(method, path): (String, String)| {
        let owners: Vec<_> = if names_an_application(&path) { OWNERS.map(Some).into() } else { vec![None] };
        owners.into_iter().map(move |owner| Row { method: method.clone(), path: path.clone(), owner })
    };
    routes.flat_map(row).collect()
}

/// In its path, or in its query or body.
fn names_an_application(path: &str) -> bool {
    path.contains("{number}") || path.starts_with("/review/selected")
}

/// A line of the table: the name of its row, then a status for everybody.
fn cells(line: &str) -> (String, Vec<u16>) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (name, statuses) = words.split_at(words.len() - EVERYBODY.len());
    (name.join(" "), statuses.iter().map(|status| status.parse().expect("a status")).collect())
}

async fn visitor(world: &World, who: &str) -> Visitor {
    if who == "nobody" { world.visitor() } else { world.signed_in(who).await }
}

/// A run, a freeze window and a notice.
async fn known(world: &World) -> Known {
    let secretary = world.signed_in("secretariat").await;
    let run = secretary.act("/operate/run", &json!({ "queue": "issue" })).await;
    let freeze = json!({
        "freeze_from": "2027-03-01T00:00", "freeze_until": "2027-03-02T00:00", "freeze_text": "年度末", "step": "confirm",
    });
    secretary.act("/operate/freezes", &freeze).await.leads_to();
    let notice = json!({ "notice_kind": "info", "notice_text": "お知らせ", "step": "confirm" });
    secretary.act("/operate/notices", &notice).await.leads_to();
    let settings = secretary.see("/operate/settings").await.page();
    let id = |list: &str| settings[list][0]["id"].to_string().replace('"', "");
    let file = json!({ "list": "institutions", "file_name": "nara.csv", "bytes": 10 });
    let import = secretary.act("/operate/imports", &file).await;
    Known {
        import: import.leads_to().rsplit('/').next().expect("an id").to_owned(),
        run: run.leads_to().rsplit('/').next().expect("an id").to_owned(),
        freeze: id("freezes"),
        notice: id("notices"),
    }
}

impl Row {
    fn name(&self) -> String {
        let owner = self.owner.map(|(owner, _)| format!(" {owner}")).unwrap_or_default();
        format!("{} {}{owner}", self.method, self.path)
    }

    /// The status that somebody gets, on an application of its own that did not move where nothing may.
    async fn try_as(&self, who: &str, number: u64, world: &World, known: &Known) -> u16 {
        let path = self.prepared(number, world, known).await;
        let visitor = visitor(world, who).await;
        if self.method != "POST" {
            return visitor.see(&path).await.status;
        }
        let status = visitor.act(&path, &self.body(number)).await.status;
        if let Some((owner, _)) = self.owner {
            let may_move = if self.path.starts_with("/operate") {
                who == "secretariat"
            } else {
                format!("@{who}") == format!("{owner}-medical")
            };
            let is_moved = world.application(&name_of(number)).await.version > 1;
            assert_eq!(is_moved, may_move, "{path} as {who}, {status}: has it moved?");
        }
        status
    }

    /// The path, of an application that is there where it names one.
    async fn prepared(&self, number: u64, world: &World, known: &Known) -> String {
        if let Some((_, prefecture)) = self.owner {
            let application = Application {
                number: ApplicationNumber::new(number).expect("a number"),
                ..self.application(prefecture, world)
            };
            world.store().fill(&[application], true).await.expect("filled");
        }
        self.filled(number, known)
    }

    fn filled(&self, number: u64, known: &Known) -> String {
        let id = match self.path.as_str() {
            path if path.starts_with("/operate/runs") => &known.run,
            path if path.starts_with("/operate/freezes") => &known.freeze,
            path if path.starts_with("/operate/notices") => &known.notice,
            path if path.starts_with("/operate/imports") => &known.import,
            _ => "osaka-pharmacy",
        };
        let asset = shared::web::asset("site.css");
        let asset = asset.rsplit('/').next().expect("a name");
        let asked = match self.path.as_str() {
            "/review/selected" | "/review/selected/result" | "/review/selected/reject"
                if self.method == "GET" =>
            {
                "?number={number}"
            }
            _ => "",
        };
        format!("{}{asked}", self.path)
            .replace("$default", "/no-such-page")
            .replace("{number}", &name_of(number))
            .replace("{id}", id)
            .replace("{name}", asset)
            .replace("{queue}", "issue")
            .replace("{part}", "0")
            .replace("{topic}", "apply")
            .replace("{trail}", "mail.recent")
            .replace("{right}", "medical")
            .replace("{code}", "6308213")
            .replace("{token}", &"A".repeat(43))
    }

    /// In the state that the act needs.
    fn application(&self, prefecture: Prefecture, world: &World) -> Application {
        let kind = match self.path.rsplit('/').next() {
            Some("hold" | "release") => StatusKind::Approved,
            Some("resend") => StatusKind::Issuing,
            _ => StatusKind::Submitted,
        };
        let every = in_every_status().into_iter();
        let mut application = every.into_iter().find(|one| one.status.kind() == kind).expect("every state");
        application.form.prefecture = prefecture;
        let at = world.stack.now();
        (application.submitted_at, application.entered_at) = (at, at);
        if self.path.ends_with("/filed") || self.path.ends_with("/address") {
            let event = AuditEvent::SubmittedOnBehalf {
                by: StaffId::parse("nara-medical").expect("a staff id"),
                by_name: "奈良 一郎".into(),
            };
            application.history = vec![AuditEntry { at, event }];
        }
        if self.path.ends_with("/release") {
            let by = StaffId::parse("secretariat").expect("a staff id");
            let reason = HoldReason::parse("確認中").expect("a reason");
            application.hold = Some(Hold { by, by_name: "事務局 太郎".into(), reason, at });
        }
        application
    }

    /// What makes the act succeed for whoever may do it.
    fn body(&self, number: u64) -> Value {
        match self.path.as_str() {
            "/review/{number}/reject" => {
                json!({ "reason": "other", "note": "理由です。", "step": "confirm" })
            }
            "/review/{number}/return" => {
                json!({ "fields": ["street"], "note": "番地です。", "days": "5", "step": "confirm" })
            }
            "/review/{number}/address" => json!({ "email": "corrected@example.jp" }),
            "/review/selected/reject" => json!({
                "row": [format!("{}:1", name_of(number))], "reason": "other", "note": "理由です。", "step": "confirm",
            }),
            "/review/selected" => json!({ "row": [format!("{}:1", name_of(number))] }),
            "/operate/run" => json!({ "queue": "issue" }),
            "/operate/applications/{number}/hold" => json!({ "reason": "確認中" }),
            "/operate/applications/{number}/resend" => json!({ "version": 1 }),
            "/operate/staff" => json!({
                "id": format!("new-{number}"), "name": "奈良 新", "email": "new@example.jp", "role": "secretariat",
            }),
            "/operate/staff/{id}/role" => json!({ "role": "viewer#27#pharmacy" }),
            _ => json!({}),
        }
    }
}

fn name_of(number: u64) -> String {
    ApplicationNumber::new(number).expect("a number").to_string()
}

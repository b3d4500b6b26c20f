//! The legs of 名簿の取込み: a file of one part, checked, confirmed or discarded.
//!
//! Invariant: whatever fails on the way, all rows hold at the end, each once.

use std::fmt::Write;

use serde_json::json;
use shared::domain::{
    ids::ImportId,
    prefecture::{Desk, Prefecture, PrefectureDesk},
    registry::{Import, ImportState, LookUpKey},
};
use tests::{Visitor, World};

use crate::{
    audit::{Expected, Resting},
    verbs::assert_done,
};

const NARA: PrefectureDesk = PrefectureDesk { prefecture: Prefecture::Nara, desk: Desk::Medical };
const ROWS: usize = 30;

pub(crate) async fn import(world: &World) -> Expected {
    let path = sent(world).await;
    let confirmed = async |secretary: Visitor| {
        secretary.look(&path).await.page();
        secretary.persist(&format!("{path}/confirm"), &json!({ "seen": "yes" })).await
    };
    assert_done(&confirmed(world.signed_in("secretariat").await).await);
    world
        .rest_until(async || matches!(import_at(world, &path).await.state, ImportState::Active { .. }))
        .await;
    for row in [1, ROWS] {
        let key = LookUpKey::InstitutionCode(code(row));
        let found = world.store().look_up(Some(NARA), &key, 10).await.expect("readable");
        assert_eq!(found.len(), 1, "row {row}");
    }
    let keys = world.keys("INSTITUTIONS_TABLE").await;
    assert_eq!(keys.iter().filter(|key| key.starts_with("row#")).count(), ROWS, "each row once");
    Expected::nothing()
}

pub(crate) async fn discarded_import(world: &World) -> Expected {
    let path = sent(world).await;
    let secretary = world.signed_in("secretariat").await;
    assert_done(&secretary.persist(&format!("{path}/discard"), &json!({})).await);
    world
        .rest_until(async || matches!(import_at(world, &path).await.state, ImportState::Discarded { .. }))
        .await;
    let keys = world.keys("INSTITUTIONS_TABLE").await;
    assert!(!keys.iter().any(|key| key.starts_with("row#")), "nothing was taken in");
    Expected::nothing()
}

/// The path of an import whose preview is ready.
async fn sent(world: &World) -> String {
    let file = file();
    let secretary = world.signed_in("secretariat").await;
    secretary.look("/operate/imports").await.page();
    let begun = json!({ "list": "institutions", "file_name": "nara.csv", "bytes": file.len() });
    let path = secretary.persist("/operate/imports", &begun).await.leads_to().to_owned();
    let part = format!("{path}/parts/0");
    let kept = secretary.persist_bytes(&part, "application/octet-stream", &file).await;
    assert_eq!(kept.status, 204, "{}", kept.text);
    assert_done(&secretary.persist(&format!("{path}/check"), &json!({})).await);
    world.rest_until(async || matches!(import_at(world, &path).await.state, ImportState::Ready)).await;
    path
}

fn file() -> Vec<u8> {
    let mut text = "機関コード,機関名,機関区分,都道府県,郵便番号,電話番号\r\n".to_owned();
    for row in 1..=ROWS {
        let code = code(row);
        writeln!(text, "{code},医療法人若草会 若草{row}号診療所,診療所,奈良県,630-8213,0742-22-1101\r")
            .expect("a string takes everything");
    }
    text.into_bytes()
}

fn code(row: usize) -> String {
    format!("{:06}", 100_000 + row)
}

async fn import_at(world: &World, path: &str) -> Import {
    let id = path.rsplit('/').next().and_then(ImportId::parse).expect("an id");
    world.store().load_import(&id).await.expect("readable").expect("there")
}

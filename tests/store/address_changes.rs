//! What an address change finds on its way to the address of before stays here, with the change or not at all.

use shared::{
    domain::{
        account::{
            Account, NewLink,
            samples::{account, secretary},
        },
        address_change::{AddressChange, ChangeInput, ChangeItems, Complete},
        application::samples::{NOON, nara_medical},
        ids::{ChangeId, MailId},
        mail::Fate,
        verification::{Purpose, Verification},
    },
    store::{CommitError, LinkBrings},
};

use crate::bench::Bench;

const NEW: &str = "soumu@wakakusa.example.jp";

/// A reset was asked for, and waits in the outbox.
async fn reset(bench: &Bench, account: &Account, hash: &str) -> MailId {
    let new = NewLink { mail: bench.mail_id(), hash: hash.repeat(64) };
    let (link, mail) = account.new_link(new, None, *NOON);
    let id = mail.id.clone();
    let counters = bench.store.load_link_counters(&account.login_id, "network").await.expect("counters");
    let usage = counters.usage().used(*NOON).expect("within the limits");
    let account = Box::new(account.clone().mailed(id.clone()));
    let brings = LinkBrings::Reset { account, link: Box::new(link), mail: Box::new(mail) };
    let committed = bench.store.commit_link_request(&usage, &counters, Some(brings), *NOON).await;
    committed.expect("nobody was faster");
    id
}

async fn forwarded(bench: &Bench, account: &Account) -> AddressChange {
    let input = ChangeInput {
        institution_name: account.institution_name.clone(),
        institution_code: String::new(),
        institution_kind: account.institution_kind.as_str().to_owned(),
        prefecture: account.prefecture.name().to_owned(),
        number: String::new(),
        old_email: account.email.as_str().to_owned(),
        new_email: NEW.to_owned(),
    };
    let items = ChangeItems::parse(&input).expect("four items");
    let id = ChangeId::from_parts(*NOON, [7; 10]);
    let (purpose, email) = (Purpose::Change { id }, items.new_email.clone());
    let draft = AddressChange::draft(id, items, *NOON);
    let verification = Verification::begin("v".into(), purpose, email, *NOON);
    bench.store.commit_verification(&verification, None, Some(&draft)).await.expect("a new request");
    let requested = draft.prove(bench.mail_id(), *NOON).expect("unproven");
    bench.store.commit_address_change(&requested).await.expect("nobody was faster");
    let officer = nara_medical();
    let forwarded = requested.next.forward(account, &officer, bench.mail_id(), *NOON).expect("of this desk");
    bench.store.commit_address_change(&forwarded).await.expect("nobody was faster");
    forwarded.next
}

async fn complete(bench: &Bench, change: &AddressChange, account: &Account) -> Result<(), CommitError> {
    let mails = bench.store.list_mails(&account.mails).await.expect("a list");
    let new = NewLink { mail: bench.mail_id(), hash: "c".repeat(64) };
    let command = Complete { account: account.clone(), mails, application: None, new };
    let decided = change.clone().complete(command, &secretary(), *NOON).expect("forwarded");
    bench.store.commit_address_change(&decided).await
}

async fn stored(bench: &Bench, account: &Account) -> Account {
    bench.store.load_account(&account.login_id).await.expect("readable").expect("there")
}

#[tokio::test]
async fn a_reset_on_its_way_to_the_address_of_before_is_called_off() {
    let bench = Bench::start(51).await;
    let account = Account { version: 1, ..account() };
    bench.store.commit_account(&account).await.expect("a new account");
    let change = forwarded(&bench, &account).await;
    let first = reset(&bench, &account, "a").await;
    let early = stored(&bench, &account).await;
    assert_eq!(early.mails.iter().collect::<Vec<_>>(), [&first]);
    let second = reset(&bench, &early, "b").await;

    let lost = complete(&bench, &change, &early).await;
    assert!(matches!(lost, Err(CommitError::Lost("account"))), "one more was asked for meanwhile: {lost:?}");
    assert_eq!(bench.mail(&first).await.fate(*NOON), Fate::Sending, "all or nothing");
    complete(&bench, &change, &stored(&bench, &account).await).await.expect("nobody was faster");
    assert_eq!(stored(&bench, &account).await.email.as_str(), NEW);
    for id in [first, second] {
        assert_eq!(bench.mail(&id).await.fate(*NOON), Fate::Cancelled);
    }
}

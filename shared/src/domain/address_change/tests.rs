//! Every verb from every state, and who may not.

use super::*;
use crate::domain::application::Status;
use crate::domain::{
    account::{
        NewLink, Secretary,
        samples::{account, at, mail_id, secretary},
    },
    application::{
        Application, StatusKind,
        samples::{in_every_status, nara_medical, osaka_medical, submitted},
    },
    contact::EmailAddress,
    mail::MailKind,
    settings::PublicText,
};

fn input() -> ChangeInput {
    ChangeInput {
        institution_name: "医療法人社団　大和会 若草山病院".into(),
        institution_code: "１２３－４５６７".into(),
        institution_kind: "hospital".into(),
        prefecture: "奈良県".into(),
        number: "api-1750".into(),
        old_email: "ijika@wakakusa.example.jp".into(),
        new_email: "soumu@wakakusa.example.jp".into(),
    }
}

fn draft() -> AddressChange {
    let id = ChangeId::from_parts(at(0), [7; 10]);
    AddressChange::draft(id, ChangeItems::parse(&input()).unwrap(), at(0))
}

fn requested() -> AddressChange {
    draft().prove(mail_id(1), at(1)).unwrap().next
}

fn forwarded() -> AddressChange {
    requested().forward(&account(), &nara_medical(), mail_id(2), at(2)).unwrap().next
}

fn reason() -> PublicText {
    PublicText::parse("お電話で確認できませんでした。").unwrap()
}

fn new_link() -> NewLink {
    NewLink { mail: mail_id(3), hash: "new".into() }
}

fn completion(account: Account) -> Complete {
    Complete { account, mails: Vec::new(), application: None, new: new_link() }
}

fn completed() -> AddressChange {
    forwarded().complete(completion(account()), &secretary(), at(3)).unwrap().next
}

fn refused() -> AddressChange {
    requested().refuse(&reason(), Decider::Desk(&nara_medical()), mail_id(2), at(2)).unwrap().next
}

/// "requested -> forwarded  to ijika@…" for each state.
fn every_status(verb: impl Fn(AddressChange) -> Result<ChangeDecided, ChangeRefused>) -> String {
    let lines = [draft(), requested(), forwarded(), completed(), refused()].map(|change| {
        let (was, version) = (change.status.as_str(), change.version);
        match verb(change) {
            Ok(decided) => {
                assert_eq!((decided.was, decided.next.version), (version, version + 1));
                let to: Vec<&str> = decided.mails.iter().map(|mail| mail.to.as_str()).collect();
                format!("{was} -> {} mails: {}", decided.next.status.as_str(), to.join(", "))
            }
            Err(error) => format!("{was} -> refused: {error}"),
        }
    });
    lines.join("\n")
}

#[test]
fn each_verb_from_every_status() {
    let prove = every_status(|change| change.prove(mail_id(9), at(9)));
    insta::assert_snapshot!(prove, @r"
    unproven -> requested mails: soumu@wakakusa.example.jp
    requested -> refused: not open: 確認待ち
    forwarded -> refused: not open: 事務局で処理中
    completed -> refused: not open: 変更済
    refused -> refused: not open: 不受理
    ");
    let forward = every_status(|change| change.forward(&account(), &nara_medical(), mail_id(9), at(9)));
    insta::assert_snapshot!(forward, @r"
    unproven -> refused: not of the officer's desk
    requested -> forwarded mails: ijika@wakakusa.example.jp
    forwarded -> refused: not open: 事務局で処理中
    completed -> refused: not open: 変更済
    refused -> refused: not open: 不受理
    ");
    let complete = every_status(|change| change.complete(completion(account()), &secretary(), at(9)));
    insta::assert_snapshot!(complete, @r"
    unproven -> refused: not open: 確認前
    requested -> refused: not open: 確認待ち
    forwarded -> completed mails: soumu@wakakusa.example.jp
    completed -> refused: not open: 変更済
    refused -> refused: not open: 不受理
    ");
    let (desk, office) = (nara_medical(), secretary());
    let by_desk = every_status(|change| change.refuse(&reason(), Decider::Desk(&desk), mail_id(9), at(9)));
    insta::assert_snapshot!(by_desk, @r"
    unproven -> refused: not of the officer's desk
    requested -> refused mails: soumu@wakakusa.example.jp
    forwarded -> refused: not open: 事務局で処理中
    completed -> refused: not open: 変更済
    refused -> refused: not open: 不受理
    ");
    let by_office =
        every_status(|change| change.refuse(&reason(), Decider::Secretariat(&office), mail_id(9), at(9)));
    insta::assert_snapshot!(by_office, @r"
    unproven -> refused: not open: 確認前
    requested -> refused: not open: 確認待ち
    forwarded -> refused mails: soumu@wakakusa.example.jp
    completed -> refused: not open: 変更済
    refused -> refused: not open: 不受理
    ");
}

#[test]
fn who_forwarded_it_neither_completes_nor_refuses_it() {
    let officer = nara_medical();
    let same = Secretary { id: officer.id, name: officer.name };
    let complete = forwarded().complete(completion(account()), &same, at(3));
    assert_eq!(complete, Err(ChangeRefused::SamePerson));
    let refuse = forwarded().refuse(&reason(), Decider::Secretariat(&same), mail_id(9), at(3));
    assert_eq!(refuse, Err(ChangeRefused::SamePerson));
}

#[test]
fn for_another_desk_it_does_not_exist() {
    assert!(!requested().is_visible_to(osaka_medical().desk));
    assert!(!draft().is_visible_to(nara_medical().desk), "not proven yet");
    let forward = requested().forward(&account(), &osaka_medical(), mail_id(9), at(2));
    assert_eq!(forward, Err(ChangeRefused::NotOfThisDesk));
    let osaka = Account { prefecture: osaka_medical().prefecture(), ..account() };
    let forward = requested().forward(&osaka, &nara_medical(), mail_id(9), at(2));
    assert_eq!(forward, Err(ChangeRefused::AccountOfAnotherDesk));
}

#[test]
fn only_the_forwarded_account_changes_and_all_that_was_opened_by_the_old_address_is_void() {
    let decided = forwarded().complete(completion(account()), &secretary(), at(3)).unwrap();
    let moved = Account {
        email: EmailAddress::parse("soumu@wakakusa.example.jp").unwrap(),
        epoch: 3,
        version: 5,
        ..account()
    };
    assert_eq!(decided.also, [Also::ReplaceAccount { account: moved }]);
    let waiting = account().reminder(mail_id(7)).pending(at(0));
    let command = Complete { mails: vec![waiting], ..completion(account()) };
    let also = forwarded().complete(command, &secretary(), at(3)).unwrap().also;
    let called_off =
        also.iter().any(|also| matches!(also, Also::CancelMail { mail } if mail.id == mail_id(7)));
    assert!(called_off, "what waits for the old address stays here: {also:?}");
    let content = &decided.mails[0].content;
    assert!(
        matches!(content, MailContent::ChangeRequest { stage: ChangeStage::Completed { login_id }, .. } if *login_id == account().login_id)
    );
    let other = Account { login_id: LoginId::parse("other123").unwrap(), ..account() };
    let wrong = forwarded().complete(completion(other), &secretary(), at(3));
    assert_eq!(wrong, Err(ChangeRefused::AnotherAccount));
}

/// The state page goes along, and who waits for a first password gets ② there.
#[test]
fn the_application_of_the_account_goes_along() {
    let application = |password_set_at| {
        let issued =
            in_every_status().into_iter().find(|one| one.status.kind() == StatusKind::Issued).unwrap();
        let Status::Issued { login_id, notice, delivered_at, .. } = issued.status.clone() else {
            unreachable!()
        };
        Application { status: Status::Issued { login_id, notice, delivered_at, password_set_at }, ..issued }
    };
    let number = submitted().number;
    let complete = |password, password_set_at| {
        let account = Account { password, application: Some(number), ..account() };
        let command = Complete {
            account,
            mails: Vec::new(),
            application: Some((application(password_set_at), Vec::new())),
            new: new_link(),
        };
        let decided = forwarded().complete(command, &secretary(), at(3)).unwrap();
        let of_application = decided.application.unwrap();
        assert_eq!(of_application.next.form.email.as_str(), "soumu@wakakusa.example.jp");
        assert_eq!(of_application.next.address_epoch(), 1);
        let mails = decided.mails.into_iter().chain(of_application.mails);
        mails.map(|mail| mail.content.kind()).collect::<Vec<_>>()
    };
    assert_eq!(complete(account().password, Some(at(0))), [MailKind::ChangeRequest]);
    assert_eq!(complete(None, None), [MailKind::LoginNotice]);
}

#[test]
fn the_officer_registers_the_address_of_an_application_that_is_under_way() {
    let register = |application: Application| {
        let kind = application.status.kind();
        let command = Register { application, mails: Vec::new(), new: new_link(), warning: mail_id(4) };
        match requested().register(command, &nara_medical(), at(2)) {
            Ok(decided) => {
                let of_application = decided.application.unwrap();
                assert_eq!(of_application.next.form.email.as_str(), "soumu@wakakusa.example.jp");
                assert_eq!(decided.mails[0].to.as_str(), "ijika@wakakusa.example.jp", "the warning");
                format!("{}: {}", kind.as_str(), of_application.mails[0].content.kind())
            }
            Err(refused) => format!("{}: {refused}", kind.as_str()),
        }
    };
    let table = in_every_status().into_iter().map(register).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(table, @r"
    submitted: address-changed
    approved: address-changed
    issuing: advance-notice
    issued: the application is not on its way to an account
    already-entitled: the application is not on its way to an account
    rejected: the application is not on its way to an account
    returned: address-changed
    withdrawn: the application is not on its way to an account
    ");
}

#[test]
fn what_is_typed_is_read_or_every_error_is_told() {
    let items = ChangeItems::parse(&input()).unwrap();
    assert_eq!(items.institution_code.unwrap().as_str(), "1234567");
    assert_eq!(items.number, Some(submitted().number));
    let bare = ChangeInput { institution_code: "　".into(), number: String::new(), ..input() };
    let bare = ChangeItems::parse(&bare).unwrap();
    assert_eq!((bare.institution_code, bare.number), (None, None));
    let wrong =
        ChangeInput { institution_code: "奈良".into(), number: "APL-1".into(), ..ChangeInput::default() };
    let errors = ChangeItems::parse(&wrong).unwrap_err();
    let named: Vec<&str> = errors.iter().map(|error| error.field).collect();
    assert_eq!(named, CHANGE_FIELDS.map(|field| field.name));
    let same = ChangeInput { new_email: "IJIKA@wakakusa.example.jp".into(), ..input() };
    let errors = ChangeItems::parse(&same).unwrap_err();
    assert_eq!(
        errors.message_for("new_email"),
        Some("＊変更後メールアドレスは、変更前とは別のものを入力してください")
    );
}

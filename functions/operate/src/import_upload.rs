//! POST /operate/imports, …/{id}/parts/{part} and …/{id}/check — a file comes in: in parts, which is how the largest
//! files come in, or whole by a plain form, if it is not larger than one request may be.

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Multipart, Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use shared::{
    domain::{
        form::FieldErrors,
        ids::ImportId,
        registry::{Import, ImportRefused, List, PART_BYTES},
    },
    store::CommitError,
    web::{Body, Page, Problem, SeeOther},
};

use crate::{App, operator::Operator};

/// A file that will come in parts.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Announced {
    list: String,
    file_name: String,
    bytes: u32,
}

/// A file that came with the form.
#[derive(Default)]
struct Whole {
    list: String,
    file_name: String,
    content: Bytes,
}

const NO_LIST: &str = "＊一覧の種類を選択してください";
const NO_FILE: &str = "＊ファイルを選択してください";
const TOO_LARGE: &str = "＊ファイルが大きすぎます。40MB以下のファイルを選択してください";

pub(crate) async fn begin(
    State(app): State<App>,
    operator: Operator,
    request: Request,
) -> Result<Response, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
        let form = Multipart::from_request(request, &app).await.map_err(|_| Problem::unsupported_media())?;
        return app.begin_whole(&operator, Whole::read(form).await?).await;
    }
    let Body(announced) = Body::<Announced>::from_request(request, &app).await?;
    match app.new_import(&operator, &announced).await? {
        Ok(import) => Ok(to_import(&import.id).into_response()),
        Err(errors) => app.upload_refused(&operator, announced.list, errors).await,
    }
}

/// One part, as bytes; sent again, it takes the place of the one before.
pub(crate) async fn part(
    State(app): State<App>,
    operator: Operator,
    Path((id, part)): Path<(String, u32)>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let import = app.asked_import(&id).await?;
    let expected = import.part_bytes(part).ok_or_else(no_such_import)?;
    let most = usize::try_from(PART_BYTES).unwrap_or(usize::MAX);
    let bytes = to_bytes(request.into_body(), most).await.map_err(|_| Problem::too_large())?;
    if u32::try_from(bytes.len()).ok() != Some(expected) {
        return Err(Problem::bad_request(
            "ファイルの一部の大きさが正しくありません。もう一度送信してください。",
        ));
    }
    if import.clone().check().is_err() {
        return Err(over());
    }
    app.store.put_part(&import.id, part, bytes.to_vec(), operator.now).await.map_err(unexpected)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn check(
    State(app): State<App>,
    _operator: Operator,
    Path(id): Path<String>,
) -> Result<SeeOther, Problem> {
    let import = app.asked_import(&id).await?;
    app.begin_check(import).await
}

impl App {
    async fn begin_whole(&self, operator: &Operator, whole: Whole) -> Result<Response, Problem> {
        let Whole { list, file_name, content } = whole;
        let bytes = u32::try_from(content.len()).unwrap_or(u32::MAX);
        let announced = Announced { list, file_name, bytes };
        let import = match self.new_import(operator, &announced).await? {
            Ok(import) => import,
            Err(errors) => return self.upload_refused(operator, announced.list, errors).await,
        };
        let most = usize::try_from(PART_BYTES).unwrap_or(usize::MAX);
        for (part, bytes) in (0..).zip(content.chunks(most)) {
            self.store.put_part(&import.id, part, bytes.to_vec(), operator.now).await.map_err(unexpected)?;
        }
        Ok(self.begin_check(import).await?.into_response())
    }

    async fn new_import(
        &self,
        operator: &Operator,
        announced: &Announced,
    ) -> Result<Result<Import, FieldErrors>, Problem> {
        let mut errors = FieldErrors::new();
        let list = List::parse(&announced.list);
        if list.is_none() {
            errors.push("list", NO_LIST);
        }
        let id = ImportId::from_parts(operator.now, self.entropy.bytes::<10>());
        let (name, by) = (&announced.file_name, &operator.secretary);
        let list = list.unwrap_or(List::Institutions);
        let begun = Import::begin(id, list, name, announced.bytes, by, operator.now);
        let begun = begun.map_err(|refused| errors.push("file", sentence_of(refused)));
        let Ok(import) = begun else { return Ok(Err(errors)) };
        if !errors.is_empty() {
            return Ok(Err(errors));
        }
        self.store.commit_import(&import).await.map_err(unexpected)?;
        tracing::info!(
            event = "import_begun",
            import = import.id.as_str(),
            by = import.by.as_str(),
            bytes = import.bytes,
            "an import was begun"
        );
        Ok(Ok(import))
    }

    async fn begin_check(&self, import: Import) -> Result<SeeOther, Problem> {
        let next = import.check().map_err(|_| over())?;
        match self.store.commit_import(&next).await {
            Ok(()) => {
                self.imports.ring_import(&next.id).await;
                Ok(to_import(&next.id))
            }
            Err(CommitError::Lost(_)) => Err(over()),
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    async fn upload_refused(
        &self,
        operator: &Operator,
        list: String,
        errors: FieldErrors,
    ) -> Result<Response, Problem> {
        let page = self.imports_page(&operator.viewer(), list, errors.clone()).await?;
        Ok(Page::invalid(page, errors).into_response())
    }

    pub(crate) async fn asked_import(&self, id: &str) -> Result<Import, Problem> {
        let id = ImportId::parse(id).ok_or_else(no_such_import)?;
        self.store.load_import(&id).await?.ok_or_else(no_such_import)
    }
}

impl Whole {
    async fn read(mut form: Multipart) -> Result<Self, Problem> {
        let mut whole = Self::default();
        let unreadable = |_| Problem::too_large();
        while let Some(field) = form.next_field().await.map_err(unreadable)? {
            match field.name() {
                Some("list") => whole.list = field.text().await.map_err(unreadable)?,
                Some("file") => {
                    whole.file_name = field.file_name().unwrap_or_default().to_owned();
                    whole.content = field.bytes().await.map_err(unreadable)?;
                }
                _ => {}
            }
        }
        Ok(whole)
    }
}

fn sentence_of(refused: ImportRefused) -> &'static str {
    match refused {
        ImportRefused::TooLarge => TOO_LARGE,
        ImportRefused::Empty | ImportRefused::NotNow | ImportRefused::WarningsNotSeen => NO_FILE,
    }
}

pub(crate) fn to_import(id: &ImportId) -> SeeOther {
    SeeOther::to(format!("/operate/imports/{}", id.as_str()))
}

pub(crate) fn no_such_import() -> Problem {
    Problem::not_found().with_next("/operate/imports", "名簿の取込みへ")
}

fn over() -> Problem {
    Problem::conflict("このファイルの送信は既に終わっています。取込みの状況を確認してください。")
        .with_next("/operate/imports", "名簿の取込みへ")
}

/// A new key was taken: a failure of ours, not of who asks.
pub(crate) fn unexpected(error: CommitError) -> Problem {
    match error {
        CommitError::Store(error) => error.into(),
        CommitError::Lost(what) => Problem::internal(what),
    }
}

//! The one table from errors to statuses, with the words that people read.

use axum::http::StatusCode;

/// What can go wrong, as the outside sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemKind {
    BadRequest,
    SignInFirst,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    Conflict,
    Gone,
    TooLarge,
    UnsupportedMedia,
    Unprocessable,
    TooMany,
    Internal,
    Unavailable,
}

/// A row of the table.
struct Row {
    status: StatusCode,
    slug: &'static str,
    title: &'static str,
    detail: &'static str,
    advice: &'static str,
}

impl ProblemKind {
    pub const ALL: [Self; 13] = [
        Self::BadRequest,
        Self::SignInFirst,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::Gone,
        Self::TooLarge,
        Self::UnsupportedMedia,
        Self::Unprocessable,
        Self::TooMany,
        Self::Internal,
        Self::Unavailable,
    ];

    pub fn status(self) -> StatusCode {
        self.row().status
    }

    /// The stable name: in the problem's `type`, in the log, and the anchor on `/help/errors`.
    pub fn slug(self) -> &'static str {
        self.row().slug
    }

    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// What happened, where nothing more exact is known.
    pub fn detail(self) -> &'static str {
        self.row().detail
    }

    /// What to do now.
    pub fn advice(self) -> &'static str {
        self.row().advice
    }

    /// What to do now, where the reader is an officer or the secretariat.
    pub(super) fn advice_to_staff(self) -> &'static str {
        match self {
            Self::SignInFirst => "担当者用ログインから、もう一度ログインしてください。",
            Self::NotFound => {
                "URLと申請番号をご確認いただくか、一覧からお探しください。担当していない都道府県の申請は表示されません。"
            }
            Self::MethodNotAllowed => "一覧から、画面のボタンやリンクをたどって操作してください。",
            Self::Conflict => "申請の画面を開き直し、現在の状態を確認してから操作してください。",
            Self::Internal => {
                "しばらく待ってから、もう一度お試しください。繰り返し表示される場合は、G-MIS事務局へご連絡ください。"
            }
            Self::BadRequest
            | Self::Forbidden
            | Self::Gone
            | Self::TooLarge
            | Self::UnsupportedMedia
            | Self::Unprocessable
            | Self::TooMany
            | Self::Unavailable => self.advice(),
        }
    }

    /// The kind of a status that did not come from a problem of ours.
    pub(super) fn of(status: StatusCode) -> Self {
        let other = if status.is_server_error() { Self::Internal } else { Self::BadRequest };
        Self::ALL.into_iter().find(|kind| kind.status() == status).unwrap_or(other)
    }

    fn row(self) -> Row {
        match self {
            Self::BadRequest => Row {
                status: StatusCode::BAD_REQUEST,
                slug: "bad-request",
                title: "送信された内容を読み取れませんでした",
                detail: "送信された内容の形式が正しくないため、処理できませんでした。",
                advice: "前の画面に戻り、入力内容を確認して、もう一度お試しください。",
            },
            Self::SignInFirst => Row {
                status: StatusCode::UNAUTHORIZED,
                slug: "sign-in-first",
                title: "初めに本人確認が必要です",
                detail: "この画面を開くための確認が済んでいないか、有効時間が過ぎました。",
                advice: "ログイン又はメールアドレスの認証を、初めから行ってください。",
            },
            Self::Forbidden => Row {
                status: StatusCode::FORBIDDEN,
                slug: "forbidden",
                title: "この操作は受け付けられませんでした",
                detail: "このサイトの画面から送信されたことを確認できなかったため、処理を行いませんでした。",
                advice: "最新のブラウザーでこのサイトを開き直し、画面のボタンから操作してください。",
            },
            Self::NotFound => Row {
                status: StatusCode::NOT_FOUND,
                slug: "not-found",
                title: "ページが見つかりません",
                detail: "お探しのページはありません。移動又は削除されたか、URLが間違っている可能性があります。",
                advice: "URLをご確認いただくか、トップページからお探しください。",
            },
            Self::MethodNotAllowed => Row {
                status: StatusCode::METHOD_NOT_ALLOWED,
                slug: "method-not-allowed",
                title: "この方法では開けないページです",
                detail: "このURLは、今の方法では開くことができません。",
                advice: "トップページから、画面のボタンやリンクをたどって操作してください。",
            },
            Self::Conflict => Row {
                status: StatusCode::CONFLICT,
                slug: "conflict",
                title: "ほかの操作が先に行われました",
                detail: "画面を開いている間に状態が変わったため、処理を行いませんでした。",
                advice: "画面を開き直して、現在の状態をご確認ください。",
            },
            Self::Gone => Row {
                status: StatusCode::GONE,
                slug: "gone",
                title: "有効期限が過ぎたか、既に使用されています",
                detail: "このページは有効期限が過ぎたか、既に使用されています。",
                advice: "お手数ですが、初めからやり直してください。",
            },
            Self::TooLarge => Row {
                status: StatusCode::PAYLOAD_TOO_LARGE,
                slug: "too-large",
                title: "送信された内容が大きすぎます",
                detail: "一度に送信できる大きさ（256KB）を超えているため、処理できませんでした。",
                advice: "入力内容を短くして、もう一度お試しください。",
            },
            Self::UnsupportedMedia => Row {
                status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
                slug: "unsupported-media",
                title: "この形式では受け付けられません",
                detail: "フォーム（application/x-www-form-urlencoded）又はJSON（application/json）の形式で送信してください。",
                advice: "画面のボタンから、もう一度お試しください。",
            },
            Self::Unprocessable => Row {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                slug: "unprocessable",
                title: "入力内容に誤りがあります",
                detail: "入力内容に誤りがあるため、処理できませんでした。",
                advice: "「＊」で示された項目を直して、もう一度送信してください。",
            },
            Self::TooMany => Row {
                status: StatusCode::TOO_MANY_REQUESTS,
                slug: "too-many",
                title: "しばらく時間をおいてください",
                detail: "短い時間に操作が繰り返されたため、受け付けを一時的に止めています。",
                advice: "時間をおいてから、もう一度お試しください。",
            },
            Self::Internal => Row {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                slug: "internal",
                title: "システムでエラーが発生しました",
                detail: "システムの内部でエラーが発生し、処理を完了できませんでした。",
                advice: "しばらく待ってから、もう一度お試しください。繰り返し表示される場合は、都道府県の窓口にお問い合わせください。",
            },
            Self::Unavailable => Row {
                status: StatusCode::SERVICE_UNAVAILABLE,
                slug: "unavailable",
                title: "ただいま処理を受け付けられません",
                detail: "アクセスの集中などにより、処理を完了できませんでした。",
                advice: "数分待ってから、もう一度お試しください。",
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_own_status_and_words() {
        let table: Vec<String> = ProblemKind::ALL
            .into_iter()
            .map(|kind| format!("{} {} {}", kind.status().as_u16(), kind.slug(), kind.title()))
            .collect();
        insta::assert_snapshot!(table.join("\n"), @r"
        400 bad-request 送信された内容を読み取れませんでした
        401 sign-in-first 初めに本人確認が必要です
        403 forbidden この操作は受け付けられませんでした
        404 not-found ページが見つかりません
        405 method-not-allowed この方法では開けないページです
        409 conflict ほかの操作が先に行われました
        410 gone 有効期限が過ぎたか、既に使用されています
        413 too-large 送信された内容が大きすぎます
        415 unsupported-media この形式では受け付けられません
        422 unprocessable 入力内容に誤りがあります
        429 too-many しばらく時間をおいてください
        500 internal システムでエラーが発生しました
        503 unavailable ただいま処理を受け付けられません
        ");
    }

    #[test]
    fn a_foreign_status_finds_its_kind() {
        assert_eq!(ProblemKind::of(StatusCode::NOT_FOUND), ProblemKind::NotFound);
        assert_eq!(ProblemKind::of(StatusCode::IM_A_TEAPOT), ProblemKind::BadRequest);
        assert_eq!(ProblemKind::of(StatusCode::BAD_GATEWAY), ProblemKind::Internal);
    }
}

//! The Lambda `issue-account` on AWS.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::run(issue_account::lambda).await
}

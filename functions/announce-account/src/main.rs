//! The Lambda `announce-account` on AWS.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::run(announce_account::lambda).await
}

//! The Lambda `flag-stuck` on AWS.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::run(flag_stuck::lambda).await
}

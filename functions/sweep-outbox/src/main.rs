//! The Lambda `sweep-outbox` on AWS.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::run(sweep_outbox::lambda).await
}

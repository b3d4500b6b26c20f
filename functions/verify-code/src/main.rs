//! The Lambda `verify-code` on AWS.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::run(verify_code::lambda).await
}

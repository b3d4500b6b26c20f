//! The Lambda `request-code` on AWS.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::run(request_code::lambda).await
}

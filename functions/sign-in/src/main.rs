//! The Lambda `sign-in` on AWS.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::run(sign_in::lambda).await
}

//! The Lambda `lift-suppression` on AWS.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::run(lift_suppression::lambda).await
}

//! The Lambda `record-delivery` on AWS.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::run(record_delivery::lambda).await
}

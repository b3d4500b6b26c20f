//! The Lambda `send-mail` on AWS.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::run(send_mail::lambda).await
}

//! The Lambda `import-institutions` on AWS.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::run(import_institutions::lambda).await
}

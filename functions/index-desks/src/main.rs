//! The Lambda `index-desks` on AWS.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    shared::runtime::run(index_desks::lambda).await
}

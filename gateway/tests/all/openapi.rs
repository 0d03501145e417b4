//! The published document is the code's.

#[test]
fn the_published_openapi_document_is_what_the_code_says() {
    let published = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json"));
    assert!(
        published.is_ok_and(|text| text == jingbao_gateway::serve::openapi()),
        "run: cargo run -p jingbao-gateway -- openapi > docs/openapi.json"
    );
}

//! `jingbao-bindgen generate LIBRARY --language kotlin|swift|python -o DIR`: uniffi's own generator, pinned to the version the library was built with.

fn main() {
    uniffi::uniffi_bindgen_main();
}

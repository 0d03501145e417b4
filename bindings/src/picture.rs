//! A code as the modules of a QR code, for the apps to draw: the same picture on both systems. Ends in the picture, or in
//! none for a text that no QR code holds. Not its business: which text, and reading codes, which the phone's camera does.

use jingbao_core::exchange::Picture;

/// Light and dark modules of a QR code, quiet zone included.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct CodePicture {
    /// Version of the code, 1 to 40: the lower, the coarser.
    pub version: u8,
    /// Modules of one side.
    pub side: u32,
    /// `side` × `side` from left to right and from top to bottom: 1 is dark.
    pub modules: Vec<u8>,
}

/// The picture of a code that `showCode`, `livingCode` or `challenge` gave; none when the text is too long for any.
#[uniffi::export]
pub fn picture_of(code: &str) -> Option<CodePicture> {
    let picture = Picture::of(code)?;
    let modules = picture.dark.into_iter().map(u8::from).collect();
    Some(CodePicture { version: picture.version, side: u32::try_from(picture.side).ok()?, modules })
}

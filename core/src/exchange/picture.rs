//! A code as a picture: a QR code (ISO/IEC 18004) with the quiet zone that the standard asks for, at level M, or at L where
//! M would be finer than version 25. Not its business: which text, and showing it.

use std::{fmt::Write, io::Cursor};

use qrcode::{Color, EcLevel, QrCode, Version};

/// Light modules around the code.
const QUIET: usize = 4;
/// The finest grid at level M; a living code with its face is finer still.
const FINEST_M: i16 = 25;

/// Light and dark modules, from left to right and from top to bottom, quiet zone included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Version of the code, 1 to 40: the lower, the coarser.
    pub version: u8,
    /// Modules of one side.
    pub side: usize,
    /// `side` × `side`; true is dark.
    pub dark: Vec<bool>,
}

impl Picture {
    /// The picture of a text; none when it is too long for any.
    pub fn of(text: &str) -> Option<Picture> {
        let made = |level| QrCode::with_error_correction_level(text, level).ok();
        let coarse = |code: &QrCode| matches!(code.version(), Version::Normal(version) if version <= FINEST_M);
        let code = made(EcLevel::M).filter(coarse).or_else(|| made(EcLevel::L))?;
        let Version::Normal(version) = code.version() else { return None };
        let (width, modules) = (code.width(), code.to_colors());
        let side = width + 2 * QUIET;
        let mut dark = vec![false; side * side];
        for (place, colour) in modules.iter().enumerate() {
            dark[(place / width + QUIET) * side + place % width + QUIET] = *colour == Color::Dark;
        }
        Some(Picture { version: u8::try_from(version).ok()?, side, dark })
    }

    /// The dark modules as one path of unit squares.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for (place, _) in self.dark.iter().enumerate().filter(|(_, dark)| **dark) {
            // Writing to a string cannot fail.
            _ = write!(path, "M{} {}h1v1h-1z", place % self.side, place / self.side);
        }
        path
    }

    /// A whole SVG document.
    pub fn svg(&self) -> String {
        let (side, path) = (self.side, self.path());
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{px}\" height=\"{px}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>\n",
            px = side * 4,
        )
    }

    /// Grey values with `scale` pixels a module; the side in pixels, and a byte a pixel.
    pub fn grey(&self, scale: usize) -> (usize, Vec<u8>) {
        let px = self.side * scale;
        let shade = |at: usize| if self.dark[(at / px / scale) * self.side + at % px / scale] { 0 } else { 255 };
        (px, (0..px * px).map(shade).collect())
    }

    /// A PNG with `scale` pixels a module; none when it cannot be written.
    pub fn png(&self, scale: u8) -> Option<Vec<u8>> {
        let (px, grey) = self.grey(usize::from(scale.max(1)));
        let side = u32::try_from(px).ok()?;
        let mut file = Cursor::new(Vec::new());
        image::GrayImage::from_raw(side, side, grey)?.write_to(&mut file, image::ImageFormat::Png).ok()?;
        Some(file.into_inner())
    }
}

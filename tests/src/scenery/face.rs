//! The face of a specialist who does not exist: a drawing with a safety vest.

use super::chance::Chance;

/// A portrait as SVG, 480 × 600.
pub(super) fn face(seed: u64) -> String {
    let chance = &mut Chance::new(seed, "face");
    let skin = chance.pick(&["#e8b995", "#d9a47f", "#f0c8a6"]);
    let hair = chance.pick(&["#1d1a19", "#2b2320", "#3a3330"]);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="480" height="600" viewBox="0 0 480 600">
<rect width="480" height="600" fill="#c9d6df"/>
<path d="M40 600c0-120 70-170 200-170s200 50 200 170z" fill="#33475b"/>
<path d="M90 600c6-96 50-150 110-160l40 60 40-60c60 10 104 64 110 160z" fill="#f2c500"/>
<path d="M130 600c4-70 22-112 46-134l14 8c-20 30-30 70-32 126zm220 0c-4-70-22-112-46-134l-14 8c20 30 30 70 32 126z" fill="#dfe3e6"/>
<path d="M196 380h88v62c0 30-88 30-88 0z" fill="{skin}"/>
<ellipse cx="240" cy="270" rx="104" ry="132" fill="{skin}"/>
<path d="M132 262c-14-116 44-176 112-176s118 66 104 176c-10-62-40-88-104-92-66 4-100 32-112 92z" fill="{hair}"/>
<circle cx="202" cy="272" r="9" fill="#20201f"/><circle cx="278" cy="272" r="9" fill="#20201f"/>
<path d="M240 288l-10 44h22" fill="none" stroke="#a86f4c" stroke-width="5"/>
<path d="M204 356c22 18 50 18 72 0" fill="none" stroke="#8d4a3c" stroke-width="7" stroke-linecap="round"/>
</svg>"##
    )
}

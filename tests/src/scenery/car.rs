//! Cars from the side, from behind and from the front, each standing on y = 0 of its own grid.

use super::{
    chance::Chance,
    plate::{Plate, plate},
};

/// How a car looks.
#[derive(Clone, Copy)]
pub(super) struct Car {
    pub(super) paint: &'static str,
    pub(super) dark: &'static str,
    pub(super) plate: Plate,
    /// Which characters stand on the plate; the same in every shot.
    pub(super) number: u64,
    /// The yellow stripe and lamp of a survey car.
    pub(super) survey: bool,
}

const WHEEL: &str = r##"<circle r="35" fill="#14161a"/><circle r="22" fill="#8f969d"/><circle r="19" fill="#3a3f45"/><path d="M0,-18V18M-18,0H18M-13,-13L13,13M-13,13L13,-13" stroke="#aab1b8" stroke-width="4"/><circle r="5" fill="#c9ced3"/>"##;

impl Car {
    /// Facing right, 430 wide, about 140 high.
    pub(super) fn side(&self) -> String {
        let (paint, dark) = (self.paint, self.dark);
        let body = "M8,-40C6,-66 16,-80 56,-86L104,-92C134,-126 166,-142 222,-142C276,-142 306,-126 336,-94L398,-84C422,-79 428,-62 425,-40L418,-26L16,-26Z";
        let mut svg = format!(
            r##"<ellipse cx="215" cy="4" rx="222" ry="13" fill="#06080b" opacity=".55"/><path d="{body}" fill="{paint}"/><path d="M10,-56C60,-64 380,-64 426,-54L425,-40L418,-26L16,-26L8,-40Z" fill="{dark}" opacity=".75"/><path d="M30,-80C120,-94 320,-94 404,-80" stroke="#fff" stroke-width="3" opacity=".45" fill="none"/>"##
        );
        svg += r##"<path d="M120,-93C146,-120 172,-132 212,-132V-93Z" fill="url(#glass)"/><path d="M222,-132C264,-132 290,-120 318,-93H222Z" fill="url(#glass)"/><path d="M217,-138V-30M112,-90C108,-70 112,-44 122,-30M330,-88C326,-66 318,-44 312,-30" stroke="#000" stroke-width="2" opacity=".35" fill="none"/><path d="M232,-82h24M128,-82h24" stroke="#e8edf0" stroke-width="5" opacity=".7"/>"##;
        svg += r##"<path d="M396,-83C414,-80 424,-74 425,-62L402,-66Z" fill="#f6f2cf"/><path d="M12,-76C22,-82 34,-84 46,-85L42,-66L9,-62Z" fill="#c8242b"/><path d="M30,-72l8,-2" stroke="#ff8d80" stroke-width="4"/>"##;
        for x in [92, 338] {
            svg += &format!(
                r##"<path d="M{0},-26A42,42 0 0 1 {1},-26Z" fill="#0b0d10"/><g transform="translate({x},-33)">{WHEEL}</g>"##,
                x - 42,
                x + 42
            );
        }
        if self.survey {
            svg += r##"<path d="M14,-62C80,-72 350,-72 424,-60L424,-50C350,-60 80,-60 12,-50Z" fill="#f5c518"/><path d="M150,-52h60l-8,12h-60z" fill="#f5c518" opacity=".8"/><rect x="188" y="-154" width="66" height="14" rx="5" fill="#ffb21a"/><rect x="196" y="-152" width="20" height="9" fill="#fff3c4"/>"##;
        }
        svg
    }

    /// 300 wide, about 226 high.
    pub(super) fn rear(&self) -> String {
        let mut svg = self.shell();
        svg += r##"<path d="M88,-158L106,-208C112,-215 188,-215 194,-208L212,-158Z" fill="url(#glass)"/><path d="M112,-166L120,-200" stroke="#dfe9ee" stroke-width="4" opacity=".5"/><path d="M22,-142C44,-150 70,-150 88,-146L84,-118C60,-116 36,-116 20,-120Z" fill="#b5151d"/><path d="M278,-142C256,-150 230,-150 212,-146L216,-118C240,-116 264,-116 280,-120Z" fill="#b5151d"/><path d="M30,-134h44M226,-134h44" stroke="#ff7a6e" stroke-width="7"/><rect x="16" y="-74" width="268" height="42" rx="14" fill="#1d2126" opacity=".55"/><path d="M60,-44h40M200,-44h40" stroke="#70777d" stroke-width="8"/>"##;
        if self.survey {
            svg += r##"<path d="M20,-114H280V-100H20Z" fill="#f5c518"/><rect x="112" y="-238" width="76" height="14" rx="5" fill="#ffb21a"/><rect x="124" y="-235" width="22" height="8" fill="#fff3c4"/>"##;
        }
        svg + &self.plate_at(100.0, -112.0, 100.0)
    }

    /// 300 wide, about 226 high.
    pub(super) fn front(&self) -> String {
        let mut svg = self.shell();
        svg += r##"<path d="M84,-154L104,-208C112,-215 188,-215 196,-208L216,-154Z" fill="url(#glass)"/><path d="M108,-162L120,-202M128,-160L138,-202" stroke="#dfe9ee" stroke-width="4" opacity=".45"/><path d="M110,-156L176,-170" stroke="#0c0e11" stroke-width="3"/><path d="M24,-140C50,-142 70,-132 86,-118L76,-106C54,-106 34,-112 22,-122Z" fill="#f7f3d6"/><path d="M276,-140C250,-142 230,-132 214,-118L224,-106C246,-106 266,-112 278,-122Z" fill="#f7f3d6"/><circle cx="50" cy="-124" r="9" fill="#fff"/><circle cx="250" cy="-124" r="9" fill="#fff"/><path d="M98,-122H202L192,-92H108Z" fill="#0f1215"/><path d="M102,-114H198M105,-106H195M108,-98H192" stroke="#5b6269" stroke-width="2"/><rect x="16" y="-78" width="268" height="46" rx="14" fill="#1d2126" opacity=".45"/>"##;
        if self.survey {
            svg += r##"<path d="M92,-146H208L214,-134H86Z" fill="#f5c518"/><rect x="112" y="-238" width="76" height="14" rx="5" fill="#ffb21a"/>"##;
        }
        svg + &self.plate_at(103.0, -76.0, 94.0)
    }

    /// The car's plate, `w` wide with its left top corner at (x, y).
    pub(super) fn plate_at(&self, x: f64, y: f64, w: f64) -> String {
        plate(self.plate, x, y, w, &mut Chance::new(self.number, "plate"))
    }

    fn shell(&self) -> String {
        let (paint, dark) = (self.paint, self.dark);
        format!(
            r##"<ellipse cx="150" cy="2" rx="160" ry="13" fill="#06080b" opacity=".55"/><rect x="30" y="-52" width="50" height="52" rx="10" fill="#101215"/><rect x="220" y="-52" width="50" height="52" rx="10" fill="#101215"/><path d="M14,-42L12,-122C14,-144 36,-154 60,-157L86,-214C94,-230 206,-230 214,-214L240,-157C264,-154 286,-144 288,-122L286,-42C286,-32 278,-28 268,-28H32C22,-28 14,-32 14,-42Z" fill="{paint}"/><path d="M14,-42L13,-84H287L286,-42C286,-32 278,-28 268,-28H32C22,-28 14,-32 14,-42Z" fill="{dark}" opacity=".7"/><path d="M62,-156H238" stroke="#fff" stroke-width="3" opacity=".4"/><path d="M4,-150h18v18h-14zM296,-150h-18v18h14z" fill="{dark}"/>"##
        )
    }
}

//! The street around the cars: a wet afternoon, houses, lane lines that run to one point, rain in front of it all.

use super::chance::Chance;

pub(super) const WIDTH: f64 = 1600.0;
pub(super) const HEIGHT: f64 = 1200.0;

/// Colours that several parts share.
pub(super) const DEFS: &str = r##"<defs>
<linearGradient id="sky" x2="0" y2="1"><stop offset="0" stop-color="#6f7f8e"/><stop offset="1" stop-color="#c3ccd1"/></linearGradient>
<linearGradient id="road" x2="0" y2="1"><stop offset="0" stop-color="#7c858b"/><stop offset=".3" stop-color="#565d63"/><stop offset="1" stop-color="#34393e"/></linearGradient>
<linearGradient id="glass" x2="0" y2="1"><stop offset="0" stop-color="#9fb4c1"/><stop offset="1" stop-color="#2a3640"/></linearGradient>
<linearGradient id="plateBlue" x2="0" y2="1"><stop offset="0" stop-color="#1c56c9"/><stop offset="1" stop-color="#0c3a9a"/></linearGradient>
<linearGradient id="plateGreen" x2="0" y2="1"><stop offset="0" stop-color="#e9f5e6"/><stop offset="1" stop-color="#35b36b"/></linearGradient>
<linearGradient id="sheen" x2="0" y2="1"><stop offset="0" stop-color="#dfe7ec" stop-opacity=".5"/><stop offset="1" stop-color="#dfe7ec" stop-opacity="0"/></linearGradient>
<radialGradient id="edge" r=".75"><stop offset=".6" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".45"/></radialGradient>
<radialGradient id="glow"><stop offset="0" stop-color="#ffd9a0" stop-opacity=".9"/><stop offset="1" stop-color="#ffd9a0" stop-opacity="0"/></radialGradient>
</defs>"##;

/// Sky, houses and trees down to the horizon at `y`.
pub(super) fn town(y: f64, chance: &mut Chance) -> String {
    let mut svg = format!(r##"<rect width="{WIDTH}" height="{y}" fill="url(#sky)"/>"##);
    let mut x = -40.0;
    while x < WIDTH {
        let (w, h) = (chance.between(110.0, 230.0), chance.between(0.35, 0.95) * y);
        let tone = chance.pick(&["#8d8478", "#7b8288", "#9a8b7c", "#6d747b", "#a39a8d"]);
        let top = y - h;
        svg += &format!(
            r##"<rect x="{x:.0}" y="{top:.0}" width="{w:.0}" height="{h:.0}" fill="{tone}"/><rect x="{x:.0}" y="{top:.0}" width="{w:.0}" height="8" fill="#4d5257" opacity=".5"/>"##
        );
        let mut row = top + 26.0;
        while row < y - 60.0 {
            let mut column = x + 16.0;
            while column < x + w - 26.0 {
                let light = if chance.between(0.0, 1.0) < 0.22 { "#f3d38a" } else { "#4a545d" };
                svg += &format!(
                    r##"<rect x="{column:.0}" y="{row:.0}" width="17" height="22" fill="{light}" opacity=".8"/>"##
                );
                column += 32.0;
            }
            row += 44.0;
        }
        // A shop at the foot of the house.
        let sign = chance.pick(&["#b5473c", "#2f6f8f", "#3f7d53", "#b98a2e"]);
        svg += &format!(
            r##"<rect x="{:.0}" y="{:.0}" width="{:.0}" height="18" fill="{sign}" opacity=".85"/><rect x="{:.0}" y="{:.0}" width="{:.0}" height="30" fill="#2b3238"/>"##,
            x + 8.0,
            y - 52.0,
            w - 16.0,
            x + 10.0,
            y - 32.0,
            w - 20.0
        );
        x += w + chance.between(-6.0, 14.0);
    }
    for _ in 0..9 {
        let (x, r) = (chance.between(0.0, WIDTH), chance.between(36.0, 62.0));
        svg += &format!(
            r##"<path d="M{x:.0},{y:.0}v-80" stroke="#3d3630" stroke-width="8"/><circle cx="{x:.0}" cy="{:.0}" r="{r:.0}" fill="#3f5a45"/><circle cx="{:.0}" cy="{:.0}" r="{:.0}" fill="#4d6b50"/>"##,
            y - 105.0,
            x - r * 0.35,
            y - 120.0,
            r * 0.65
        );
    }
    svg
}

/// A road in perspective from the horizon at `y` to the viewer, with lane lines, kerbs and puddles.
pub(super) fn road(y: f64, chance: &mut Chance) -> String {
    let vanish = WIDTH / 2.0 + chance.between(-60.0, 60.0);
    let down = HEIGHT - y;
    let mut svg = format!(
        r##"<rect y="{y}" width="{WIDTH}" height="{down}" fill="#8b8f8e"/><path d="M{:.0},{y}L{:.0},{y}L{:.0},{HEIGHT}L{:.0},{HEIGHT}Z" fill="url(#road)"/>"##,
        vanish - 120.0,
        vanish + 120.0,
        WIDTH + 500.0,
        -500.0
    );
    svg += &format!(r##"<rect y="{y}" width="{WIDTH}" height="{:.0}" fill="url(#sheen)"/>"##, down * 0.45);
    // A point on a line that ends so far from the middle at the viewer's feet, `t` of the way down.
    let at = |end: f64, t: f64| (vanish + (end / 10.0) * (1.0 - t) + end * t, y + down * t);
    let stripe = |end: f64, from: f64, to: f64, width: f64, colour: &str| {
        let ((x0, y0), (x1, y1)) = (at(end, from), at(end, to));
        let (w0, w1) = (width * (0.1 + 0.9 * from), width * (0.1 + 0.9 * to));
        format!(
            r##"<path d="M{:.1},{y0:.1}L{:.1},{y0:.1}L{:.1},{y1:.1}L{:.1},{y1:.1}Z" fill="{colour}" opacity=".88"/>"##,
            x0 - w0,
            x0 + w0,
            x1 + w1,
            x1 - w1
        )
    };
    for lane in [-420.0, 420.0] {
        let mut t: f64 = 0.015;
        while t < 1.0 {
            // Dashes look shorter the farther they are.
            let end = (t * 1.55 + 0.02).min(1.05);
            svg += &stripe(lane, t, end, 15.0, "#eef1f2");
            t = end * 1.5 + 0.02;
        }
    }
    svg += &stripe(-1180.0, 0.0, 1.0, 14.0, "#e7c64a");
    svg += &stripe(-1240.0, 0.0, 1.0, 14.0, "#e7c64a");
    svg += &stripe(1180.0, 0.0, 1.0, 18.0, "#eef1f2");
    for _ in 0..7 {
        let (x, t) = (chance.between(60.0, WIDTH - 60.0), chance.between(0.3, 0.95));
        svg += &format!(
            r##"<ellipse cx="{x:.0}" cy="{:.0}" rx="{:.0}" ry="{:.0}" fill="#aebac2" opacity=".3"/>"##,
            y + down * t,
            220.0 * t,
            26.0 * t
        );
    }
    svg
}

/// The same road seen from the pavement: everything on it runs from left to right.
pub(super) fn road_across(y: f64, chance: &mut Chance) -> String {
    let down = HEIGHT - y;
    let mut svg = format!(
        r##"<rect y="{y}" width="{WIDTH}" height="{down}" fill="#8b8f8e"/><rect y="{:.0}" width="{WIDTH}" height="12" fill="#c2c6c6"/><rect y="{:.0}" width="{WIDTH}" height="{down}" fill="url(#road)"/><rect y="{:.0}" width="{WIDTH}" height="{:.0}" fill="url(#sheen)"/>"##,
        y + 40.0,
        y + 52.0,
        y + 52.0,
        down * 0.4
    );
    // A line so far down the road, the thicker the nearer.
    let mut line = |part: f64, dash: f64, colour: &str| {
        let (top, thick) = (y + down * part, 6.0 + 16.0 * part);
        let mut x = if dash > 0.0 { chance.between(-dash, 0.0) } else { -10.0 };
        while x < WIDTH {
            let long = if dash > 0.0 { dash } else { WIDTH + 20.0 };
            svg += &format!(
                r##"<rect x="{x:.0}" y="{top:.0}" width="{long:.0}" height="{thick:.0}" fill="{colour}" opacity=".85"/>"##
            );
            x += long * 2.3;
        }
    };
    line(0.13, 0.0, "#eef1f2");
    line(0.34, 170.0, "#eef1f2");
    line(0.86, 330.0, "#eef1f2");
    for _ in 0..6 {
        let (x, t) = (chance.between(60.0, WIDTH - 60.0), chance.between(0.3, 0.95));
        svg += &format!(
            r##"<ellipse cx="{x:.0}" cy="{:.0}" rx="{:.0}" ry="{:.0}" fill="#aebac2" opacity=".28"/>"##,
            y + down * t,
            230.0 * t,
            24.0 * t
        );
    }
    svg
}

/// Rain, drops on the lens and the darker edges of a phone's picture; drawn last.
pub(super) fn weather(chance: &mut Chance) -> String {
    let mut path = String::new();
    for _ in 0..230 {
        let (x, y, l) = (chance.between(0.0, WIDTH), chance.between(-40.0, HEIGHT), chance.between(18.0, 46.0));
        path += &format!("M{x:.0},{y:.0}l{:.0},{l:.0}", -l * 0.22);
    }
    let mut svg = format!(r##"<path d="{path}" stroke="#e8eff4" stroke-width="1.6" opacity=".3" fill="none"/>"##);
    for _ in 0..8 {
        let (x, y, r) = (chance.between(0.0, WIDTH), chance.between(0.0, HEIGHT), chance.between(5.0, 13.0));
        svg += &format!(r##"<circle cx="{x:.0}" cy="{y:.0}" r="{r:.0}" fill="#fff" opacity=".13"/>"##);
    }
    svg + &format!(r##"<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#edge)"/>"##)
}

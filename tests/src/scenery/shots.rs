//! One drawing for each shot slot of a rear-end: A was hit from behind, B drove into it, the survey car stands by.

use super::{
    backdrop::{DEFS, HEIGHT, WIDTH, road, road_across, town, weather},
    car::Car,
    chance::Chance,
    plate::Plate,
};

/// The drawing of a shot as SVG, 1600 × 1200. An unknown shot is the scene from the side.
pub fn draw(shot: &str, seed: u64) -> String {
    let chance = &mut Chance::new(seed, shot);
    let cast = Cast::of(seed);
    let picture = match shot {
        "scene_front" => cast.seen_from_the_front(chance),
        "scene_rear" | "lane_lines" => cast.seen_from_behind(chance, shot == "lane_lines"),
        "contact_close" => cast.contact(chance, 3.1),
        "damage_a" | "damage_b" => cast.damage(chance, shot == "damage_a"),
        "plate_a" | "plate_b" => cast.plate(chance, shot == "plate_a"),
        "marks_debris" => cast.debris(chance),
        "moved_position" => cast.moved(chance),
        _ => cast.contact(chance, 1.45),
    };
    let weather = weather(chance);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">{DEFS}{picture}{weather}</svg>"##
    )
}

/// The cars, the same in every shot of one seed.
struct Cast {
    a: Car,
    b: Car,
    survey: Car,
}

fn put(car: &str, x: f64, y: f64, scale: f64) -> String {
    // Under each car its picture in the wet road, upside down and short.
    format!(
        r##"<g transform="translate({x:.0},{y:.0}) scale({scale:.3},{:.3})" opacity=".2">{car}</g><g transform="translate({x:.0},{y:.0}) scale({scale:.3})">{car}</g>"##,
        -scale * 0.55
    )
}

impl Cast {
    fn of(seed: u64) -> Cast {
        const PAINTS: [(&str, &str); 6] = [
            ("#c9ced2", "#7c848b"),
            ("#a8202a", "#5c0f16"),
            ("#2d4f7c", "#16283f"),
            ("#e9e7e1", "#97948c"),
            ("#3a3d42", "#1b1d20"),
            ("#7d5a3c", "#40301f"),
        ];
        let chance = &mut Chance::new(seed, "cast");
        let first = chance.between(0.0, 5.99) as usize;
        let second = (first + 1 + chance.between(0.0, 4.99) as usize) % PAINTS.len();
        let car = |(paint, dark), plate, nth| Car { paint, dark, plate, number: seed * 3 + nth, survey: false };
        Cast {
            a: car(PAINTS[first], Plate::Ordinary, 0),
            b: car(PAINTS[second], Plate::NewEnergy, 1),
            survey: Car {
                paint: "#f3f5f6",
                dark: "#aeb6bc",
                plate: Plate::Ordinary,
                number: seed * 3 + 2,
                survey: true,
            },
        }
    }

    fn seen_from_behind(&self, chance: &mut Chance, low: bool) -> String {
        let horizon = if low { 330.0 } else { 430.0 };
        let street = [town(horizon, chance), road(horizon, chance)].concat();
        let shift = chance.between(-30.0, 30.0);
        let (y, scale) = if low { (720.0, 1.15) } else { (960.0, 2.1) };
        let ahead =
            put(&self.a.rear(), 720.0 + shift + if low { 40.0 } else { 70.0 }, y - 120.0 * scale / 2.1, scale * 0.78);
        let behind = put(&self.b.rear(), 560.0 + shift + if low { 90.0 } else { 0.0 }, y, scale);
        let survey = put(&self.survey.rear(), 1190.0 + shift, y - 90.0, scale * 0.62);
        street + &ahead + &survey + &behind
    }

    fn seen_from_the_front(&self, chance: &mut Chance) -> String {
        let street = [town(430.0, chance), road(430.0, chance)].concat();
        let shift = chance.between(-30.0, 30.0);
        let survey = put(&self.survey.front(), 210.0 + shift, 820.0, 1.15);
        let behind = put(&self.b.front(), 720.0 + shift, 850.0, 1.65);
        let ahead = put(&self.a.front(), 560.0 + shift, 980.0, 2.15);
        street + &survey + &behind + &ahead
    }

    /// Both cars from the side, bumper in bumper; the nearer the more the crumple shows.
    fn contact(&self, chance: &mut Chance, scale: f64) -> String {
        let (horizon, ground) = (470.0, if scale > 2.0 { 1010.0 } else { 900.0 });
        let street = [town(horizon, chance), road_across(horizon, chance)].concat();
        let middle = 800.0 + chance.between(-25.0, 25.0);
        let bitten = 14.0 * scale;
        let a = put(&self.a.side(), middle - bitten * 0.5, ground, scale);
        let b = put(&self.b.side(), middle - 430.0 * scale + bitten * 0.5, ground + 6.0, scale);
        let survey = if scale > 2.0 { String::new() } else { put(&self.survey.side(), 90.0, 690.0, 0.75) };
        street
            + &survey
            + &a
            + &b
            + &crumple(chance, middle, ground - 58.0 * scale, scale)
            + &shards(chance, middle, ground + 8.0, 22)
    }

    fn damage(&self, chance: &mut Chance, of_a: bool) -> String {
        let street = [town(300.0, chance), road(300.0, chance)].concat();
        let car = if of_a { self.a.rear() } else { self.b.front() };
        let side = if of_a { 1180.0 } else { 420.0 };
        street + &put(&car, 95.0, 1130.0, 4.7) + &crumple(chance, side, 640.0, 4.2) + &cracks(chance, side, 590.0)
    }

    fn plate(&self, chance: &mut Chance, of_a: bool) -> String {
        let car = if of_a { self.a } else { self.b };
        let (paint, dark) = (car.paint, car.dark);
        let tilt = chance.between(-2.5, 2.5);
        let big = car.plate_at(330.0, 470.0, 940.0);
        format!(
            r##"<rect width="1600" height="1200" fill="{paint}"/><rect width="1600" height="330" fill="url(#glass)" opacity=".35"/><path d="M0,330C500,300 1100,300 1600,330" stroke="#fff" stroke-width="8" opacity=".35" fill="none"/><path d="M0,900C500,870 1100,870 1600,900V1200H0Z" fill="{dark}"/><path d="M240,410H1360L1390,850H210Z" fill="{dark}" opacity=".65"/><g transform="rotate({tilt:.1} 800 600)">{big}<circle cx="520" cy="486" r="11" fill="#c9ced2"/><circle cx="1080" cy="486" r="11" fill="#c9ced2"/></g><path d="M700,372h200v24h-200z" fill="#f5efcf" opacity=".8"/>"##
        ) + &cracks(chance, 1240.0, 900.0)
            + &drops(chance)
    }

    fn debris(&self, chance: &mut Chance) -> String {
        let street = road(-500.0, chance);
        let mut marks = String::new();
        for x in [430.0, 760.0] {
            marks += &format!(
                r##"<path d="M{x},1200C{:.0},800 {:.0},500 {:.0},0" stroke="#15181b" stroke-width="46" opacity=".45" fill="none"/>"##,
                x + 30.0,
                x + 60.0,
                x + 140.0
            );
        }
        street + &marks + &shards(chance, 800.0, 640.0, 90)
    }

    fn moved(&self, chance: &mut Chance) -> String {
        let street = [town(450.0, chance), road(450.0, chance)].concat();
        let a = put(&self.a.rear(), 1000.0, 800.0, 1.25);
        let b = put(&self.b.rear(), 1050.0, 1010.0, 1.75);
        let survey = put(&self.survey.rear(), 985.0, 690.0, 0.8);
        let triangle = r##"<path d="M420,1120L500,980L580,1120Z" fill="none" stroke="#d8322a" stroke-width="26" stroke-linejoin="round"/><path d="M420,1120L500,980L580,1120Z" fill="none" stroke="#ff9d8f" stroke-width="6"/><path d="M400,1140H600" stroke="#202326" stroke-width="10"/>"##;
        street + &survey + &a + &b + triangle
    }
}

/// Bent sheet metal around (x, y).
fn crumple(chance: &mut Chance, x: f64, y: f64, scale: f64) -> String {
    let mut svg = String::new();
    for _ in 0..16 {
        let (dx, dy) = (chance.between(-20.0, 20.0) * scale, chance.between(-16.0, 24.0) * scale);
        let (w, h) = (chance.between(4.0, 15.0) * scale, chance.between(3.0, 10.0) * scale);
        let tone = chance.pick(&["#0d0f11", "#23272b", "#d5dade", "#767d83"]);
        let (left, top) = (x + dx, y + dy);
        svg += &format!(
            r##"<path d="M{left:.0},{top:.0}l{w:.0},{:.0}l{:.0},{h:.0}l{:.0},{:.0}Z" fill="{tone}" opacity=".62"/>"##,
            -h * 0.4,
            w * 0.2,
            -w * 0.9,
            h * 0.3
        );
    }
    svg
}

/// Cracks that run out from (x, y).
fn cracks(chance: &mut Chance, x: f64, y: f64) -> String {
    let mut path = String::new();
    for nth in 0..9 {
        let angle = f64::from(nth) * 0.7 + chance.between(-0.2, 0.2);
        let (mut px, mut py) = (x, y);
        path += &format!("M{px:.0},{py:.0}");
        for _ in 0..4 {
            let step = chance.between(18.0, 60.0);
            let turn = angle + chance.between(-0.5, 0.5);
            (px, py) = (px + step * turn.cos(), py + step * turn.sin() * 0.8);
            path += &format!("L{px:.0},{py:.0}");
        }
    }
    format!(
        r##"<path d="{path}" stroke="#0c0e10" stroke-width="5" opacity=".75" fill="none"/><path d="{path}" transform="translate(2,3)" stroke="#fff" stroke-width="2" opacity=".4" fill="none"/>"##
    )
}

/// Glass and plastic on the road around (x, y).
fn shards(chance: &mut Chance, x: f64, y: f64, count: u32) -> String {
    let spread = f64::from(count) * 7.0;
    let mut svg = String::new();
    for _ in 0..count {
        let (px, py) = (x + chance.between(-spread, spread), y + chance.between(-0.35, 0.6) * spread * 0.5);
        let size = chance.between(5.0, 19.0);
        let tone = chance.pick(&["#e9f0f3", "#c03a30", "#f0d9a0", "#30353a", "#b9c7cf"]);
        svg += &format!(
            r##"<path d="M{px:.0},{py:.0}l{size:.0},{:.0}l{:.0},{:.0}Z" fill="{tone}" opacity=".9"/>"##,
            -size * 0.4,
            -size * 0.3,
            size * 0.7
        );
    }
    svg
}

fn drops(chance: &mut Chance) -> String {
    let drop = |chance: &mut Chance| {
        let (x, y, r) = (chance.between(0.0, WIDTH), chance.between(0.0, HEIGHT), chance.between(3.0, 9.0));
        format!(r##"<ellipse cx="{x:.0}" cy="{y:.0}" rx="{r:.0}" ry="{:.0}" fill="#fff" opacity=".28"/>"##, r * 1.3)
    };
    (0..140).map(|_| drop(chance)).collect()
}

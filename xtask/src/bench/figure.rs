//! One figure of the bench: a flat JSON object on one line, `{"name","ours","limit","ratio","unit"}`.
//! `ours` and what it is compared with are measured in the same run; `limit` is the highest ratio that passes.
//! Not its business: JSON in general; whatever is not this shape is not a figure.

/// What was measured.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    pub(super) name: String,
    ours: f64,
    limit: f64,
    ratio: f64,
    unit: String,
}

impl Figure {
    /// Reads one line; `None` when it is not a figure.
    pub(super) fn read(line: &str) -> Option<Figure> {
        Some(Figure {
            name: text(line, "name")?,
            ours: number(line, "ours")?,
            limit: number(line, "limit")?,
            ratio: number(line, "ratio")?,
            unit: text(line, "unit")?,
        })
    }

    /// Whether the ratio is higher than allowed. What is not a number is over.
    pub(super) fn is_over(&self) -> bool {
        self.ratio.is_nan() || self.ratio > self.limit
    }
}

/// All figures as a table for the terminal.
pub(super) fn table(figures: &[Figure]) -> String {
    let width = figures.iter().map(|one| one.name.chars().count()).max().unwrap_or(0).max(4);
    let mut rows = format!("{:<width$}  {:>12} {:<8} {:>8} {:>8}", "name", "ours", "unit", "ratio", "limit");
    for one in figures {
        let mark = if one.is_over() { "  over" } else { "" };
        let Figure { name, ours, limit, ratio, unit } = one;
        rows.push_str(&format!("\n{name:<width$}  {ours:>12.3} {unit:<8} {ratio:>8.2} {limit:>8.2}{mark}"));
    }
    rows
}

/// What follows `"key":`.
fn after<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let mark = format!("\"{key}\"");
    let rest = line[line.find(&mark)? + mark.len()..].trim_start();
    Some(rest.strip_prefix(':')?.trim_start())
}

fn text(line: &str, key: &str) -> Option<String> {
    let rest = after(line, key)?.strip_prefix('"')?;
    Some(rest[..rest.find('"')?].to_owned())
}

fn number(line: &str, key: &str) -> Option<f64> {
    let rest = after(line, key)?;
    rest[..rest.find([',', '}'])?].trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"name":"duty fix","ours": 1.5,"limit":3,"ratio":2.25,"unit":"us"}"#;

    #[test]
    fn a_line_of_the_bench_is_read_and_any_other_line_is_not() {
        let figure = Figure::read(LINE).expect("a figure");
        assert_eq!((figure.name.as_str(), figure.ours, figure.ratio), ("duty fix", 1.5, 2.25));
        assert_eq!(Figure::read(r#"{"name":"x"}"#), None);
        assert_eq!(Figure::read(""), None);
    }

    #[test]
    fn a_ratio_over_its_limit_is_marked() {
        let fast = Figure::read(LINE).expect("a figure");
        let slow = Figure { ratio: 3.5, ..fast.clone() };
        assert!(!fast.is_over() && slow.is_over() && Figure { ratio: f64::NAN, ..fast.clone() }.is_over());
        assert_eq!(table(&[fast, slow]).matches("  over").count(), 1);
    }
}

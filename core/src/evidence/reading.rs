//! What one reader saw, in a shape in which two readers can be compared.

use crate::time::Timestamp;

/// One reader's view of a photo's metadata; `None` is "this reader saw none".
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Reading {
    pub(super) orientation: Option<u8>,
    pub(super) local: Option<String>,
    pub(super) offset_s: Option<i32>,
    pub(super) subsec_ms: Option<u32>,
    pub(super) lat: Option<f64>,
    pub(super) lon: Option<f64>,
    pub(super) alt: Option<f64>,
    pub(super) gps_utc: Option<Timestamp>,
    pub(super) make: Option<String>,
    pub(super) model: Option<String>,
    pub(super) lens: Option<String>,
    pub(super) accuracy_m: Option<f64>,
    pub(super) comment: Option<String>,
    pub(super) software: Option<String>,
}

impl Reading {
    /// The pair of degrees if it can be a place: both there, on the globe, and not the 0/0 of a receiver without a fix.
    pub(super) fn place(&self) -> Option<(f64, f64)> {
        let (lat, lon) = (self.lat?, self.lon?);
        let on_globe = lat.abs() <= 90.0 && lon.abs() <= 180.0;
        (on_globe && (lat != 0.0 || lon != 0.0)).then_some((lat, lon))
    }
}

/// `2012:06:23 06:55:49` as `2012-06-23T06:55:49`; `None` when it is blank or no real date.
pub(super) fn local_time(exif: &str) -> Option<String> {
    let (date, clock) = exif.trim_end_matches(['\0', ' ']).split_once(' ')?;
    let text = format!("{}T{clock}", date.replace(':', "-"));
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    Some(civil.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

/// `+08:00` as seconds east of UTC.
pub(super) fn offset(exif: &str) -> Option<i32> {
    let text = exif.trim_matches(['\0', ' ']);
    if text == "Z" {
        return Some(0);
    }
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes) = (hours.parse::<u8>().ok()?, minutes.parse::<u8>().ok()?);
    (hours <= 14 && minutes < 60).then(|| sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60))
}

/// Milliseconds of a `SubSecTime`, which is the digits after the decimal point.
pub(super) fn subsec_ms(exif: &str) -> Option<u32> {
    let digits: String = exif.chars().take_while(char::is_ascii_digit).take(3).collect();
    if digits.is_empty() { None } else { format!("{digits:0<3}").parse().ok() }
}

/// Text of a tag without padding; `None` when nothing is left.
pub(super) fn text(raw: &str) -> Option<String> {
    let trimmed = raw.trim_matches(|c: char| c == '\0' || c.is_whitespace());
    (!trimmed.is_empty()).then(|| trimmed.chars().filter(|c| !c.is_control()).take(200).collect())
}

/// UTC from the GPS block's date stamp and clock, as the satellites told it.
pub(super) fn gps_utc(date: &str, hours: f64, minutes: f64, seconds: f64) -> Option<Timestamp> {
    let midnight = Timestamp::parse_rfc3339(&format!("{}T00:00:00Z", text(date)?.replace(':', "-")))?;
    let of_day = hours * 3600.0 + minutes * 60.0 + seconds;
    // The range keeps the cast exact and refuses NaN.
    (0.0..=86_401.0).contains(&of_day).then(|| midnight.plus((of_day * 1000.0).round() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_or_impossible_time_is_no_time() {
        for blank in ["    :  :     :  :  ", "0000:00:00 00:00:00", "2012:02:30 10:00:00", "", "2012:06:23"] {
            assert_eq!(local_time(blank), None, "{blank:?}");
        }
        assert_eq!(local_time("2012:06:23 06:55:49\0").as_deref(), Some("2012-06-23T06:55:49"));
    }

    #[test]
    fn the_digits_of_a_subsecond_are_a_fraction() {
        assert_eq!(subsec_ms("7"), Some(700));
        assert_eq!(subsec_ms("762  "), Some(762));
        assert_eq!(subsec_ms("07629"), Some(76));
        assert_eq!(subsec_ms(""), None);
    }

    #[test]
    fn offsets_beyond_those_on_earth_are_none() {
        assert_eq!(offset("+08:00"), Some(28_800));
        assert_eq!(offset("-03:30"), Some(-12_600));
        assert_eq!(offset("   :  "), None);
        assert_eq!(offset("+99:00"), None);
    }
}

//! `fuzz NAME`: runs one fuzz target. None exist yet, and it says so.

use crate::words::Failure;

/// Names of the fuzz targets.
const TARGETS: [&str; 0] = [];

pub(crate) fn fuzz(args: &[String]) -> Result<(), Failure> {
    let name = args.first().map_or("", String::as_str);
    let known = if TARGETS.is_empty() { "—".to_owned() } else { TARGETS.join(", ") };
    Err(Failure::usage(
        format!("没有名为「{name}」的模糊测试；现有：{known}"),
        format!("there is no fuzz target `{name}`; targets: {known}"),
    ))
}

import JingbaoCore

/// The Rust core behind this library.
public enum Core {
    /// Its version; an app shows it beside its own.
    public static var version: String { JingbaoCore.version() }
}

/// What changed; how, the usual calls tell.
public enum Change: Sendable, Equatable {
    /// A case.
    case `case`(id: String)
    /// The queue of what is to be sent.
    case queue
    /// A verdict of the duty check.
    case duty
    /// The rules in force, or why newer ones were not taken.
    case rules
    /// Something that this version of the library does not know; an app reads its screen again.
    case other(String)

    init(_ what: String) {
        let prefix = "case:"
        switch what {
        case "queue": self = .queue
        case "duty": self = .duty
        case "rules": self = .rules
        case _ where what.hasPrefix(prefix): self = .case(id: String(what.dropFirst(prefix.count)))
        default: self = .other(what)
        }
    }
}

import JingbaoCore

extension FieldError {
    /// For programs: a code that never changes its meaning.
    public var code: String {
        switch self {
        case .Refused(let code, _), .Storage(let code, _), .Phone(let code, _), .Closed(let code, _): code
        }
    }

    /// For people: a sentence in the language of the configuration.
    public var text: String {
        switch self {
        case .Refused(_, let text), .Storage(_, let text), .Phone(_, let text), .Closed(_, let text): text
        }
    }
}

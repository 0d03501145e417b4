import Foundation
import JingbaoCore

/// What changes from now on. Ends when the engine is closed; nothing is delivered after that.
public struct Changes: AsyncSequence, Sendable {
    let heard: Heard
    let stream: AsyncStream<Change>

    /// Gives one change after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let heard: Heard
        var inner: AsyncStream<Change>.Iterator

        /// The next change, none when the engine is closed or the task is cancelled.
        public mutating func next() async -> Change? {
            let change = await inner.next()
            return heard.isClosed ? nil : change
        }
    }

    /// Begins to give what has been heard since the sequence was made.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(heard: heard, inner: stream.makeAsyncIterator())
    }
}

/// One case as its screen shows it: now, and again after each change. Ends when the engine is closed.
public struct CaseViews: AsyncSequence, Sendable {
    let id: String
    let changes: Changes
    let read: @Sendable () async throws -> CaseView

    /// Gives one view after the other; never the same twice in a row.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let id: String
        let read: @Sendable () async throws -> CaseView
        var inner: Changes.AsyncIterator
        var last: CaseView?

        /// The next view, none when the engine is closed or the task is cancelled.
        public mutating func next() async throws -> CaseView? {
            while let change = await inner.next() {
                switch change {
                case .case(id), .rules, .other: break
                default: continue
                }
                let view: CaseView
                do {
                    view = try await read()
                } catch FieldError.Closed {
                    return nil
                }
                if inner.heard.isClosed { return nil }
                if view != last {
                    last = view
                    return view
                }
            }
            return nil
        }
    }

    /// Begins with the view as it is.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(id: id, read: read, inner: changes.makeAsyncIterator())
    }
}

/// Hands the engine's changes to whoever iterates. The engine's thread never waits here, and nothing is lost: a slow
/// reader has its own buffer.
final class Heard: Listener, @unchecked Sendable {
    private let lock = NSLock()
    // Everything below is touched with the lock held.
    private var readers: [UUID: AsyncStream<Change>.Continuation] = [:]
    private var closed = false

    var isClosed: Bool { lock.withLock { closed } }

    func changed(what: String) throws {
        let change = Change(what)
        let now = lock.withLock { Array(readers.values) }
        now.forEach { $0.yield(change) }
    }

    /// Changes from now on; `first` comes when the reader can no longer miss anything.
    func from(first: Change? = nil) -> Changes {
        let (stream, reader) = AsyncStream<Change>.makeStream()
        let name = UUID()
        let late = lock.withLock {
            if !closed { readers[name] = reader }
            return closed
        }
        reader.onTermination = { [weak self] _ in self?.forget(name) }
        if let first { reader.yield(first) }
        if late { reader.finish() }
        return Changes(heard: self, stream: stream)
    }

    func close() {
        let waiting = lock.withLock {
            closed = true
            defer { readers = [:] }
            return Array(readers.values)
        }
        waiting.forEach { $0.finish() }
    }

    private func forget(_ name: UUID) {
        _ = lock.withLock { readers.removeValue(forKey: name) }
    }
}

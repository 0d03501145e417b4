import Foundation
import Jingbao
import JingbaoCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct PhotoTests {
    let folder: Folder

    init() throws { folder = try Folder() }

    /// A photo in a file; its path.
    func file(_ name: String) throws -> String {
        guard case .bytes(let bytes) = jpeg(name) else { throw Missing(what: "bytes") }
        try bytes.write(to: URL(fileURLWithPath: "\(folder.path)/\(name)"))
        return "\(folder.path)/\(name)"
    }

    @Test func aPhotoComesByPathAsTemporaryByDescriptorAndAsBytesSaysWhatIsOddAndIsInTheBundle() async throws {
        let phone = try await folder.phone()
        defer { phone.close() }
        let id = try await phone.sight(here)
        let slots = try await phone.answerAll(id).shots.filter(\.needed).map(\.slot)
        var views = phone.case(id).makeAsyncIterator()
        var shown = try #require(try await views.next())
        let (stays, goes, opened) = try (file("a.jpg"), file("b.jpg"), file("c.jpg"))
        let descriptor = open(opened, O_RDONLY)
        #expect(descriptor >= 0)
        let taken = [
            try await phone.addPhoto(id, slot: slots[0], .path(path: stays), at: here, rotationDeg: -90),
            try await phone.addPhoto(id, slot: slots[1], .temporary(path: goes), at: here),
            try await phone.addPhoto(id, slot: slots[2], .descriptor(fd: descriptor), at: here),
            try await phone.addPhoto(id, slot: "other", jpeg("bytes"), at: here),
        ]
        let left = [stays, goes, opened].map { FileManager.default.fileExists(atPath: $0) }
        #expect(left == [true, false, true], "only the camera's temporary file goes")
        for photo in taken {
            #expect(photo.findings.contains { $0.code == "no_gps" })
            #expect(photo.findings.allSatisfy { !$0.text.isEmpty })
        }
        while !shown.mayClear { shown = try #require(try await views.next()) }
        #expect(slots.allSatisfy { slot in shown.shots.contains { $0.slot == slot && $0.taken } })
        let refused = await refusal { try await phone.addPhoto(id, slot: "other", .descriptor(fd: -1)) }
        #expect(refused?.text.isEmpty == false)

        let bundle = "\(folder.path)/bundle.zip"
        try await phone.export(id, to: bundle)
        #expect(try Data(contentsOf: URL(fileURLWithPath: bundle)).starts(with: Data("PK".utf8)))
        #expect(try Gateway.verifies(bundle))
    }

    @Test func anOriginalIsShownByteForByteAndAPhotoOfNobodyIsNot() async throws {
        let phone = try await folder.phone()
        defer { phone.close() }
        let id = try await phone.sight(here)
        guard case .bytes(let bytes) = jpeg("shown") else { throw Missing(what: "bytes") }
        let photo = try await phone.addPhoto(id, slot: "other", .bytes(bytes: bytes), at: here).photo
        #expect(try await phone.original(id, photo: photo) == bytes)
        #expect(await refusal { try await phone.original(id, photo: "nothing") } != nil)
    }

    @Test func aThumbnailAndACopyArePicturesAndAReceiverNobodyNamedIsRefused() async throws {
        let phone = try await folder.phone()
        defer { phone.close() }
        let id = try await phone.sight(here)
        let photo = try await phone.addPhoto(id, slot: "other", jpeg("copied"), at: here).photo
        let small = try await phone.thumbnail(id, photo: photo, longestEdgePx: 64)
        #expect(small.starts(with: [0xFF, 0xD8]))
        let copy = "\(folder.path)/copy.jpg"
        let made = try await phone.deriveCopy(id, photo: photo, for: "association", to: copy)
        #expect(made.width == 1 && made.height == 1)
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy)).count == Int(made.bytes))
        #expect(await refusal { try await phone.deriveCopy(id, photo: photo, for: "nobody", to: copy) } != nil)
    }
}

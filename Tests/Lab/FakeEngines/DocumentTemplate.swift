import Foundation

/// A real engine's answer with places, `@NAME@`, for what differs between engines and containers.
struct DocumentTemplate: Sendable {
    /// Texts and, between them, names of places.
    private let pieces: [[UInt8]]
    private let names: [String]

    /// The document of this name in Documents.
    init(_ name: String) throws {
        let file = "\(Repository.root)/Tests/Lab/FakeEngines/Documents/\(name).json"
        guard let text = FileManager.default.contents(atPath: file) else { throw LabError("no \(file)") }
        self.init(text: String(decoding: text, as: UTF8.self))
    }

    /// A template of this text.
    init(text: String) {
        let parts = text.trimmingCharacters(in: .newlines).components(separatedBy: "@")
        self.pieces = stride(from: 0, to: parts.count, by: 2).map { Array(parts[$0].utf8) }
        self.names = stride(from: 1, to: parts.count, by: 2).map { parts[$0] }
    }

    /// The document with its places filled; one without a value is left empty.
    func filled(_ values: [String: String]) -> [UInt8] {
        var document = self.pieces[0]
        for (name, piece) in zip(self.names, self.pieces.dropFirst()) {
            document += Array((values[name] ?? "").utf8)
            document += piece
        }
        return document
    }
}

/// The documents that ``FakeEngine`` answers with.
struct EngineDocuments: Sendable {
    let version, info, container, summary, hostConfig, image, images, networks, volumes: DocumentTemplate

    /// Reads them.
    init() throws {
        self.version = try DocumentTemplate("version")
        self.info = try DocumentTemplate("info")
        self.container = try DocumentTemplate("container")
        self.summary = try DocumentTemplate("container-summary")
        self.hostConfig = try DocumentTemplate("host-config")
        self.image = try DocumentTemplate("image")
        self.images = try DocumentTemplate("images")
        self.networks = try DocumentTemplate("networks")
        self.volumes = try DocumentTemplate("volumes")
    }
}

/// JSON for what a template's places hold.
enum LabJSON {
    /// A text in quotes.
    static func text(_ text: String) -> String { Self.encoded(text) }

    /// A text as it stands between quotes.
    static func escaped(_ text: String) -> String { String(Self.text(text).dropFirst().dropLast()) }

    /// Any value that came out of JSON; `null` for nil.
    static func encoded(_ value: Any?) -> String {
        guard let value,
            let data = try? JSONSerialization.data(
                withJSONObject: value, options: [.fragmentsAllowed, .withoutEscapingSlashes, .sortedKeys])
        else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }

    /// What JSON says; an empty object if it is none.
    static func object(_ octets: [UInt8]) -> [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(octets))) as? [String: Any] ?? [:]
    }
}

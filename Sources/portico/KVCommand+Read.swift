import ArgumentParser
import Glibc
import KeyValue

extension KVCommand {
    /// `portico kv get KEY`.
    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a key's value, octet by octet.",
            discussion: "A line end is added only if the output is a terminal. Exits with 1 if there is no such key.")

        @OptionGroup var options: StoreOptions
        @Flag(help: "Print the whole entry as a JSON object.") var json = false
        @Argument(help: "The key.") var key: String

        func run() async throws {
            try await KVCommand.run {
                let store = try options.open()
                guard let entry = try await store.get(key) else {
                    KVCommand.tell("get \(key): \(store.name): no such key: portico kv list shows those there are")
                    throw ExitCode(1)
                }
                if json { return KVCommand.writeLine(KVCommand.json(entry)) }
                KVCommand.write(entry.value)
                if isatty(STDOUT_FILENO) == 1 { KVCommand.write([UInt8(ascii: "\n")]) }
            }
        }
    }

    /// `portico kv list [PREFIX]`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the keys that begin with a prefix.",
            discussion: """
                With --values each line is KEY VALUE; a value with control characters is shown as a JSON string, one that \
                is no text as base64:... .
                """)

        @OptionGroup var options: StoreOptions
        @Flag(help: "Print the values too.") var values = false
        @Flag(help: "Print an array of JSON objects.") var json = false
        @Argument(help: "The prefix; none: all keys.") var prefix = ""

        func run() async throws {
            try await KVCommand.run {
                let entries = try await options.open().list(prefix: prefix).entries
                if json {
                    let objects = entries.map { KVCommand.json($0) }.joined(separator: ",\n")
                    return KVCommand.writeLine(entries.isEmpty ? "[]" : "[\n\(objects)\n]")
                }
                let lines = entries.map { values ? "\($0.key) \(KVCommand.shown($0.value))\n" : "\($0.key)\n" }
                KVCommand.write(Array(lines.joined().utf8))
            }
        }
    }

    /// `portico kv watch PREFIX`.
    struct Watch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what is under a prefix, then each change, until interrupted.",
            discussion: """
                Lines are put KEY VALUE or delete KEY. What is there at the beginning is printed as put. A store that is \
                away is reported on standard error and waited for.
                """)

        @OptionGroup var options: StoreOptions
        @Flag(help: "Print JSON objects, one a line.") var json = false
        @Argument(help: "The prefix.") var prefix: String

        func run() async throws {
            try await KVCommand.run {
                let store = try options.open()
                var known: [String: KeyValueEntry] = [:]
                for await event in store.watch(prefix: prefix) {
                    switch event {
                    case .unavailable(let error): KVCommand.tell(error.description)
                    case .listing(let listing, _, _): known = tell(listing.entries, since: known)
                    }
                }
            }
        }

        private func tell(_ entries: [KeyValueEntry], since known: [String: KeyValueEntry]) -> [String: KeyValueEntry] {
            var gone = known
            var lines: [String] = []
            for entry in entries {
                let before = gone.removeValue(forKey: entry.key)
                // A lock taken or given up leaves the value as it is, and is no change to who reads lines.
                if json ? before == entry : before?.value == entry.value { continue }
                lines.append(
                    json ? KVCommand.json(entry, event: "put") : "put \(entry.key) \(KVCommand.shown(entry.value))")
            }
            for key in gone.keys.sorted() {
                lines.append(json ? "{\"event\":\"delete\",\"key\":\(JSONText.quoted(key))}" : "delete \(key)")
            }
            if !lines.isEmpty { KVCommand.writeLine(lines.joined(separator: "\n")) }
            return Dictionary(entries.map { ($0.key, $0) }) { $1 }
        }
    }
}

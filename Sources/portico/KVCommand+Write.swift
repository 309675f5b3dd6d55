import ArgumentParser
import KeyValue

extension KVCommand {
    /// `portico kv put KEY VALUE`.
    struct Put: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a key.",
            discussion: "With --cas, exits with 1 if the key has changed since.")

        @OptionGroup var options: StoreOptions
        @Option(help: "Write only if the key's modify index is still this; 0: only if there is no such key.")
        var cas: UInt64?
        @Option(help: "A number to keep beside the value.") var flags: UInt64 = 0
        @Argument(help: "The key.") var key: String
        @Argument(help: "The value; - reads standard input, @FILE a file.") var value: String

        func run() async throws {
            let octets = try KVCommand.value(value)
            try await KVCommand.run {
                let store = try options.open()
                guard let cas else { return try await store.put(key, value: octets, flags: flags) }
                guard try await store.compareAndSet(key, value: octets, flags: flags, index: cas) else {
                    throw KVCommand.lost("put \(key)", store, cas)
                }
            }
        }
    }

    /// `portico kv delete KEY`.
    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a key, or all keys with a prefix.",
            discussion: "A key that is not there is no error.")

        @OptionGroup var options: StoreOptions
        @Flag(help: "Delete all keys that begin with KEY.") var recurse = false
        @Option(help: "Delete only if the key's modify index is still this.") var cas: UInt64?
        @Argument(help: "The key; with --recurse, a prefix.") var key: String

        func validate() throws {
            if recurse, cas != nil { throw ValidationError("--cas goes with one key, not with --recurse.") }
        }

        func run() async throws {
            try await KVCommand.run {
                let store = try options.open()
                if recurse { return try await store.deleteTree(prefix: key) }
                guard let cas else { return try await store.delete(key) }
                guard try await store.compareAndDelete(key, index: cas) else {
                    throw KVCommand.lost("delete \(key)", store, cas)
                }
            }
        }
    }

    private static func lost(_ what: String, _ store: any KeyValueStore, _ index: UInt64) -> ExitCode {
        tell("\(what): \(store.name): the key's modify index is not \(index): read it again with kv get --json")
        return ExitCode(1)
    }
}

/// The files of a folder that make one certificate with its key.
struct FilePair: Equatable {
    /// The leaf's file, and one with the rest of the chain where there is such.
    var certificates: [String]
    /// The key's file; nil where the key must be in the certificate's.
    var key: String?

    /// Names that a pair has in a folder of its own, of certbot's and of Kubernetes' making.
    static let namesInFolders: Set<String> = [
        "fullchain.pem", "cert.pem", "chain.pem", "privkey.pem", "tls.crt", "tls.key", "ca.crt",
    ]

    /// Endings of certificates, the first of which wins where a name has several.
    private static let endings = [".pem", ".crt", ".cert", ".cer"]
    private static let keyEndings = [".key", "-key.pem"]

    /// The pair of a folder that holds one.
    static func inFolder(_ files: Set<String>) -> FilePair? {
        if files.isSuperset(of: ["fullchain.pem", "privkey.pem"]) {
            return FilePair(certificates: ["fullchain.pem"], key: "privkey.pem")
        }
        if files.isSuperset(of: ["cert.pem", "privkey.pem"]) {
            return FilePair(
                certificates: files.contains("chain.pem") ? ["cert.pem", "chain.pem"] : ["cert.pem"], key: "privkey.pem"
            )
        }
        if files.isSuperset(of: ["tls.crt", "tls.key"]) { return FilePair(certificates: ["tls.crt"], key: "tls.key") }
        return nil
    }

    /// The pairs whose files have one name but for the ending, by that name.
    static func named(_ files: Set<String>) -> [(name: String, pair: FilePair)] {
        var pairs: [String: FilePair] = [:]
        for ending in endings {
            for file in files where file.hasSuffix(ending) && !isKey(file, among: files) {
                let name = String(file.dropLast(ending.count))
                guard !name.isEmpty, pairs[name] == nil else { continue }
                let key = keyEndings.map { name + $0 }.first { files.contains($0) }
                pairs[name] = FilePair(certificates: [file], key: key)
            }
        }
        return pairs.sorted { $0.key < $1.key }.map { (name: $0.key, pair: $0.value) }
    }

    /// Files that are in no pair although somebody may think so, with what is to be said of them.
    static func strays(_ files: Set<String>) -> [(name: String, what: String, remedy: String)] {
        let pairs = named(files)
        let used = Set(pairs.flatMap { $0.pair.certificates + [$0.pair.key].compactMap(\.self) })
        return files.subtracting(used).sorted().compactMap { file in
            if keyEndings.contains(where: { file.hasSuffix($0) }) {
                return (file, "a key that is not used", "the certificate beside it, as NAME.pem for NAME.key")
            }
            if endings.contains(where: { file.hasSuffix($0) }) {
                return (file, "not used, for there is a \(endings[0]) of this name", "one file a name")
            }
            if [".p12", ".pfx", ".der", ".jks"].contains(where: { file.lowercased().hasSuffix($0) }) {
                return (file, "not read: only PEM is", "openssl pkcs12 -in FILE -nodes, or openssl x509 -inform der")
            }
            return nil
        }
    }

    /// Whether a `.pem` is the key of another file, as mkcert names them.
    private static func isKey(_ file: String, among files: Set<String>) -> Bool {
        guard file.hasSuffix("-key.pem") else { return false }
        let name = String(file.dropLast("-key.pem".count))
        return endings.contains { files.contains(name + $0) }
    }
}

/// The certificates of a folder, in whichever way the tools that made them have laid them out.
///
/// Layouts, and the name under which an entry is found:
/// - `NAME.pem` (`.crt`, `.cert`, `.cer`) with `NAME.key` or `NAME-key.pem`, or with the key in it: `NAME`
/// - `NAME/fullchain.pem` with `NAME/privkey.pem`, or `cert.pem`, `chain.pem` and `privkey.pem`: `NAME`
/// - `NAME/tls.crt` with `NAME/tls.key`: `NAME`
///
/// The last two may be the folder itself. Passed over are README files, names that begin with a dot, `lost+found`, and
/// ``authorityName``.
public struct CertificateFolder: Sendable {
    /// What a folder held when it was read.
    public struct Contents: Sendable {
        /// Certificates that can be used, by name, without OCSP answers.
        public fileprivate(set) var entries: [CertificateTable.Entry] = []
        /// Names of entries that are there and cannot be used, so that whoever has an older one may keep it.
        public fileprivate(set) var broken: Set<String> = []
        /// Whether the folder itself could be read; nothing is known of it if not.
        public fileprivate(set) var isReadable = true
        /// What is wrong, by path.
        public fileprivate(set) var problems: [CertificateProblem] = []
        /// Folders in which a change may mean another certificate: the folder, those in it, and where links lead.
        public fileprivate(set) var watchedPaths: [String] = []
    }

    /// The subfolder for a development authority, which holds nothing to serve.
    public static let authorityName = "authority"

    /// The folder's path.
    public let path: String
    private let now: Int64
    private var contents = Contents()
    private var watched: Set<String> = []

    /// Reads the folder at `path`; certificates are judged at `now`, in seconds since 1970.
    ///
    /// What cannot be used is left out and becomes a problem; its neighbours do not notice.
    public static func scan(_ path: String, now: Int64 = CertificateClock.now) -> Contents {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        var folder = CertificateFolder(path: path, now: now)
        folder.scan()
        folder.contents.entries.sort { $0.name < $1.name }
        folder.contents.problems.sort { ($0.path, $0.line) < ($1.path, $1.line) }
        folder.contents.watchedPaths = folder.watched.sorted()
        return folder.contents
    }

    private init(path: String, now: Int64) {
        self.path = path
        self.now = now
    }

    private mutating func scan() {
        watched.insert(path)
        let names: [String]
        do {
            names = try FileAccess.names(of: path)
        } catch {
            contents.problems.append(CertificateProblem(error))
            contents.isReadable = false
            return
        }
        var files: Set<String> = []
        for name in names where !Self.isPassedOver(name) {
            if FileAccess.isFolder("\(path)/\(name)") { scan(subfolder: name) } else { files.insert(name) }
        }
        if let pair = FilePair.inFolder(files) {
            add(String(path.split(separator: "/").last ?? "/"), pair, in: path)
            files.subtract(FilePair.namesInFolders)
        }
        for (name, pair) in FilePair.named(files) { add(name, pair, in: path) }
        for (name, what, remedy) in FilePair.strays(files) {
            contents.problems.append(CertificateProblem(.warning, "\(path)/\(name)", what, remedy))
        }
    }

    private mutating func scan(subfolder name: String) {
        let folder = "\(path)/\(name)"
        watched.insert(folder)
        do {
            guard let pair = FilePair.inFolder(Set(try FileAccess.names(of: folder))) else {
                contents.problems.append(
                    CertificateProblem(
                        .warning, folder, "no certificate in this folder",
                        "fullchain.pem with privkey.pem, or tls.crt with tls.key"))
                return
            }
            add(name, pair, in: folder)
        } catch {
            contents.broken.insert(name)
            contents.problems.append(CertificateProblem(error))
        }
    }

    private mutating func add(_ name: String, _ pair: FilePair, in folder: String) {
        do throws(CertificateError) {
            guard let entry = try entry(name, pair, in: folder) else { return }
            contents.entries.append(entry)
        } catch {
            contents.broken.insert(name)
            contents.problems.append(CertificateProblem(error))
        }
    }

    private mutating func entry(
        _ name: String, _ pair: FilePair, in folder: String
    ) throws(CertificateError) -> CertificateTable.Entry? {
        var text: [UInt8] = []
        var isReadableByAll = false
        // Where each file begins in `text`, by line.
        var starts: [(path: String, line: Int)] = []
        for file in pair.certificates {
            let path = "\(folder)/\(file)"
            let file = try read(path, .certificate)
            starts.append((path, text.count { $0 == UInt8(ascii: "\n") }))
            text += file.octets + [UInt8(ascii: "\n")]
            isReadableByAll = isReadableByAll || file.isReadableByAll
        }
        let path = "\(folder)/\(pair.certificates[0])"
        let keyPath = pair.key.map { "\(folder)/\($0)" } ?? path
        var key = text
        if pair.key != nil {
            let file = try read(keyPath, .key)
            (key, isReadableByAll) = (file.octets, file.isReadableByAll)
        } else if isAuthority(text, path: path) {
            return nil
        }
        let credential: Credential
        do throws(CertificateError) {
            credential = try Credential(certificates: text, key: key)
        } catch {
            guard error.part == .certificate, let start = starts.last(where: { $0.line < error.line }) else {
                throw error.at(error.part == .key ? keyPath : path).asked(besides: pair.key == nil ? name : nil)
            }
            var error = error.at(start.path)
            error.line -= start.line
            throw error
        }
        if isReadableByAll {
            contents.problems.append(
                CertificateProblem(
                    .warning, keyPath, "everybody on this machine can read the private key",
                    "chmod 600, or 640 with a group of the edge's own"))
        }
        contents.problems += credential.problems(path: path, now: now)
        var entry = CertificateTable.Entry(name: name, credential: credential)
        entry.source = path
        return entry
    }

    /// An authority's certificate without a key is no mistake that anybody is turned away for.
    private mutating func isAuthority(_ text: [UInt8], path: String) -> Bool {
        guard let blocks = try? PEMBlock.blocks(in: text, part: .certificate),
            !blocks.contains(where: { $0.label.hasSuffix("PRIVATE KEY") }),
            let first = try? Certificate.all(in: blocks).first, CertificateFacts(first.certificate).isAuthority
        else { return false }
        contents.problems.append(
            CertificateProblem(
                .warning, path, "an authority's certificate, of no use for serving",
                "keep it in \(Self.authorityName)/ or elsewhere"))
        return true
    }

    private mutating func read(
        _ path: String, _ part: CertificateError.Part
    ) throws(CertificateError) -> FileAccess.File {
        // Links are followed by whoever renews them: where the file really is may change too.
        if let real = FileAccess.realFolder(of: path) { watched.insert(real) }
        return try FileAccess.read(path, part)
    }

    private static func isPassedOver(_ name: String) -> Bool {
        name.hasPrefix(".") || name == authorityName || name == "lost+found" || name.uppercased().hasPrefix("README")
    }
}

extension CertificateError {
    /// The same error, saying where a key is looked for if there was no file for it.
    fileprivate func asked(besides name: String?) -> CertificateError {
        guard let name, part == .key, line == 0, what.hasPrefix("no private key") else { return self }
        var copy = self
        copy.what = "no private key in it or beside it"
        copy.remedy = "\(name).key in the same folder, or the key after the certificate"
        return copy
    }
}

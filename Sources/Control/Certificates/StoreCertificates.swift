internal import Certificates
internal import Discovery
internal import KeyValue

/// The certificates of the store, read; a removal that looks like a store gone wrong is held as that of endpoints is.
struct StoreCertificates: Sendable {
    /// A certificate's text with what was made of it.
    private struct Parsed: Sendable {
        let text: CertificateText
        let outcome: Result<Credential, CertificateError>
    }

    private(set) var held: RemovalGuard<CertificateText>
    /// How its keys are called, for people.
    let keyForm: String
    private let source: String
    private var tree: CertificateTree
    private var parsed: [String: Parsed] = [:]

    init(prefix: String, source: String, grace: Duration) {
        keyForm = "\(prefix)NAME/cert and \(prefix)NAME/key"
        self.source = source
        tree = CertificateTree(prefix: prefix, source: source)
        held = RemovalGuard(grace: grace)
    }

    /// How long a mass removal is held.
    var grace: Duration {
        get { held.grace }
        set { held.grace = newValue }
    }

    /// Takes up the prefix as it is now.
    mutating func take(_ listing: ControlState.Listing, now: Duration) {
        tree.update(listing.listing)
        let isSuspect =
            listing.isRegressed || listing.isFirstAfterOutage && listing.listing.entries.isEmpty
        held.update(tree.certificates, isSuspect: isSuspect, now: now)
    }

    /// What is held goes.
    mutating func acceptHeld() { _ = held.accept() }

    /// Ends a hold whose time is over.
    mutating func expire(now: Duration) { _ = held.expire(now: now) }

    /// What it holds; judged at `wall`, in seconds since 1970.
    mutating func finds(wall: Int64) -> CertificateFinds {
        var finds = CertificateFinds()
        finds.broken = tree.broken
        finds.problems = tree.problems.map { CertificateProblem(.warning, $0.subject, $0.reason, "") }
        var next: [String: Parsed] = [:]
        for text in held.view {
            let item: Parsed
            if let old = parsed[text.key], old.text == text {
                item = old
            } else {
                item = Parsed(text: text, outcome: Self.read(text))
            }
            next[text.key] = item
            switch item.outcome {
            case .success(let credential):
                var entry = CertificateTable.Entry(name: text.name, credential: credential)
                (entry.source, entry.revision) = ("\(source):\(text.key)", text.revision)
                finds.entries.append(entry)
                finds.problems += credential.problems(path: text.key, now: wall)
            case .failure(let error):
                finds.broken.insert(text.name)
                finds.problems.append(CertificateProblem(error))
            }
        }
        parsed = next
        return finds
    }

    private static func read(_ text: CertificateText) -> Result<Credential, CertificateError> {
        do throws(CertificateError) {
            let key = text.privateKey ?? text.certificates
            return .success(try Credential(certificates: text.certificates, key: key))
        } catch {
            let place = error.part == .key && text.privateKey != nil ? text.key.dropLast(4) + "key" : text.key[...]
            return .failure(error.at(String(place)))
        }
    }
}

extension CertificateText: Removable {
    /// No certificate replaces another.
    var group: String { key }
}

/// A certificate, key or OCSP answer that cannot be used: what is wrong, where, and what would be right.
public struct CertificateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Which of the things at hand is meant.
    public enum Part: String, Sendable {
        /// The certificate or its chain.
        case certificate
        /// The private key.
        case key
        /// An answer of an OCSP responder.
        case response
    }

    /// Which of the things at hand is meant.
    public var part: Part
    /// The file, or the key in a store, once it is known; else the part's name.
    public var place: String
    /// The line of `place`, from 1; 0 where the whole is meant.
    public var line: Int
    /// What is wrong.
    public var what: String
    /// What would be right; empty where `what` says it.
    public var remedy: String

    init(_ part: Part, line: Int = 0, _ what: String, _ remedy: String = "") {
        self.part = part
        self.place = part.rawValue
        self.line = line
        self.what = what
        self.remedy = remedy
    }

    /// `place:line: what: what would be right`.
    public var description: String {
        let position = line > 0 ? "\(place):\(line)" : place
        return remedy.isEmpty ? "\(position): \(what)" : "\(position): \(what): \(remedy)"
    }

    /// The same error of a file or a store's key, instead of "certificate".
    public func at(_ place: String) -> CertificateError {
        var copy = self
        copy.place = place
        return copy
    }
}

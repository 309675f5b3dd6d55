import Testing
@testable import Certificates

/// The error of `body`, which must throw one and leave OpenSSL's error queue empty.
func refusal(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws(CertificateError) -> some Any
) throws -> CertificateError {
    let result = Result(catching: body)
    #expect(ErrorQueue.isEmpty, sourceLocation: sourceLocation)
    switch result {
    case .success: return try #require(nil, "it was accepted", sourceLocation: sourceLocation)
    case .failure(let error):
        #expect(!error.what.isEmpty, sourceLocation: sourceLocation)
        return error
    }
}

/// What the table gives for `host`: the entries' names; nil where the handshake is refused.
func served(_ table: CertificateTable, _ host: String) -> [String]? {
    var host = host
    let set = host.withUTF8 { unsafe table.find(host: UnsafeRawBufferPointer($0)) }
    return set < 0 ? nil : table.sets[Int(set)].entries.map(\.name)
}

/// Whether the set that `served` gets covers `host`.
func covers(_ table: CertificateTable, _ served: String, _ host: String) -> Bool {
    var (served, host) = (served, host)
    let set = served.withUTF8 { unsafe table.find(host: UnsafeRawBufferPointer($0)) }
    return host.withUTF8 { unsafe table.covers(set, host: UnsafeRawBufferPointer($0)) }
}

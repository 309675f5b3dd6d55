extension Credential {
    /// Days before its end in which a certificate is a problem: what a monthly renewal leaves, with time to notice.
    public static let noticeDays: Int64 = 21

    /// What is to be said of it at `now`, in seconds since 1970; `path` is where it comes from.
    public func problems(path: String, now: Int64) -> [CertificateProblem] {
        var problems: [CertificateProblem] = []
        func add(_ severity: CertificateProblem.Severity, _ what: String, _ remedy: String) {
            problems.append(CertificateProblem(severity, path, what, remedy))
        }
        if now > facts.notAfter {
            add(.error, "it ended at \(UTCTime(facts.notAfter)), and clients refuse it", "a renewed certificate")
        } else if now < facts.notBefore {
            add(
                .error, "it begins only at \(UTCTime(facts.notBefore)), and clients refuse it until then",
                "an older certificate beside it, or this machine's clock put right")
        } else {
            // Those that are made for days are renewed late by nature: a third of their life is notice enough.
            let notice = min(Self.noticeDays * 86_400, (facts.notAfter - facts.notBefore) / 3)
            if facts.notAfter - now < notice {
                add(.warning, "it ends at \(UTCTime(facts.notAfter))", "a renewed certificate before that")
            }
        }
        for intermediate in chainFacts where !intermediate.isValid(at: now) {
            add(
                .error,
                "\(intermediate.subject) in its chain is good only from \(UTCTime(intermediate.notBefore)) to "
                    + "\(UTCTime(intermediate.notAfter))", "the chain that its issuer gives out now")
        }
        if facts.names.isEmpty {
            add(.warning, "it is for no host, so at best it is the fallback", "a certificate with alternative names")
        }
        if chainFacts.isEmpty, !facts.isSelfSigned, issuer == nil, facts.issuerLocation != nil {
            add(
                .warning, "its issuer's certificate is missing, and most clients will not look for it",
                "the whole chain, as fullchain.pem has it")
        }
        if facts.mustStaple, facts.ocspResponder == nil {
            add(.warning, "it wants an OCSP answer and names no responder", "a certificate without must-staple")
        }
        for note in notes { add(.warning, note, "") }
        return problems
    }
}

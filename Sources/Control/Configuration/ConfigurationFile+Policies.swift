internal import Discovery
internal import Gateway

/// `defaults` and `services`: how services are served.
extension ConfigurationFile {
    mutating func readPolicies(
        _ members: [String: DocumentNode], _ files: inout NamedFiles, with reader: DocumentReader
    ) {
        if let node = members["defaults"] {
            let document = readPolicy(node, in: "defaults", scope: .defaults, &files, with: reader)
            configuration.defaults = document.policy
            if let head = document.requestHeadTimeout { configuration.limits.requestHeadTimeout = head }
            if let idle = document.policy.idle { configuration.limits.idleTimeout = idle }
            if let bytes = document.requestHeadBytes { configuration.limits.headBytes = bytes }
        }
        guard let node = members["services"] else { return }
        for field in reader.namedFields(of: node, in: "services") {
            configuration.services[field.name] =
                readPolicy(field.value, in: "a service", scope: .service, &files, with: reader).policy
        }
    }

    private func readPolicy(
        _ node: DocumentNode, in what: String, scope: PolicyDocument.Scope, _ files: inout NamedFiles,
        with reader: DocumentReader
    ) -> PolicyDocument {
        let members = reader.fields(of: node, in: what, keys: PolicyDocument.keys)
        var document = reader.policy(members, scope: scope)
        let named = document.tlsFiles
        if let authorities = named.authorities {
            document.policy.tls.authorities = files.authorities(authorities, "tls.ca")
        }
        if let certificate = named.certificate, let key = named.key,
            let pair = files.pair(certificate, key: key, "tls")
        {
            document.policy.tls.certificate = pair.certificate
            document.policy.tls.key = pair.key
        }
        return document
    }
}

public import Certificates
public import Gateway

/// Who shows certificates to clients: the gateway, or a test that wants to see them.
public protocol CertificateInstaller: Sendable {
    /// Shows what is in `table` at the listener at `listenerIndex` of the configuration's, from the next handshake on.
    func install(certificates table: CertificateTable, at listenerIndex: Int)
}

extension Gateway: CertificateInstaller {}

public import Logging

/// Opens the store that a URL names.
///
/// Consul and etcd are not asked yet and a file need not exist; the embedded store is opened, its directory made if need be.
///
/// - Parameters:
///   - environment: the variables of ``ConsulConfiguration`` and ``EtcdConfiguration``.
///   - logger: gets what is worth knowing of failed requests, at debug level.
/// - Throws: ``KeyValueError/Kind/invalid`` for what the environment or the directory makes impossible.
public func openStore(
    _ url: StoreURL, environment: [String: String], logger: Logger
) throws(KeyValueError) -> any KeyValueStore {
    switch url {
    case .embedded(let directory):
        try EmbeddedStore(directory: directory)
    case .consul(let consul):
        try ConsulStore(ConsulConfiguration(consul, environment: environment), logger: logger)
    case .consulCatalog(let catalog):
        try CatalogStore(catalog, environment: environment, logger: logger)
    case .etcd(let etcd):
        try EtcdStore(EtcdConfiguration(etcd, environment: environment), logger: logger)
    case .file(let path):
        FileStore(path: path)
    }
}

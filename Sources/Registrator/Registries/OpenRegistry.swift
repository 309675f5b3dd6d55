public import KeyValue
internal import Logging

/// Opens the registry that a URL names; nothing is asked yet.
///
/// - Throws: ``KeyValue/KeyValueError`` for what the environment, a directory or a lifetime makes impossible.
public func openRegistry(_ url: RegistryURL, settings: RegistrySettings) throws(KeyValueError) -> any Registry {
    switch url {
    case .catalog(let consul):
        return CatalogRegistry(
            try ConsulStore(
                try ConsulConfiguration(consul, environment: settings.environment), logger: settings.logger),
            settings: settings)
    case .keyValue(let storeURL, let prefix):
        var settings = settings
        if case .file = storeURL, settings.timeToLive != nil {
            settings.logger.notice("\(url): a file has no lifetimes: its entries stay until they are taken away")
            settings.timeToLive = nil
        }
        let store = try openStore(storeURL, environment: settings.environment, logger: settings.logger)
        return KeyValueRegistry(
            store, prefix: prefix ?? settings.prefix, settings: settings,
            kind: StoreKind(storeURL))
    }
}

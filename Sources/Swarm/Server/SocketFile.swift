internal import FoundationEssentials
internal import NIOCore
internal import NIOPosix

/// A unix socket's file, which nobody but its user may connect to.
enum SocketFile {
    /// Listens at `path`, in place of a socket that may be there.
    ///
    /// The socket is made in a folder that only its user may enter and moved to its place, so that at no moment anybody
    /// else gets in.
    static func bind(_ bootstrap: ServerBootstrap, _ path: String) async throws -> any Channel {
        let files = FileManager.default
        if let type = try? files.attributesOfItem(atPath: path)[.type] as? FileAttributeType, type != .typeSocket {
            throw ServerError("there is something else than a socket")
        }
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let folder = "\(path[..<slash]).\(UInt32.random(in: 0...UInt32.max))"
        try files.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? files.removeItem(atPath: folder) }
        let channel = try await bootstrap.bind(unixDomainSocketPath: "\(folder)/s").get()
        do {
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(folder)/s")
            try? files.removeItem(atPath: path)
            try files.moveItem(atPath: "\(folder)/s", toPath: path)
        } catch {
            try? await channel.close().get()
            throw error
        }
        return channel
    }

    /// Removes a socket that is no longer listened at.
    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}

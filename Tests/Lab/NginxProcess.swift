import Foundation

/// nginx with a configuration of the test's own: the server of another house, and no root needed.
public final class NginxProcess: Sendable {
    /// Where it listens, at 127.0.0.1.
    public let port: UInt16
    /// Its working folder.
    public let folder: ScratchFolder
    private let process: ChildProcess

    /// Starts nginx with one `server` block, in which `PORT` stands for the port and `FOLDER` for the folder.
    public init(server: String) throws {
        let port = try FreePort.next()
        let folder = try ScratchFolder()
        let block = server.replacingOccurrences(of: "PORT", with: "\(port)")
            .replacingOccurrences(of: "FOLDER", with: folder.path)
        let file = try folder.write(
            "nginx.conf",
            """
            daemon off; master_process off; worker_processes 1; pid \(folder.path)/pid; error_log stderr error;
            events { worker_connections 1024; }
            http {
              access_log off;
              client_body_temp_path \(folder.path)/1; proxy_temp_path \(folder.path)/2;
              fastcgi_temp_path \(folder.path)/3; uwsgi_temp_path \(folder.path)/4; scgi_temp_path \(folder.path)/5;
              server { \(block) }
            }
            """)
        self.port = port
        self.folder = folder
        self.process = try ChildProcess(
            Command.path(of: "nginx"), ["-c", file, "-p", folder.path, "-e", "stderr"])
        try self.process.waitForPort(port)
    }

    /// `127.0.0.1:PORT`.
    public var address: String { "127.0.0.1:\(self.port)" }
}

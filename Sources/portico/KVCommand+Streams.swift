import ArgumentParser
import CLinux
import Glibc
import KeyValue

// Safety: buffers are passed to read and write with their true sizes, and used only while the calls run; the environment
// is read before anything could change it.
extension KVCommand {
    /// This process's environment.
    static let environment: [String: String] = {
        var result: [String: String] = [:]
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let pair = unsafe String(cString: entry).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
            unsafe next += 1
        }
        return result
    }()

    /// Writes all octets; a reader that has gone ends the program quietly, as the shell's tools do.
    static func write(_ octets: [UInt8], to descriptor: Int32 = STDOUT_FILENO) {
        var rest = octets[...]
        while !rest.isEmpty {
            let count = unsafe Glibc.write(descriptor, Array(rest), rest.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { Glibc.exit(descriptor == STDOUT_FILENO ? 1 : 0) }
            rest = rest.dropFirst(count)
        }
    }

    /// Writes a line to standard output.
    static func writeLine(_ text: String) {
        write(Array("\(text)\n".utf8))
    }

    /// The value that an argument stands for: `-` is standard input, `@FILE` a file's content, all else itself.
    static func value(_ argument: String) throws -> [UInt8] {
        if argument == "-" { return try readAll(STDIN_FILENO, "value: standard input") }
        guard argument.hasPrefix("@") else { return Array(argument.utf8) }
        return try content(of: String(argument.dropFirst()), for: "value")
    }

    /// A file's content; one that cannot be read ends the command and is told as what it was for.
    static func content(of path: String, for what: String) throws -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable("\(what): \(path)") }
        defer { close(descriptor) }
        return try readAll(descriptor, "\(what): \(path)")
    }

    private static func readAll(_ descriptor: Int32, _ name: String) throws -> [UInt8] {
        var octets: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let size = piece.count
            let count = unsafe read(descriptor, &piece, size)
            if count == 0 { return octets }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw unreadable(name) }
            octets += piece[..<count]
        }
    }

    private static func unreadable(_ name: String) -> ExitCode {
        let text = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "error"
        tell("\(name): \(text): it is a file that can be read")
        return ExitCode(1)
    }
}

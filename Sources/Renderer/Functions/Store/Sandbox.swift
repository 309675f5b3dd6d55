internal import Glibc
internal import Template

/// The folder outside of which `file` does not read.
enum Sandbox {
    /// Throws when `path`, with all symbolic links followed, is not in `folder`.
    static func check(_ path: String, in folder: String) throws(FunctionError) {
        // Safety: realpath gives memory of its own, which is freed once its text is taken.
        guard let real = unsafe realpath(path, nil) else {
            let code = errno
            throw FunctionError("lstat \(path): \(unsafe String(cString: strerror(code)).lowercased())")
        }
        defer { unsafe free(real) }
        let place = parts(unsafe String(cString: real))
        guard place.starts(with: parts(folder)) else { throw FunctionError("'\(path)' is outside of sandbox") }
    }

    private static func parts(_ path: String) -> [Substring] {
        path.split(separator: "/").filter { $0 != "." }
    }
}

internal import Glibc

/// A library that is used where it is there, and done without where it is not: found when it is first asked for.
///
/// Safety: a function's type is what the library's header says, by whoever asks for it; the library stays loaded.
enum SharedLibrary {
    /// Loads the library called `name`, such as `libzstd.so.1`; nil where the machine has none.
    static func load(_ name: StaticString) -> UnsafeMutableRawPointer? {
        unsafe name.utf8Start.withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1) {
            unsafe dlopen($0, RTLD_NOW | RTLD_LOCAL)
        }
    }

    /// The function called `name`, as `type`; nil where the library has none.
    static func function<Function>(
        _ name: StaticString, of library: UnsafeMutableRawPointer, as type: Function.Type
    ) -> Function? {
        let symbol = unsafe name.utf8Start.withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1) {
            unsafe dlsym(library, $0)
        }
        guard let symbol = unsafe symbol else { return nil }
        return unsafe unsafeBitCast(symbol, to: type)
    }
}

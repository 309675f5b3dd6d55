import CLinux
import Foundation
import Glibc

/// An IPv4 address, of this machine or of a lab's host, for the socket calls.
struct IPv4Address {
    private var storage: sockaddr_in

    init(_ text: String, port: UInt16) throws {
        self.storage = sockaddr_in()
        self.storage.sin_family = sa_family_t(AF_INET)
        self.storage.sin_port = port.bigEndian
        guard unsafe inet_pton(AF_INET, text, &self.storage.sin_addr) == 1 else {
            throw LabError("\(text) is no IPv4 address")
        }
    }

    /// Runs a socket call with the address in the form that it takes.
    func with(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        unsafe withUnsafePointer(to: self.storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

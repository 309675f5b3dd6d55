import Foundation
import Testing
import Wire

@Suite struct HTTPDateTests {
    private func date(_ seconds: Int64) -> String? {
        var output = [UInt8](repeating: 0, count: HTTPDate.count)
        let count = unsafe output.withUnsafeMutableBytes { unsafe HTTPDate.write(seconds, into: $0) }
        return count == HTTPDate.count ? text(output) : nil
    }

    @Test(
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"), (-62_167_219_200, "Sat, 01 Jan 0000 00:00:00 GMT"),
        ] as [(Int64, String)])
    func writes(_ seconds: Int64, _ expected: String) {
        #expect(date(seconds) == expected)
    }

    @Test func agreesWithTheCLibraryOverFourCenturies() {
        var buffer = [CChar](repeating: 0, count: 64)
        for step in 0..<4000 {
            let seconds = Int64(step) * 3_155_761 - 3_000_000_000
            var time = time_t(seconds)
            var parts = unsafe tm()
            unsafe gmtime_r(&time, &parts)
            let length = unsafe strftime(&buffer, buffer.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
            #expect(date(seconds) == text(buffer[..<length].map { UInt8(bitPattern: $0) }))
        }
    }

    @Test func refusesWhatCannotBeWritten() {
        #expect(date(253_402_300_800) == nil)
        #expect(date(-62_167_219_201) == nil)
        #expect(date(.max) == nil)
        #expect(date(.min) == nil)
        var small = [UInt8](repeating: 0, count: HTTPDate.count - 1)
        let count = unsafe small.withUnsafeMutableBytes { unsafe HTTPDate.write(0, into: $0) }
        #expect(count == -1)
    }
}

internal import CLinux
internal import Glibc

/// A program that is run to its end for what it prints and how it ends: a check, a verification, a plugin.
struct CapturedRun: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        /// How it ended; nil if it was killed because its time was up.
        var ending: ProcessEnding?
        /// What it printed.
        var output: [UInt8] = []
        /// What it said on standard error.
        var errors: [UInt8] = []

        /// Whether it ended in time and as it should.
        var isSuccess: Bool { ending?.isSuccess == true }
    }

    /// What of a program's words is kept: enough for any message, and no more whatever it prints.
    private static let bytesMax = 1 << 20

    var arguments: [String]
    var environment: [String: String]
    /// Zero for no limit.
    var timeout: Duration

    /// Runs it, on a thread of its own.
    func run() async throws(ProcessFailure) -> Outcome {
        do {
            return try await BlockingThread.run {
                do throws(ProcessFailure) {
                    return .success(try self.block())
                } catch {
                    return .failure(HAProxyFailure(error.description))
                }
            }
        } catch {
            throw ProcessFailure("\(error)")
        }
    }

    // Safety: descriptors are this function's and closed once; buffers are passed with their true sizes.
    /// Runs it and blocks the calling thread meanwhile.
    func block() throws(ProcessFailure) -> Outcome {
        let (output, outputEnd) = try pipe()
        defer { close(output) }
        let (errors, errorsEnd): (Int32, Int32)
        do throws(ProcessFailure) {
            (errors, errorsEnd) = try pipe()
        } catch {
            close(outputEnd)
            throw error
        }
        defer { close(errors) }
        let process = Result { () throws(ProcessFailure) in
            try RunningProcess(
                arguments, environment: environment, output: .descriptors(output: outputEnd, errors: errorsEnd))
        }
        // Their ends are the program's alone, or reading would never come to one.
        close(outputEnd)
        close(errorsEnd)
        let running = try process.get()
        var outcome = Outcome()
        let isInTime = read(output, errors, into: &outcome)
        // What it has left behind in its group goes with it.
        if !isInTime { running.signal(SIGKILL) }
        let ending = running.blockUntilEnd()
        outcome.ending = isInTime ? ending : nil
        return outcome
    }

    private func pipe() throws(ProcessFailure) -> (read: Int32, write: Int32) {
        var (read, write): (Int32, Int32) = (-1, -1)
        guard unsafe portico_pipe(&read, &write) == 0 else {
            throw ProcessFailure("\(arguments.first ?? ""): pipe: \(RunningProcess.text(ofError: errno))")
        }
        return (read, write)
    }

    /// Reads both pipes to their ends; false if the time was up before.
    private func read(_ output: Int32, _ errors: Int32, into outcome: inout Outcome) -> Bool {
        let deadline = timeout > .zero ? ContinuousClock.now + timeout : nil
        var polls = [output, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while polls.contains(where: { $0.fd >= 0 }) {
            var wait: Int32 = -1
            if let deadline {
                let (seconds, attoseconds) = (deadline - .now).components
                wait = Int32(clamping: max(0, seconds * 1_000 + attoseconds / 1_000_000_000_000_000 + 1))
                if deadline <= .now { return false }
            }
            let count = unsafe poll(&polls, nfds_t(polls.count), wait)
            if count < 0, errno != EINTR { return true }
            for index in polls.indices where count > 0 && polls[index].fd >= 0 && polls[index].revents != 0 {
                let size = buffer.count
                let count = unsafe Glibc.read(polls[index].fd, &buffer, size)
                if count < 0, errno == EINTR { continue }
                if count <= 0 {
                    polls[index].fd = -1
                } else if index == 0 {
                    outcome.output += buffer[..<min(count, max(0, Self.bytesMax - outcome.output.count))]
                } else {
                    outcome.errors += buffer[..<min(count, max(0, Self.bytesMax - outcome.errors.count))]
                }
            }
        }
        return true
    }
}

extension CapturedRun.Outcome {
    /// What a message may tell of it: how it ended, and its last words.
    func reason(timeout: Duration) -> String {
        let words = String(decoding: errors + output, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(12)
        let text = words.joined(separator: "\n  ")
        let ending = ending.map(\.description) ?? "still running after \(timeout): killed"
        return text.isEmpty ? ending : "\(ending): \(text)"
    }
}

internal import DockerEngine

/// Routes of images that engines hold.
extension ClusterResponder {
    /// How long engines may take to remove an image: they unlink its layers.
    private static var removalDeadline: Duration { .seconds(120) }

    /// `GET /images/{name}/json`, `history` and `get`: at an engine that holds the image.
    func imageOf(_ name: String, _ what: String, _ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        let holder = try holders(of: name)[0]
        return splice(request, to: holder.member, speaking: holder.engine.apiVersion, path: request.rawPath)
    }

    /// `POST /images/{name}/push`: by an engine that holds the tag, or any of the name's where none is said.
    func pushImage(_ name: String, _ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        let tag = request.path.query["tag"] ?? ""
        let holder = try holders(of: tag.isEmpty ? name : "\(name):\(tag)", isRepository: tag.isEmpty)[0]
        return splice(request, to: holder.member, speaking: holder.engine.apiVersion, path: request.rawPath)
    }

    /// `GET /images/get?names=...`: by an engine that holds them all.
    func saveImages(_ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        let names = request.path.items.filter { $0.name == "names" }.map(\.value)
        let engines = reachable().filter { engine in
            names.allSatisfy { !ImageList.holders(of: $0, [engine.engine.holdings], isRepository: true).isEmpty }
        }
        guard !names.isEmpty, let first = engines.first else {
            throw RequestError(
                404, "Unable to find a healthy engine containing all images: [\(names.joined(separator: " "))]")
        }
        return splice(request, to: first.member, speaking: first.engine.apiVersion, path: request.rawPath)
    }

    /// `POST /images/{name}/tag`: on each engine that holds it.
    func tagImage(_ name: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let call = EngineCall(
            "POST", request.rawPath, query: request.path.items, what: "tag \(name)",
            version: APIVersion(request.path.version))
        let outcomes = await broadcast(to: try holders(of: name)) { engine in
            _ = try await ask(engine.member, call)
            await engine.member.refreshImages()
        }
        if let failures = Self.failures(of: outcomes) { throw failures }
        return .answer(ManagerAnswer(status: 201))
    }

    /// `DELETE /images/{name}`: on each engine that holds it; what went is told one after the other.
    func removeImage(_ name: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let holders: [Reachable]
        do {
            holders = try self.holders(of: name)
        } catch {
            throw error.status == 404 ? RequestError(404, "No such image \(name)") : error
        }
        let call = EngineCall(
            "DELETE", request.rawPath, query: request.path.items, what: "remove \(name)",
            deadline: Self.removalDeadline, version: APIVersion(request.path.version))
        let outcomes = await broadcast(to: holders) { engine in
            let document: JSONValue
            do throws(RequestError) {
                document = try await self.document(engine.member, call)
            } catch {
                await engine.member.refreshImages()
                throw error
            }
            await engine.member.refreshImages()
            return document.elements ?? []
        }
        if let failures = Self.failures(of: outcomes) { throw failures }
        return .answer(
            ManagerAnswer(json: .array(outcomes.flatMap { (try? $0.result.get()) ?? [] })))
    }

    /// The engines that hold an image and answer, by name; never empty.
    ///
    /// - Parameter isRepository: whether a name without a tag means all of its tags rather than the latest.
    private func holders(of name: String, isRepository: Bool = false) throws(RequestError) -> [Reachable] {
        let all = ImageList.holders(of: name, holdings, isRepository: isRepository)
        guard !all.isEmpty else { throw RequestError(404, "No such image: \(name)") }
        let ids = Set(all.map(\.id))
        let engines = reachable { ids.contains($0.id) }
        guard !engines.isEmpty else {
            throw RequestError(
                500, "Image \(name) is only on nodes that do not answer: \(all.map(\.name).joined(separator: ", "))")
        }
        return engines
    }
}

extension ManagerRequest {
    /// The path without the version and the query, as it was sent: with its percent signs.
    var rawPath: String {
        let path = target.prefix { $0 != "?" }
        let start = self.path.version.isEmpty ? "" : "/v\(self.path.version)"
        guard path.hasPrefix(start) else {
            return self.path.path.split(separator: "/", omittingEmptySubsequences: false).map {
                PercentEncoding.encode(String($0))
            }.joined(separator: "/")
        }
        return String(path.dropFirst(start.count))
    }
}

import Testing

@testable import Routing

struct TableDifferenceTests {
    @Test func whatCameWentAndChangedIsNamed() {
        var old = TableDescription(services: [
            ServiceDescription("gone", ["10.0.0.1:80"]),
            ServiceDescription("kept", ["10.0.1.1:80", "10.0.1.2:80", "10.0.1.3:80"]),
            ServiceDescription("tuned", ["10.0.2.1:80"]),
        ])
        old.routes = [RouteDescription("a"), RouteDescription("b"), RouteDescription("c")]
        var new = TableDescription(services: [
            ServiceDescription("kept", ["10.0.1.2:80", "10.0.1.3:80", "10.0.1.4:80"]),
            ServiceDescription("tuned", ["10.0.2.1:80"]),
            ServiceDescription("new", ["10.0.3.1:80"]),
        ])
        new.services[0].endpoints[0].weight = 9
        new.services[1].balance = .randomTwo
        new.routes = [RouteDescription("b"), RouteDescription("c", hosts: ["x"]), RouteDescription("d")]
        let difference = TableDifference(from: old, to: new)
        #expect(difference.routes.added == ["d"])
        #expect(difference.routes.removed == ["a"])
        #expect(difference.routes.changed == ["c"])
        #expect(difference.services.added == ["new"])
        #expect(difference.services.removed == ["gone"])
        #expect(difference.services.changed == ["tuned"])
        #expect(difference.endpoints.added == ["kept/10.0.1.4:80", "new/10.0.3.1:80"])
        #expect(difference.endpoints.removed == ["gone/10.0.0.1:80", "kept/10.0.1.1:80"])
        #expect(difference.endpoints.changed == ["kept/10.0.1.2:80"])
        #expect("\(difference)" == "routes +1 -1 ~1, services +1 -1 ~1, endpoints +2 -2 ~1")
    }

    @Test func aNewRevisionOrOrderOfTheSameIsNoDifference() {
        var old = TableDescription(services: [ServiceDescription("s", ["10.0.0.1:80", "10.0.0.2:80"])])
        old.routes = [RouteDescription("a"), RouteDescription("b")]
        var new = old
        new.generation = 7
        new.routes.reverse()
        new.routes[0].provenance.revision = 9
        new.services[0].endpoints.reverse()
        new.services[0].endpoints[0].provenance.revision = 9
        #expect(TableDifference(from: old, to: new).isEmpty)
    }
}

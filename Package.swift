// swift-tools-version: 6.2

import PackageDescription

/// One list for every target of ours: Swift 6, strict concurrency and memory safety, and no warning let through.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioFoundation = Target.Dependency.product(name: "NIOFoundationCompat", package: "swift-nio")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "portico",
    products: [
        .executable(name: "portico", targets: ["portico"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C libraries and system calls that Swift cannot import by themselves.
        .target(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CNghttp2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // The data plane: no dependency outside this package and libc.
        .target(name: "Wire", swiftSettings: settings),
        .target(name: "Certificates", dependencies: ["COpenSSL", "Wire"], swiftSettings: settings),
        .target(name: "Reactor", dependencies: ["CLinux", "COpenSSL", "Certificates"], swiftSettings: settings),
        .target(name: "Routing", dependencies: ["Wire", "CPCRE2"], swiftSettings: settings),
        .target(name: "Passwords", dependencies: ["CCrypt", "COpenSSL"], swiftSettings: settings),
        .target(name: "HTTP2", dependencies: ["CNghttp2", "Reactor", "Wire"], swiftSettings: settings),
        .target(
            name: "Gateway",
            dependencies: ["Reactor", "Wire", "Routing", "HTTP2", "Passwords", "Certificates", "CLinux", "CZlib"],
            swiftSettings: settings),

        // The control plane.
        .target(
            name: "KeyValue",
            dependencies: [
                asyncHTTPClient, grdb, httpTypes, hummingbird, hummingbirdCore, logging, nioCore, nioFoundation,
                nioHTTP1, nioHTTPTypes, nioPosix,
                nioSSL,
                serviceLifecycle, yams, "CLinux",
            ],
            swiftSettings: settings),
        .target(
            name: "Discovery", dependencies: ["KeyValue", "Passwords", "Routing", "Wire", logging, yams],
            swiftSettings: settings),
        .target(
            name: "Control",
            dependencies: [
                asyncHTTPClient, logging, nioCore, nioHTTP1, yams, "Gateway", "Routing", "Discovery", "KeyValue",
                "Certificates", "Passwords", "Wire",
            ],
            swiftSettings: settings),
        // Where messages of the program's own go.
        .target(name: "Logs", dependencies: ["CLinux", logging], swiftSettings: settings),
        // Spans of what the data plane has done, sent to a collector.
        .target(
            name: "Spans",
            dependencies: ["Control", "Gateway", "Routing", "KeyValue", asyncHTTPClient, logging, nioCore, nioHTTP1],
            swiftSettings: settings),
        // What the edge does, seen and changed while it runs.
        .target(
            name: "Admin",
            dependencies: [
                "Spans", "Control", "Gateway", "Routing", "Discovery", "KeyValue", "HTTP2", httpTypes, hummingbird,
                hummingbirdCore,
                logging, nioCore, serviceLifecycle,
            ],
            // The dashboard is in the program, which stays one file.
            resources: [.embedInCode("Dashboard")], swiftSettings: settings),
        // The same, in an operator's terminal.
        .target(
            name: "Top", dependencies: ["KeyValue", asyncHTTPClient, nioCore, nioHTTP1], swiftSettings: settings),
        // Templates for those who keep HAProxy or nginx.
        .target(name: "GoFlags", swiftSettings: settings),
        .target(name: "Template", swiftSettings: settings),
        .target(
            name: "Renderer",
            dependencies: [
                "Template", "GoFlags", "Discovery", "KeyValue", "Routing", "CPCRE2", "COpenSSL", "CLinux", logging,
                yams,
            ],
            swiftSettings: settings),

        // What runs on a host, and where it is made known.
        .target(
            name: "DockerEngine",
            dependencies: [asyncHTTPClient, logging, nioCore, nioHTTP1, nioPosix, nioSSL, nioTLS],
            swiftSettings: settings),
        .target(
            name: "Registrator",
            dependencies: ["DockerEngine", "Discovery", "KeyValue", "GoFlags", "Template", logging, yams],
            swiftSettings: settings),

        // Many engines behind one Docker API.
        .target(
            name: "Swarm",
            dependencies: ["DockerEngine", "KeyValue", "CPCRE2", "GoFlags", logging, nioCore, nioPosix, nioSSL],
            swiftSettings: settings),

        .executableTarget(
            name: "portico",
            dependencies: [
                "DockerEngine", "Registrator", "Swarm", "Template", "Renderer", "GoFlags", "Wire", "Reactor", "Routing",
                "Gateway", "KeyValue", "Discovery",
                "Control", "Admin", "Spans", "Logs", "Top", "Certificates", "CLinux",
                argumentParser, asyncHTTPClient, logging, nioCore, nioHTTP1, nioSSL, serviceLifecycle,
            ],
            swiftSettings: settings),

        // Tests: one target a module; Integration runs the built program against real servers started by Lab.
        .target(
            name: "Lab", dependencies: ["CLinux"], path: "Tests/Lab",
            exclude: [
                "FakeEngines/Documents", "docker-hosts.sh", "get-compose.sh", "get-consul.sh", "get-docker.sh",
                "get-schemathesis.sh", "unpack-debian.sh",
            ],
            swiftSettings: settings),
        .testTarget(name: "WireTests", dependencies: ["Wire"], swiftSettings: settings),
        .testTarget(name: "CertificatesTests", dependencies: ["Certificates", "Lab"], swiftSettings: settings),
        .testTarget(
            name: "ReactorTests", dependencies: ["Reactor", "Certificates", "CLinux", "Lab"], swiftSettings: settings),
        .testTarget(name: "HTTP2Tests", dependencies: ["HTTP2", "Reactor", "Wire", "Lab"], swiftSettings: settings),
        .testTarget(name: "PasswordsTests", dependencies: ["Passwords", "Lab"], swiftSettings: settings),
        .testTarget(name: "RoutingTests", dependencies: ["Routing", "Wire", "Lab"], swiftSettings: settings),
        .testTarget(
            name: "GatewayTests", dependencies: ["Gateway", "Routing", "Wire", "Certificates", "Lab"],
            swiftSettings: settings),
        .testTarget(name: "KeyValueTests", dependencies: ["KeyValue", "Lab", logging], swiftSettings: settings),
        .testTarget(
            name: "DiscoveryTests", dependencies: ["Discovery", "KeyValue", "Routing"], swiftSettings: settings),
        .testTarget(
            name: "ControlTests",
            dependencies: ["Control", "Discovery", "KeyValue", "Routing", "Gateway", "Certificates", "Lab", logging],
            swiftSettings: settings),
        .testTarget(name: "LogsTests", dependencies: ["Logs", "Lab", logging], swiftSettings: settings),
        .testTarget(
            name: "SpansTests", dependencies: ["Spans", "Control", "Gateway", "Routing", "Lab", logging],
            swiftSettings: settings),
        .testTarget(
            name: "AdminTests",
            dependencies: [
                "Admin", "Control", "Gateway", "Routing", "Discovery", "KeyValue", "Certificates", "Lab", httpTypes,
                logging,
            ],
            swiftSettings: settings),
        .testTarget(name: "TopTests", dependencies: ["Top", "Lab"], swiftSettings: settings),
        .testTarget(name: "GoFlagsTests", dependencies: ["GoFlags"], swiftSettings: settings),
        .testTarget(
            name: "TemplateTests", dependencies: ["Template", "Lab"], exclude: ["Cases"], swiftSettings: settings),
        .testTarget(
            name: "RendererTests",
            dependencies: ["Renderer", "Template", "GoFlags", "KeyValue", "Discovery", "Lab", logging],
            exclude: ["Functions/Cases"], swiftSettings: settings),
        .testTarget(
            name: "SwarmTests",
            dependencies: ["Swarm", "DockerEngine", "KeyValue", "GoFlags", "Lab", logging, nioCore, nioPosix],
            swiftSettings: settings),
        .testTarget(
            name: "DockerEngineTests", dependencies: ["DockerEngine", "Lab", logging], swiftSettings: settings),
        .testTarget(
            name: "RegistratorTests",
            dependencies: [
                "Registrator", "DockerEngine", "Discovery", "KeyValue", "GoFlags", "Routing", "Wire", "Lab", logging,
            ],
            swiftSettings: settings),
        .testTarget(name: "TidyTests", swiftSettings: settings),
        .testTarget(name: "Integration", dependencies: ["Lab"], path: "Tests/Integration", swiftSettings: settings),
    ]
)

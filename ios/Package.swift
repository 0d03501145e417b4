// swift-tools-version: 6.0
import PackageDescription

// The folder that holds libjingbao, when it is not cargo's own. An app's release links an XCFramework instead.
let library = Context.environment["JINGBAO_LIB_DIR"] ?? "\(Context.packageDirectory)/../target/debug"

let package = Package(
    name: "Jingbao",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [
        .library(name: "Jingbao", targets: ["Jingbao", "JingbaoCore"])
    ],
    targets: [
        // C declarations of the Rust core; the header is generated.
        .systemLibrary(name: "JingbaoFFI"),
        // Generated Swift: in language mode 6 the compiler crashes on it.
        .target(
            name: "JingbaoCore",
            dependencies: ["JingbaoFFI"],
            swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: [.unsafeFlags(["-L\(library)", "-Xlinker", "-rpath", "-Xlinker", library])]
        ),
        // What an app's screens use.
        .target(name: "Jingbao", dependencies: ["JingbaoCore"]),
        .testTarget(name: "JingbaoTests", dependencies: ["Jingbao", "JingbaoCore"]),
    ]
)

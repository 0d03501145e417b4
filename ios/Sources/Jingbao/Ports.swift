import JingbaoCore

/// What the app gives to the engine. Any of them may be slow and may throw; none is called after ``Jingbao/close()``.
/// What is thrown stays in the app: the engine learns only that the port failed.
public struct Ports: Sendable {
    /// Keeps the store's master key in the Keychain.
    public var keys: any KeyStore
    /// The device's P-256 key: public part as 65 SEC1 bytes, signatures in DER, as the Secure Enclave gives them.
    public var signer: any Signer
    /// Wall clock, time since boot counting sleep, and which boot.
    public var clock: any Clock
    /// The bearer token, none while nobody is signed in.
    public var credentials: any Credentials

    /// Puts an app's own ports together.
    public init(keys: any KeyStore, signer: any Signer, clock: any Clock, credentials: any Credentials) {
        self.keys = keys
        self.signer = signer
        self.clock = clock
        self.credentials = credentials
    }

    /// Ports in software, for desktop tools and tests. Never on a phone: the keys lie in plain files of `folder`.
    public static func software(folder: String, token: @escaping @Sendable () -> String? = { nil }) throws -> Ports {
        let phone = try SoftwarePhone.open(folder: folder)
        return Ports(keys: phone, signer: phone, clock: phone, credentials: AskedToken(ask: token))
    }
}

private final class AskedToken: Credentials {
    private let ask: @Sendable () -> String?

    init(ask: @escaping @Sendable () -> String?) {
        self.ask = ask
    }

    func token() throws -> String? { ask() }
}

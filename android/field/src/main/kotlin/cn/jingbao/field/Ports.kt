package cn.jingbao.field

import cn.jingbao.field.core.Clock
import cn.jingbao.field.core.Credentials
import cn.jingbao.field.core.KeyStore
import cn.jingbao.field.core.Signer
import cn.jingbao.field.core.SoftwarePhone

/**
 * What the app gives to the engine. Any of them may be slow and may throw; none is called after [Jingbao.close]. What is
 * thrown stays in the app: the engine learns only that the port failed.
 *
 * @property keys keeps the store's master key, wrapped by the Android Keystore
 * @property signer the device's P-256 key: public part as 65 SEC1 bytes, signatures `SHA256withECDSA` (DER)
 * @property clock wall clock, time since boot counting sleep (`SystemClock.elapsedRealtime`), and which boot
 * @property credentials the bearer token, none while nobody is signed in
 */
public class Ports(
    public val keys: KeyStore,
    public val signer: Signer,
    public val clock: Clock,
    public val credentials: Credentials,
)

/**
 * Ports in software, for desktop tools and tests. Never on a phone: the keys lie in plain files of [folder].
 *
 * @param token the bearer token, asked for at each request
 */
public fun softwarePorts(folder: String, token: () -> String? = { null }): Ports {
    val phone = SoftwarePhone.open(folder)
    val credentials = object : Credentials {
        override fun token(): String? = token()
    }
    return Ports(keys = phone, signer = phone, clock = phone, credentials = credentials)
}

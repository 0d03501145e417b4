package cn.jingbao.field

import com.sun.jna.Native

/** What a desktop JVM lacks of `ParcelFileDescriptor`: a descriptor that is the caller's own. */
object Libc {
    init {
        Native.register("c")
    }

    @JvmStatic
    external fun open(path: String, flags: Int): Int
}

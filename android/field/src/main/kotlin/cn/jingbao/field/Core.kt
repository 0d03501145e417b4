package cn.jingbao.field

import cn.jingbao.field.core.version

/** The Rust core behind this library. */
public object Core {
    /** Its version; an app shows it beside its own. */
    public val version: String get() = version()
}

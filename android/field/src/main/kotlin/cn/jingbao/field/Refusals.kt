package cn.jingbao.field

import cn.jingbao.field.core.FieldException

/** For programs: a code that never changes its meaning. */
public val FieldException.code: String
    get() = when (this) {
        is FieldException.Refused -> code
        is FieldException.Storage -> code
        is FieldException.Phone -> code
        is FieldException.Closed -> code
    }

/** For people: a sentence in the language of the configuration. */
public val FieldException.text: String
    get() = when (this) {
        is FieldException.Refused -> text
        is FieldException.Storage -> text
        is FieldException.Phone -> text
        is FieldException.Closed -> text
    }

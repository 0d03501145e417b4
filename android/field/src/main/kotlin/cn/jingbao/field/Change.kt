package cn.jingbao.field

/** What changed; how, the usual calls tell. */
public sealed interface Change {
    /** A case. */
    public data class Case(val id: String) : Change

    /** The queue of what is to be sent. */
    public data object Queue : Change

    /** A verdict of the duty check. */
    public data object Duty : Change

    /** The rules in force, or why newer ones were not taken. */
    public data object Rules : Change

    /** Something that this version of the library does not know; an app reads its screen again. */
    public data class Other(val what: String) : Change

    public companion object {
        private const val CASE = "case:"

        internal fun of(what: String): Change = when {
            what.startsWith(CASE) -> Case(what.removePrefix(CASE))
            what == "queue" -> Queue
            what == "duty" -> Duty
            what == "rules" -> Rules
            else -> Other(what)
        }
    }
}

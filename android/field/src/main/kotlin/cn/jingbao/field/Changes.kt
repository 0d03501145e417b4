package cn.jingbao.field

import cn.jingbao.field.core.Listener
import kotlinx.coroutines.channels.Channel.Factory.UNLIMITED
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.takeWhile

/**
 * Hands the engine's changes to whoever collects them. The engine's thread never waits here, and nothing is lost: a slow
 * collector has its own queue. After [close] nothing is delivered, and every flow given to [untilClosed] ends.
 */
internal class Changes : Listener, AutoCloseable {
    private val lock = Any()
    private val collectors = mutableSetOf<SendChannel<Change>>()

    @Volatile
    private var closed = false

    /** Ends [flow] with [close], whatever it still holds. */
    fun <T> untilClosed(flow: Flow<T>): Flow<T> = flow.takeWhile { !closed }

    override fun changed(what: String) {
        val change = Change.of(what)
        // Sent without the lock: an unconfined collector runs right here.
        synchronized(lock) { collectors.toList() }.forEach { it.trySend(change) }
    }

    /** Changes from now on; [first] is delivered once the collector can no longer miss anything. */
    fun from(first: Change? = null): Flow<Change> =
        callbackFlow {
            synchronized(lock) {
                if (closed) close() else collectors += channel
            }
            first?.let { trySend(it) }
            awaitClose { synchronized(lock) { collectors -= channel } }
        }.buffer(UNLIMITED)

    override fun close() {
        val waiting = synchronized(lock) {
            closed = true
            collectors.toList().also { collectors.clear() }
        }
        waiting.forEach { it.close() }
    }
}

/**
 * The HTTP/1.1 kit: one server and one client on Netty that know bytes, routes and streams, and no
 * meaning.
 *
 * <p>Four kinds of conversation, which carry every protocol of the house:
 *
 * <pre>
 *              server                                   client
 * call         {@link HttpHandler} + {@link Exchange#respond}        {@link HttpClient#call}
 * event stream {@link HttpHandler} + {@link Exchange#openStream}     {@link HttpClient#openStream}
 * duplex       {@link DuplexHandler} + {@link DuplexExchange#accept} {@link HttpClient#openDuplex}
 * upload       {@link DuplexHandler} + {@link DuplexExchange#upload} {@link HttpClient#openDuplex}
 * </pre>
 *
 * <p>A stream is a sequence of whole records, {@code byte[]} of at least one byte, framed as
 * RecordIO ({@link io.meseta.common.codec.RecordIo}); one record is one HTTP chunk. The way of a
 * record:
 *
 * <pre>
 * any thread ─ send ─► queue (bounded in bytes not yet written to the socket) ─► Netty thread: chunk, flush
 * socket ─► Netty thread: chunks ─► records, one at a time, unless paused ─► listener
 * </pre>
 *
 * <p>Rules that hold everywhere:
 *
 * <ul>
 *   <li>Nothing waits for a peer. A reader that stays behind by more than the limit is disconnected
 *       at once; every phase of a connection has a time limit of its own, except an open stream,
 *       whose users send heartbeats, and the time a handler takes.
 *   <li>Callbacks run on a Netty thread that serves other connections too: they must not block.
 *   <li>Per connection, callbacks run one at a time and in the order of what they tell; every
 *       stream tells its end exactly once, as a {@link CloseReason}.
 *   <li>Bad input ends in a 4xx with a reason in plain text, in bounded memory.
 * </ul>
 */
@NullMarked
package io.meseta.common.net;

import org.jspecify.annotations.NullMarked;

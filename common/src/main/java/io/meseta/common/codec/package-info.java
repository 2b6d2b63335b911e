/**
 * Bytes to messages and back: JSON, protobuf, and the RecordIO framing of event streams.
 *
 * <p>Everything here is a pure function of its arguments (the one exception, {@link
 * io.meseta.common.codec.RecordIoDecoder}, keeps only what came and was not taken): no socket, no
 * thread, no clock, no Netty. The HTTP kit, the scheduler library and the tests all call the same
 * code.
 *
 * <pre>
 * request   bytes ── MediaType.parse(Content-Type) ──► Codec.decode ──► message, or DecodeException (a 400)
 * answer    message ── Codec.encode ──► bytes
 * stream    message ── Codec.encode ──► RecordIo.frame ──► one HTTP chunk
 *           chunks ──► RecordIoDecoder.add, next ──► records ──► Codec.decode ──► messages
 * </pre>
 *
 * <p>JSON follows what Mesos prints and accepts, which is not protobuf's own JSON mapping: see
 * {@link io.meseta.common.codec.JsonPrinter} and {@link io.meseta.common.codec.JsonReader} for the
 * rules.
 */
@NullMarked
package io.meseta.common.codec;

import org.jspecify.annotations.NullMarked;

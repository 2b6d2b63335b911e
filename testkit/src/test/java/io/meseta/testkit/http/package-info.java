/**
 * The HTTP surface of running daemons, byte for byte: what clients rely on, every refusal, and what
 * hostile clients get.
 *
 * <p>Clients here are plain sockets ({@link io.meseta.common.testing.RawClient}), so that a test
 * sees what is on the wire and not what a library makes of it.
 */
@NullMarked
package io.meseta.testkit.http;

import org.jspecify.annotations.NullMarked;

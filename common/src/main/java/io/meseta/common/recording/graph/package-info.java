/**
 * Writes a graph of objects down and builds it again: the state of a core, its events, its effects.
 *
 * <p>A class needs no support for it. Records, classes, enums, protobuf messages, the collections
 * that a core may use, and lambdas whose interface is {@link io.meseta.common.runtime.Recordable}
 * are known; anything else is refused by name when it is written. Fields that are {@code transient}
 * are left out. Nothing but classes of this program and protobuf messages is ever created by
 * reading, so that a file from elsewhere cannot make the reader run what it likes.
 *
 * <p>The bytes name the fields of each class: they can be read by a program whose classes have the
 * same fields, and by no other. This is no format to keep data in.
 */
@NullMarked
package io.meseta.common.recording.graph;

import org.jspecify.annotations.NullMarked;

/**
 * The master daemon: {@link io.meseta.master.Master} puts the core, its loop, coordination, the
 * registry and HTTP together. The logic is in {@code core}; nothing here decides.
 */
@NullMarked
package io.meseta.master;

import org.jspecify.annotations.NullMarked;

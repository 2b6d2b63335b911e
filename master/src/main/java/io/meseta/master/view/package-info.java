/**
 * What readers see: an immutable picture of the cluster, published by the core's loop after each
 * batch of events.
 *
 * <p>Every read is answered from the latest {@link io.meseta.master.view.MasterView}, on the
 * reader's own thread; no read ever waits for the core, and the core never waits for a reader.
 */
@NullMarked
package io.meseta.master.view;

import org.jspecify.annotations.NullMarked;

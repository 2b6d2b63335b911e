/**
 * Clients that were written for Mesos, by others, unmodified and with the libraries that they were
 * released with, against a cluster of the program as it is shipped.
 *
 * <p>The cluster runs in a process of its own ({@link io.meseta.interop.DevCluster}), because the
 * clients and the program need different versions of the same libraries.
 */
@NullMarked
package io.meseta.interop;

import org.jspecify.annotations.NullMarked;

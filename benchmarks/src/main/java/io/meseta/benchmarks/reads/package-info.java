/**
 * How fast a master answers what only reads, and whom that holds up: the work of Mesos's benchmarks
 * of its state and metrics pages, over loopback sockets, beside Mesos's figures.
 */
@NullMarked
package io.meseta.benchmarks.reads;

import org.jspecify.annotations.NullMarked;

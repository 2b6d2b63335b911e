/**
 * Integration tests with what an operator runs: every daemon in a process of its own, a real
 * ZooKeeper server, real containers, and {@code kill -9}.
 *
 * <p>{@link io.meseta.cli.it.Cluster} starts and ends the processes, {@link
 * io.meseta.cli.it.Recorder} is the framework, {@link io.meseta.cli.it.Docker} asks the engine for
 * a second opinion. What the daemons log is in {@code target/daemon-logs}.
 */
@NullMarked
package io.meseta.cli.it;

import org.jspecify.annotations.NullMarked;

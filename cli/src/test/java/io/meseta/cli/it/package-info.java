/**
 * Integration tests with what an operator runs: every daemon in a process of its own, a real
 * ZooKeeper server, real containers, and {@code kill -9}.
 *
 * <p>{@link io.meseta.cli.it.Cluster} starts and ends the processes, {@link
 * io.meseta.cli.it.Recorder} is the framework, {@link io.meseta.cli.it.Docker} asks the engine for
 * a second opinion. What the daemons log is in {@code target/daemon-logs}.
 *
 * <p>{@link io.meseta.cli.it.ChaosIT} kills at random: {@link io.meseta.cli.it.ChaosPlan} draws
 * what dies when, {@link io.meseta.cli.it.Chaos} does it, {@link io.meseta.cli.it.ChaosFramework}
 * is a framework in a process of its own, and {@link io.meseta.cli.it.ChaosVerdict} holds what that
 * was told against {@link io.meseta.cli.it.ContainerHistory}, what the engine says.
 */
@NullMarked
package io.meseta.cli.it;

import org.jspecify.annotations.NullMarked;

/**
 * {@code meseta demo}: a cluster on this machine, and the kernel's word for what it promises.
 *
 * <pre>
 * DemoCommand ─► steps (a list of claims with their proofs) ─► StepRunner: holds, or which does not
 *                  │
 *                  ├─ DockerEngine    the engine and the image, through scripts/docker-engine.sh
 *                  ├─ MesetaCluster   ZooKeeper, a master, two agents in this process
 *                  ├─ DemoFramework   takes offers, launches the {@link DemoTask}s ─► Board ─► live table
 *                  └─ cgroup          what the kernel enforces for a container's process
 * </pre>
 */
@NullMarked
package io.meseta.cli.demo;

import org.jspecify.annotations.NullMarked;

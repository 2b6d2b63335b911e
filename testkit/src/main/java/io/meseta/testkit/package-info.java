/**
 * A whole cluster in one JVM: ZooKeeper, a master, agents. For the JUnit tests of framework
 * authors, for {@code meseta dev} and {@code meseta demo}, and for this project's own tests.
 *
 * <pre>{@code
 * class MyFrameworkTest {
 *   @Test
 *   void launchesItsTask() throws Exception {
 *     try (MesetaCluster cluster = MesetaCluster.builder().agents(2).start()) {
 *       SchedulerDriver driver =
 *           SchedulerDriver.builder(framework, scheduler).master(cluster.zk()).build().start();
 *       ...
 *       cluster.agent(0).containers().exit("my-task", 3); // the scheduler is told TASK_FAILED
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>All of it is real, over real sockets on the loopback address, except that containers are
 * scripted by default: they "run" until the test ends them ({@link
 * io.meseta.testkit.ScriptedContainers}), so that no Docker is needed. {@link
 * io.meseta.testkit.MesetaClusterBuilder#docker} makes them real too.
 */
@NullMarked
package io.meseta.testkit;

import org.jspecify.annotations.NullMarked;

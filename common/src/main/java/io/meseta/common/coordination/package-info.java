/**
 * ZooKeeper, reported as plain calls: who leads, which master is published, what is durable.
 *
 * <pre>
 * ZkUrl ──► ZkSession (one connection, one coordination thread)
 *              ├─ LeaderElection     contends; elected(term) / deposed(reason)
 *              ├─ LeaderPublication  json.info_… of the leader, as Mesos clients look for it
 *              ├─ LeaderDetector     leader(MasterInfo or nothing), for agents, drivers and standbys
 *              └─ FencedStore        writes that only the current term can make
 * </pre>
 *
 * <p>Nodes below the configured path:
 *
 * <pre>
 * &lt;path&gt;/json.info_0000000007   ephemeral, the published leader (others' children are skipped)
 * &lt;path&gt;/latch/…                ephemeral, the contenders
 * &lt;path&gt;/registry/epoch         the number of the current term; its node version is the fence
 * &lt;path&gt;/registry/&lt;collection&gt;/&lt;id&gt;  one small record each
 * </pre>
 *
 * <p>Children of the path other than {@code json.info_…} sort after it by name: there are clients
 * that take the first child for the leader, whatever it is called.
 *
 * <p>Every listener and callback of a session is called on its coordination thread, one at a time;
 * it must return at once and may call any method of this package, as none of them blocks (the
 * {@code close} methods excepted, which are bounded).
 */
@NullMarked
package io.meseta.common.coordination;

import org.jspecify.annotations.NullMarked;

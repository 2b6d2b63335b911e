/**
 * The durable record of what the master must never lose: admitted agents and known frameworks.
 *
 * <p>The pure data ({@link io.meseta.master.registry.RegistryChange}, {@link
 * io.meseta.master.registry.RegistrySnapshot}, {@link io.meseta.master.registry.RegistryOutcome})
 * is what the core speaks; {@link io.meseta.master.registry.Registry} carries it to ZooKeeper:
 *
 * <pre>
 * core: WriteRegistry(writeId, changes) → Registry.write → FencedStore (one transaction, epoch checked)
 *       → RegistryOutcome → event RegistryWritten(writeId, outcome) → core releases the parked reply
 * elected: Registry.recover → RegistrySnapshot → event → core rebuilds its agents and frameworks
 * </pre>
 *
 * <p>One small node per record: {@code <path>/registry/agents/<id>} and {@code
 * <path>/registry/frameworks/<id>}, so that a write costs what it changes and not what there is.
 */
@NullMarked
package io.meseta.master.registry;

import org.jspecify.annotations.NullMarked;

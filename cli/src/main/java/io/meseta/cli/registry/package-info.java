/**
 * {@code meseta registry}: saves what the masters keep in ZooKeeper to a file, and brings it back.
 *
 * @see io.meseta.master.registry.RegistryBackup
 */
@NullMarked
package io.meseta.cli.registry;

import org.jspecify.annotations.NullMarked;

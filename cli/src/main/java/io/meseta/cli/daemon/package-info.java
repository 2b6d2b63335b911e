/**
 * The daemons as commands: {@code master}, {@code agent}, and {@code node}, which is both.
 *
 * <p>Their options are those of {@link io.meseta.master.MasterOptions} and {@link
 * io.meseta.agent.AgentOptions}. Each runs until SIGTERM or SIGINT, and stops in order then.
 */
@NullMarked
package io.meseta.cli.daemon;

import org.jspecify.annotations.NullMarked;

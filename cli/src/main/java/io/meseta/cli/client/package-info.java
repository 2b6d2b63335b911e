/**
 * How commands ask daemons: the options for that, the same for all, and the client that they make.
 *
 * <pre>
 * --credential, --https, --ssl_ca_file ─► {@link io.meseta.cli.client.ClientOptions} ─► {@link io.meseta.cli.client.DaemonClient} ─► master, agent
 * </pre>
 */
@NullMarked
package io.meseta.cli.client;

import org.jspecify.annotations.NullMarked;

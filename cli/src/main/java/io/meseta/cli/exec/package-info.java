/**
 * {@code meseta exec} and {@code meseta logs}: looking inside a task that runs somewhere.
 *
 * <pre>
 * id ─► {@link io.meseta.cli.exec.TaskFinder} ─► master's /state: which agent ─► agent's /state: which container, which directory
 * exec ─► {@link io.meseta.cli.exec.ExecSession} ─► the agent's operator API
 * logs ─► {@link io.meseta.cli.exec.LogReader} ─► the agent's /files/read
 * </pre>
 */
@NullMarked
package io.meseta.cli.exec;

import org.jspecify.annotations.NullMarked;

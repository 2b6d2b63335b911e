/**
 * The {@code meseta} program: one picocli command per task of an operator or a developer.
 *
 * <pre>
 * ./meseta (finds a JDK, builds) ─► Main ─► MesetaCommand ─┬─► daemon  master, agent, node
 *                                                          ├─► dev     a cluster to work against
 *                                                          ├─► demo    a cluster that proves itself
 *                                                          ├─► replay  asks a recording what happened
 *                                                          ├─► explain asks a master why somebody waits
 *                                                          └─► version, help
 * </pre>
 *
 * Exit codes: 0 done, 1 failed (the reason is on stderr), 2 wrong usage, 130 and 143 ended by a
 * signal.
 */
@NullMarked
package io.meseta.cli;

import org.jspecify.annotations.NullMarked;

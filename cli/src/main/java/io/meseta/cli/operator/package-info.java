/**
 * What operators do to a cluster from a shell: {@code meseta agents}, {@code maintenance}, {@code
 * quota}, {@code weights}, {@code resources}. Each asks the leading master by a call of the
 * operator API; {@link io.meseta.cli.operator.MasterCalls} is how.
 */
@NullMarked
package io.meseta.cli.operator;

import org.jspecify.annotations.NullMarked;

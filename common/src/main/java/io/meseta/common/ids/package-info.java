/**
 * The ids that everything is found by: small values with an order, extracted once at the edge from
 * the wire messages, so that a core never mixes up a task's id with an executor's.
 *
 * <p>The records take any text. What comes from outside is judged by {@link
 * io.meseta.common.ids.Ids#invalidReason} first: ids become names of directories on the agents.
 */
@NullMarked
package io.meseta.common.ids;

import org.jspecify.annotations.NullMarked;

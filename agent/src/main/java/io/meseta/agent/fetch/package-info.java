/** What a task names by URI, brought into its sandbox. */
@NullMarked
package io.meseta.agent.fetch;

import org.jspecify.annotations.NullMarked;

/** Rules about the code of the agent that the build proves. */
@NullMarked
package io.meseta.agent.arch;

import org.jspecify.annotations.NullMarked;

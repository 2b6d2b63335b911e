/** Tests of the agent's guards. */
@NullMarked
package io.meseta.agent.security;

import org.jspecify.annotations.NullMarked;

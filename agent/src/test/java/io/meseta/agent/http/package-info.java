/** Tests of the agent's pages. */
@NullMarked
package io.meseta.agent.http;

import org.jspecify.annotations.NullMarked;

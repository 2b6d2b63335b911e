/** Tests of what can be read from an agent. */
@NullMarked
package io.meseta.agent.http;

import org.jspecify.annotations.NullMarked;

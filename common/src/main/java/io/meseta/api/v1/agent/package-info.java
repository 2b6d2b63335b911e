/** The operator API of the agent: requests, answers, the streams of containers. */
@NullMarked
package io.meseta.api.v1.agent;

import org.jspecify.annotations.NullMarked;

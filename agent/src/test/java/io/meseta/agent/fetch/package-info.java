/** Tests of fetching, against servers and archives that do what they should not. */
@NullMarked
package io.meseta.agent.fetch;

import org.jspecify.annotations.NullMarked;

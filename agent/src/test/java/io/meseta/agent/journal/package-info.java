/** Tests of the journal, with real files. */
@NullMarked
package io.meseta.agent.journal;

import org.jspecify.annotations.NullMarked;

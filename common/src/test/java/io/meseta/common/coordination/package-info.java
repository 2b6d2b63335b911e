/** Tests of the coordination over a real server in the same process. */
@NullMarked
package io.meseta.common.coordination;

import org.jspecify.annotations.NullMarked;

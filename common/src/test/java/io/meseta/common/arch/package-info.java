/** Rules about the code itself that the build proves. */
@NullMarked
package io.meseta.common.arch;

import org.jspecify.annotations.NullMarked;

/** {@code meseta explain}: asks the leading master why somebody waits for offers. */
@NullMarked
package io.meseta.cli.explain;

import org.jspecify.annotations.NullMarked;

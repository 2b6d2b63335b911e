/** {@code meseta simulate}: histories of whole clusters, many of them, or one told in words. */
@NullMarked
package io.meseta.cli.simulate;

import org.jspecify.annotations.NullMarked;

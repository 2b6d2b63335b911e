/**
 * {@code meseta simulate}: histories of whole clusters, many of them, or one told in words; with
 * {@code --from} what {@link io.meseta.cli.whatif} says instead.
 */
@NullMarked
package io.meseta.cli.simulate;

import org.jspecify.annotations.NullMarked;

/**
 * {@code meseta dev}: a cluster in the foreground, to write a framework against or to try calls
 * with curl.
 */
@NullMarked
package io.meseta.cli.dev;

import org.jspecify.annotations.NullMarked;

/**
 * Frameworks to read and to run. Start with {@link io.meseta.examples.HelloFramework}; the package
 * {@code io.meseta.scheduler} explains what it uses.
 */
@NullMarked
package io.meseta.examples;

import org.jspecify.annotations.NullMarked;

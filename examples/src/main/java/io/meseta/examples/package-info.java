/**
 * Frameworks to read and to run. Start with {@link io.meseta.examples.HelloFramework}; the package
 * {@code io.meseta.scheduler} explains what it uses. An executor is {@link
 * io.meseta.examples.ThreadsExecutor}; {@code src/main/python} has the same one without a library.
 */
@NullMarked
package io.meseta.examples;

import org.jspecify.annotations.NullMarked;

/** Code that breaks every rule on purpose, so that the build proves that the rules bite. */
@NullMarked
package io.meseta.cli.arch.planted;

import org.jspecify.annotations.NullMarked;

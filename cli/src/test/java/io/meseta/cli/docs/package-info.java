/** The examples of the documentation, run. */
@NullMarked
package io.meseta.cli.docs;

import org.jspecify.annotations.NullMarked;

/** The rules that hold the modules and the libraries apart. */
@NullMarked
package io.meseta.cli.arch;

import org.jspecify.annotations.NullMarked;

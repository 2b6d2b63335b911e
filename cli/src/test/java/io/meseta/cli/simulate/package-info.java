@NullMarked
package io.meseta.cli.simulate;

import org.jspecify.annotations.NullMarked;

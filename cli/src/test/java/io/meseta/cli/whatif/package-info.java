@NullMarked
package io.meseta.cli.whatif;

import org.jspecify.annotations.NullMarked;

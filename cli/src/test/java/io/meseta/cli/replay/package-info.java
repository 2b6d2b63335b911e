@NullMarked
package io.meseta.cli.replay;

import org.jspecify.annotations.NullMarked;

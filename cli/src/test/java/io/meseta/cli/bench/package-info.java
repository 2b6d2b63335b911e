@NullMarked
package io.meseta.cli.bench;

import org.jspecify.annotations.NullMarked;

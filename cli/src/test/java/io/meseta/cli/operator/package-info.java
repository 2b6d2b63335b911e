@NullMarked
package io.meseta.cli.operator;

import org.jspecify.annotations.NullMarked;
